"""What has to be done now and then: durable events delivered, minutes added up, old rows dropped.

The threads that write events do it beside, so that a site works without a cron job. Each job is guarded by a lock of
the database: however many processes think it is due, one does it.
"""

from __future__ import annotations

import time

from .options import event_options

ROLLUP_SECONDS = 30.0
PRUNE_SECONDS = 3600.0

is_outbox_due = True
_rolled_up_at = float("-inf")
_pruned_at = float("-inf")


def run_due() -> None:
    """Run what is due in this process."""
    global is_outbox_due, _rolled_up_at, _pruned_at
    if not _has_tables():
        return
    from . import outbox, pruning, rollup, visitors

    now = time.monotonic()
    if is_outbox_due:
        is_outbox_due = False
        outbox.deliver()
    if now >= _rolled_up_at + ROLLUP_SECONDS:
        _rolled_up_at = now
        outbox.deliver()
        rollup.roll_up()
        visitors.count_visitors()
    if now >= _pruned_at + PRUNE_SECONDS:
        _pruned_at = now
        pruning.prune()


def _has_tables() -> bool:
    # A sink of the site's own may have no use for ours.
    return event_options().SINK in ("database", "redis")
