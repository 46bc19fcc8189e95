"""Write alert rules."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError

from mkt_monitoring.rules.documents import FORMATS, rules_text


class Command(BaseCommand):
    help = (
        "Write recording rules and alerts for Prometheus, alerts for Grafana, or a configuration of Alertmanager, "
        "from MKT_MONITORING['SLOS'] and MKT_MONITORING['RULES']."
    )
    # The file may be made where there is no database.
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, metavar="FILE", help="instead of printing them")
        parser.add_argument("--format", choices=FORMATS, default="prometheus")
        only = parser.add_mutually_exclusive_group()
        for part in ("records", "alerts"):
            only.add_argument(
                f"--{part}-only",
                action="store_const",
                const=part,
                dest="part",
                default="all",
                help=f"of Prometheus's rules, only the {part}",
            )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            text = rules_text(options["format"], options["part"])
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if options["output"] is None:
            self.stdout.write(text, ending="")
            return
        try:
            options["output"].write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(
                f"{options['output']} cannot be written: {error.strerror}"
            ) from error
