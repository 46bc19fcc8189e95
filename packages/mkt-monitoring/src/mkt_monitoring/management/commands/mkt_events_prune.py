"""``manage.py mkt_events_prune``: delete what has been kept for long enough."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand

from ...events.pruning import prune
from ...events.rollup import roll_up


class Command(BaseCommand):
    help = (
        "Deletes salts after 48 hours, and events and their counts after the time in MKT_MONITORING['EVENTS']. "
        "The processes of the site do it, too; it does no harm to run it twice, or twice at once."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        # A minute that was not added up is not deleted.
        roll_up()
        pruned = asdict(prune())
        self.stdout.write(
            "Deleted: " + ", ".join(f"{n} {what}" for what, n in pruned.items()) + "."
        )
