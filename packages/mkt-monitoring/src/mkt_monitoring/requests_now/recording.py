"""Note each request, to be added up and written by a thread of its own.

A request costs one call of ``record()``, which takes a lock of nobody and asks nothing of the database.
"""

from __future__ import annotations

import atexit
import os
from collections import deque
from threading import Event, Lock, Thread
from time import time
from typing import NamedTuple

from django.http import HttpRequest

from .._test_environment import is_of_tests
from ..conf import settings_in_force
from ..http.durations import METHODS, UNMATCHED, route_label
from ..registry import dropped

#: Longest time between a request and its row.
FLUSH_SECONDS = 5.0
#: Requests that wait to be added up; at 1,000 in a second, twenty seconds of them.
LIMIT = 20_000


class Noted(NamedTuple):
    """One request: when it ended (seconds of the clock), its route, the first digit of its status, its seconds."""

    ended: float
    route: str
    status_class: int | str
    seconds: float


_pending: deque[Noted] = deque()
_labels: dict[tuple[str | None, str | None], str] = {}
_thread: Thread | None = None
_starting = Lock()
_stopping = Event()


def record(request: HttpRequest, status_class: int | str, seconds: float) -> None:
    """Note a request that has ended. Never raises because of the database, and never waits."""
    if _thread is None and not _start():
        return
    if len(_pending) >= LIMIT:
        dropped.labels("requests_buffer").inc()
        return
    label = UNMATCHED
    if request.method in METHODS and (match := request.resolver_match) is not None:
        subroute = getattr(request, "routable_resolver_match", None)
        # Both come from code, so that the dictionary is bounded.
        key = (match.route, subroute and subroute.route)
        try:
            label = _labels[key]
        except KeyError:
            label = _labels[key] = route_label(match, subroute)
    _pending.append(Noted(time(), label, status_class, seconds))


def is_running() -> bool:
    """Whether this process writes what it notes."""
    return _thread is not None


def drain() -> list[Noted]:
    """What was noted since the last call."""
    found = []
    while _pending:
        found.append(_pending.popleft())
    return found


def _start() -> bool:
    """Start this process's thread; whether there is one."""
    global _thread
    # Rows of another thread are not rolled back with a test, and its connection would keep a test's database open.
    if is_of_tests() or not settings_in_force().REQUESTS_NOW:
        return False
    with _starting:
        if _thread is None:
            thread = Thread(target=_flush_now_and_then, name="mkt_monitoring requests", daemon=True)
            thread.start()
            _thread = thread
            atexit.register(_flush_at_exit)
    return True


def _flush_now_and_then() -> None:
    from .flushing import flush_quietly

    while not _stopping.wait(FLUSH_SECONDS):
        flush_quietly()


def _flush_at_exit() -> None:
    from .flushing import flush_quietly

    _stopping.set()
    flush_quietly()


def _after_fork() -> None:
    """What was noted before is the parent's to tell, and its thread is not here."""
    global _thread, _starting
    _thread, _starting = None, Lock()
    _pending.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
