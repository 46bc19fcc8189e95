"""Run a check in a thread and stop waiting when its time is up.

Python cannot stop a thread, so a check that hangs goes on hanging. Each check therefore has few
attempts under way at a time: callers share the newest one, and another begins only after twice the
wait that the one before got. A hung dependency thus costs a handful of threads, and one that came
back is noticed soon.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context

from django.core.cache import close_caches
from django.db import connections

_attempts: dict[str, list[Attempt]] = {}
_lock = threading.Lock()


class Attempt:
    """One run of a check, in a daemon thread: a hung one must not keep the process from ending."""

    def __init__(self, name: str, function: Callable[[], object]) -> None:
        self.started = time.monotonic()
        self.outcome: Future[None] = Future()
        self._function = function
        thread = threading.Thread(
            target=copy_context().run, args=(self._run,), name=f"mkt-health-{name}", daemon=True
        )
        thread.start()

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self.started

    def wait(self, timeout_seconds: float) -> None:
        """Return when the check passed, raise what it raised, or TimeoutError ``timeout_seconds`` after its start."""
        try:
            self.outcome.result(max(0.0, timeout_seconds - self.age_seconds))
        except TimeoutError:
            if self.outcome.done():
                raise
            raise TimeoutError(f"no answer within {self.age_seconds:.1f} s") from None

    def _run(self) -> None:
        problem: BaseException | None = None
        try:
            self._function()
        except BaseException as error:  # noqa: BLE001 - passed on to whoever waits
            problem = error
        with suppress(Exception):
            _close_connections()
        # Last, so that whoever waited finds nothing left open.
        if problem is None:
            self.outcome.set_result(None)
        else:
            self.outcome.set_exception(problem)


def attempt(name: str, function: Callable[[], object], timeout_seconds: float) -> Attempt:
    """The attempt under way, or a new one."""
    with _lock:
        pending = [one for one in _attempts.get(name, []) if not one.outcome.done()]
        if pending and pending[-1].age_seconds < timeout_seconds * 2 ** len(pending):
            return pending[-1]
        _attempts[name] = [*pending, Attempt(name, function)]
        return _attempts[name][-1]


def _close_connections() -> None:
    """Connections belong to a thread; nobody else could close those of this one."""
    close_caches()
    for connection in connections.all(initialized_only=True):
        connection.close()
        # Django leaves SQLite's in-memory databases open for others. Here, there are none.
        if connection.connection is not None:
            connection.connection.close()
            connection.connection = None
