"""A batch that is refused for what is in it is divided until the event that is meant is found."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence

from django.db import DataError, IntegrityError

from .counting import dropped
from .rows import EventRow
from .sinks.base import Refused

logger = logging.getLogger(__name__)


def write_divided(write: Callable[[Sequence[EventRow]], object], rows: Sequence[EventRow]) -> int:
    """Give the rows to ``write``; gives how many were dropped (and counted as "refused") because nobody takes them.

    Raises:
        Exception: what ``write`` raises for another reason. Some of the rows may have been written.
    """
    try:
        write(rows)
    except (Refused, DataError, IntegrityError) as error:
        if len(rows) == 1:
            dropped.labels("refused").inc()
            logger.error("An event %r cannot be stored: %s", rows[0].name, error)
            return 1
        half = len(rows) // 2
        return write_divided(write, rows[:half]) + write_divided(write, rows[half:])
    return 0
