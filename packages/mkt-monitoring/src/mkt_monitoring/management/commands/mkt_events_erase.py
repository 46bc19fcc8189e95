"""``manage.py mkt_events_erase``: delete raw events."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...events.options import event_options
from ...events.selecting import add_arguments, selected
from ...models import Event


class Command(BaseCommand):
    help = (
        "Deletes the raw events that the options choose, for good. Counts by minute, hour and day stay: "
        "they say nothing about anybody."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        add_arguments(parser)
        parser.add_argument("--all", action="store_true", help="all events")
        parser.add_argument("--dry-run", action="store_true", help="only say how many there are")

    def handle(self, *args: Any, **options: Any) -> None:
        events = selected(options)
        if (events is None) != options["all"]:
            raise CommandError("Choose events by an option, or give --all alone.")
        alias = event_options().DATABASE
        if events is None:
            events = Event.objects.using(alias).all()
        if options["dry_run"]:
            self.stdout.write(f"{events.count()} events would be deleted.")
            return
        self.stdout.write(f"{events._raw_delete(alias)} events deleted.")
