"""``manage.py mkt_events_export``: raw events as JSON lines or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from django.core.management.base import BaseCommand, CommandParser, OutputWrapper

from mkt_core.spreadsheets import harmless_cell

from ...events.options import event_options
from ...events.selecting import add_arguments, selected
from ...models import Event


class Command(BaseCommand):
    help = "Prints raw events, those that are kept and chosen by the options."

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)
        parser.add_argument("--format", choices=("jsonl", "csv"), default="jsonl")

    def handle(self, *args: Any, **options: Any) -> None:
        events = selected(options)
        if events is None:
            events = Event.objects.using(event_options().DATABASE)
        names = [field.attname for field in Event._meta.concrete_fields]
        rows: Iterator[tuple[Any, ...]] = (
            events.order_by("day", "occurred_at", "pk").values_list(*names).iterator(2000)
        )
        if options["format"] == "csv":
            self._as_csv(names, rows)
        else:
            for row in rows:
                cells = dict(zip(names, row, strict=True))
                self.stdout.write(json.dumps(cells, default=str, ensure_ascii=False))

    def _as_csv(self, names: list[str], rows: Iterator[tuple[Any, ...]]) -> None:
        writer = csv.writer(_Lines(self.stdout))
        writer.writerow(names)
        for row in rows:
            writer.writerow([_cell(value) for value in row])


class _Lines:
    """What csv writes to: its lines have ends already."""

    def __init__(self, output: OutputWrapper) -> None:
        self._output = output

    def write(self, text: str) -> None:
        self._output.write(text, ending="")


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, dict):
        value = json.dumps(value, ensure_ascii=False)
    return harmless_cell(str(value))
