"""Print the alert rules of the admin as rules of Prometheus."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from mkt_monitoring.alerts.export import expression_of, rules_text
from mkt_monitoring.models import AlertRule


class Command(BaseCommand):
    help = "Print the active alert rules of the admin as a rule file of Prometheus."

    def handle(self, *args: Any, **options: Any) -> None:
        rules = list(AlertRule.objects.filter(is_active=True).order_by("name"))
        for rule in rules:
            if not expression_of(rule):
                self.stderr.write(f"{rule.name}: left out, Prometheus does not know single events")
        self.stdout.write(rules_text(rules), ending="")
