"""How old a replica's data may be for a response that is going to be stored.

A stored response stays until something that it is made of changes *again*: rendered from a replica that has not heard
of a change yet, it would be out of date for as long as it is kept. The store's ``moment`` of a render counts all
changes so far. Whoever sees a moment knows that these were committed before. So a replica may be read for a render if
it is known to have replayed all that the primary had when this process saw the moment for the first time. No clocks
of two machines are compared for that.
"""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock

from ..conf import core_settings

_MOST_MOMENTS = 1000

_not_before: ContextVar[float] = ContextVar("mkt_core_db_not_before", default=-math.inf)
_seen: OrderedDict[str, float] = OrderedDict()
_lock = Lock()


def not_before() -> float:
    """What is read now must be no older than this, by ``time.monotonic()``."""
    return _not_before.get()


@contextmanager
def knowing(moment: str) -> Iterator[None]:
    """Inside the block, read from no replica that lacks any change counted by ``moment``; empty: nothing is stored."""
    if not moment or not core_settings.current.DATABASE_REPLICAS:
        yield
        return
    token = _not_before.set(max(_first_seen(moment), _not_before.get()))
    try:
        yield
    finally:
        _not_before.reset(token)


def _first_seen(moment: str) -> float:
    if (known := _seen.get(moment)) is not None:
        return known
    with _lock:
        # One that has been forgotten, or that comes late from a slow thread, is only taken for newer than it is.
        seen = _seen.setdefault(moment, time.monotonic())
        while len(_seen) > _MOST_MOMENTS:
            _seen.popitem(last=False)
    return seen
