"""How often the response cache has answered, over the last day and all processes, for the page in the admin.

Each process adds up what it does and hands it to the store every few seconds, in a thread of its own: a hit must not
cost a second round trip. What a killed process had not handed over is lost; exact figures are what metrics are for.
"""

from __future__ import annotations

import atexit
import logging
import os
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock, Thread
from typing import Any

from ..signals import response_cache_looked_up
from .store import get_store

logger = logging.getLogger(__name__)

#: Longest time between something being counted and being handed over.
FLUSH_SECONDS = 5.0
HOURS_KEPT = 24

_counts: Counter[str] = Counter()
_lock = Lock()
_is_flush_due = False
_pid = os.getpid()


@dataclass(frozen=True, slots=True)
class Figures:
    """Requests by what became of them: "hit", "stale", "miss", "bypass:<reason>"."""

    counts: Mapping[str, int]

    @property
    def bypasses(self) -> dict[str, int]:
        """Requests that had nothing to do with the cache, by reason, the most frequent first."""
        found = [
            (name.partition(":")[2], number)
            for name, number in self.counts.items()
            if name.startswith("bypass:")
        ]
        return dict(sorted(found, key=lambda pair: (-pair[1], pair[0])))

    @property
    def answered(self) -> int:
        """Requests answered by a stored response, as old as it may have been."""
        return self.counts.get("hit", 0) + self.counts.get("stale", 0)

    @property
    def cacheable(self) -> int:
        """Requests that were or could have been answered so."""
        return self.answered + self.counts.get("miss", 0)

    @property
    def hit_rate(self) -> float | None:
        """Share of the cacheable requests, 0 to 1; None if there were none."""
        return self.answered / self.cacheable if self.cacheable else None


def install() -> None:
    """Count from now on. Doing it twice changes nothing."""
    response_cache_looked_up.connect(_note, dispatch_uid="mkt_core.cache.counting")


def figures(hours: int = HOURS_KEPT) -> Figures:
    """What was counted in the current hour and those before it, ``hours`` in all (at most 24); this process's is
    handed over first. One round trip on Redis.
    """
    flush()
    now = _hour()
    return Figures(get_store().counts(range(now - min(hours, HOURS_KEPT) + 1, now + 1)))


def flush() -> None:
    """Hand over what this process has counted; what the store does not take is kept for the next time."""
    global _counts
    with _lock:
        counts, _counts = _counts, Counter()
    if counts and not get_store().add_counts(_hour(), counts):
        with _lock:
            _counts.update(counts)


def _note(*, state: str, reason: str = "", **kwargs: Any) -> None:
    global _is_flush_due, _pid
    name = f"{state}:{reason}" if reason else state
    with _lock:
        if _pid != os.getpid():
            # What was counted before the fork is the other process's to tell.
            _pid, _is_flush_due = os.getpid(), False
            _counts.clear()
        _counts[name] += 1
        is_first, _is_flush_due = not _is_flush_due, True
    if is_first:
        Thread(target=_flush_later, name="mkt_core cache figures", daemon=True).start()


def _flush_later() -> None:
    global _is_flush_due
    time.sleep(FLUSH_SECONDS)
    with _lock:
        _is_flush_due = False
    _flush_quietly()


@atexit.register
def _flush_quietly() -> None:
    try:
        flush()
    except Exception:
        logger.exception("Could not hand over the figures of the response cache")


def _hour() -> int:
    return int(time.time() // 3600)
