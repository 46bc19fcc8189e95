"""From the events to the tasks, which are imported only when needed: a site may have no queue of that name."""

from __future__ import annotations

import logging
from collections.abc import Sequence

from ..counting import forwarded
from ..options import event_options
from ..rows import EventRow

logger = logging.getLogger(__name__)


def forward(rows: Sequence[EventRow]) -> None:
    """Have the services of ``EVENTS["FORWARD"]`` told of these events. Never raises: what is lost is counted."""
    if not event_options().FORWARD:
        return
    try:
        from .tasks import enqueue

        enqueue(rows)
    except Exception:
        logger.exception("Events are not told to other services.")
        forwarded.labels("all", "lost").inc(len(rows))
