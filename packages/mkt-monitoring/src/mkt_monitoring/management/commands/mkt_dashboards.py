"""Write Grafana dashboards."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from mkt_monitoring.dashboards.files import shipped


class Command(BaseCommand):
    help = "List the Grafana dashboards of this package, or write them into a folder."
    requires_system_checks = ()

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--output", type=Path, metavar="DIR", help="write them here")

    def handle(self, *args: Any, **options: Any) -> None:
        folder = options["output"]
        if folder is None:
            for name, text in shipped().items():
                self.stdout.write(f"{name:24} {json.loads(text)['title']}")
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            for name, text in shipped().items():
                (folder / name).write_text(text, encoding="utf-8")
        except OSError as error:
            raise CommandError(f"{folder} cannot be written to: {error.strerror}") from error
        self.stdout.write(self.style.SUCCESS(f"{len(shipped())} dashboards in {folder}"))
