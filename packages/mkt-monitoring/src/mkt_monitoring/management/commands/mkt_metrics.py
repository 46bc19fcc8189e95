"""``manage.py mkt_metrics``: what this site measures."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from ...reference import reference


class Command(BaseCommand):
    help = "Prints all metrics of the site with their labels, as a table in Markdown."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("prefixes", nargs="*", help="Only those whose names begin like this.")

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(reference(options["prefixes"] or [""]), ending="")
