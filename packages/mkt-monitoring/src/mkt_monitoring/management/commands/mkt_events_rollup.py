"""``manage.py mkt_events_rollup``: add minutes up to hours and days, and count visitors."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ...events.outbox import deliver
from ...events.rollup import roll_up
from ...events.visitors import count_visitors


class Command(BaseCommand):
    help = (
        "Adds up events by hour and day, and counts visitors. The processes of the site do it, too; "
        "it does no harm to run it twice, or twice at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        delivered, minutes, days = deliver(), roll_up(), count_visitors(force=True)
        self.stdout.write(
            f"{delivered} durable events delivered, {minutes} rows of minutes added up, "
            f"visitors of {days} days counted."
        )
