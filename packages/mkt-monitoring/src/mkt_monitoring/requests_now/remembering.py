"""Minutes that are over, kept by this process: the dashboard asks for the same ones every few seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from random import uniform
from time import monotonic
from typing import Generic, TypeVar

from .._test_environment import is_of_tests

#: So long after a minute began, processes have mostly written what they know of it.
SETTLED_AFTER = timedelta(seconds=80)
#: A process that could not write is late: minutes are read again after a while, not all of them at once.
LEAST_SECONDS, MOST_SECONDS = 45.0, 75.0

T = TypeVar("T")


class Remembered(Generic[T]):
    """What was found for each minute. Nothing is changed that is in it."""

    def __init__(self) -> None:
        self._found: dict[datetime, tuple[float, T]] = {}

    def among(self, minutes: Iterable[datetime]) -> dict[datetime, T]:
        """What is known of these minutes; others are forgotten."""
        now = monotonic()
        asked = set(minutes)
        self._found = {
            minute: entry
            for minute, entry in list(self._found.items())
            if minute in asked and now < entry[0]
        }
        return {minute: value for minute, (_until, value) in self._found.items()}

    def keep(self, found: Mapping[datetime, T], now: datetime) -> None:
        """Keep the minutes that are over. Nothing in tests, which undo what they have written."""
        if is_of_tests():
            return
        for minute, value in found.items():
            if minute + SETTLED_AFTER <= now:
                until = monotonic() + uniform(LEAST_SECONDS, MOST_SECONDS)  # noqa: S311
                self._found[minute] = (until, value)
