"""What one CDN is still to be told, and the thread that does."""

from __future__ import annotations

import time
from threading import Condition, Thread

from django.db import connections

from . import reports
from .attempts import attempt, delay_seconds
from .base import Undelivered
from .purge import MOST_URLS, Purge

#: One change often comes in several commits: so long the first purge waits for more.
GATHER_SECONDS = 0.1
#: Between two calls, however much changes: the APIs count them.
PAUSE_SECONDS = 1.0


class Channel:
    """One receiver: at most one thread, and only while there is something to tell."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._changed = Condition()
        self._pending = Purge()
        self._sending = Purge()
        self._failures = 0
        # On the monotonic clock.
        self._not_before = 0.0
        self._thread: Thread | None = None
        self._is_closing = False
        self._is_closed = False

    @property
    def waiting(self) -> Purge:
        """What has not been told yet, the attempt under way included."""
        with self._changed:
            return self._sending | self._pending

    def add(self, purge: Purge) -> None:
        """Tell ``purge`` soon. Never waits for the receiver."""
        with self._changed:
            if not self._is_closed:
                if not self._pending:
                    self._not_before = max(self._not_before, time.monotonic() + GATHER_SECONDS)
                self._pending, surplus = _bounded(self._pending | purge)
                self._start()
                self._changed.notify_all()
            else:
                surplus = purge
        if surplus:
            reports.dropped(self.name, surplus, "exit" if self._is_closed else "full")

    def wait_until_told(self, until: float) -> bool:
        """Wait for all of it to be told, up to a moment of the monotonic clock; whether it was."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not (self._pending or self._sending), max(0.0, until - time.monotonic())
            )

    def close(self, until: float) -> None:
        """Make one last attempt at once, wait for it up to a moment of the monotonic clock, and give up the rest."""
        self.hurry()
        if self._has_thread():
            self.wait_until_told(until)
        elif self._pending and time.monotonic() < until:
            # No thread can be started any more.
            self._run()
        with self._changed:
            self._is_closed = True
            rest, self._pending = self._sending | self._pending, Purge()
        if rest:
            reports.dropped(self.name, rest, "exit")

    def hurry(self) -> None:
        """Have the thread make its last attempt now."""
        with self._changed:
            self._is_closing = True
            self._changed.notify_all()

    def _has_thread(self) -> bool:
        return self._thread is not None and self._thread.is_alive()

    def _start(self) -> None:
        if self._has_thread():
            return
        self._thread = Thread(target=self._run, name=f"purges for {self.name}", daemon=True)
        try:
            self._thread.start()
        except RuntimeError:
            # The interpreter is shutting down; close() will see to it.
            self._thread = None

    def _run(self) -> None:
        try:
            while purge := self._next():
                self._send(purge)
        finally:
            # A receiver of the site's own may have used the database.
            connections.close_all()

    def _next(self) -> Purge:
        """What to tell now; nothing once there is nothing more to tell."""
        with self._changed:
            while self._pending and not self._is_closing:
                wait = self._not_before - time.monotonic()
                if wait <= 0:
                    break
                self._changed.wait(wait)
            self._sending, self._pending = self._pending, Purge()
            if not self._sending:
                self._thread = None
            return self._sending

    def _send(self, purge: Purge) -> None:
        try:
            attempt(self.name, purge)
        except Undelivered as failure:
            self._failed(failure)
        else:
            self._failures = 0
            self._not_before = time.monotonic() + PAUSE_SECONDS
        finally:
            # Only now, so that whoever waits for the end has everything reported.
            with self._changed:
                self._sending = Purge()
                self._changed.notify_all()

    def _failed(self, failure: Undelivered) -> None:
        self._failures += 1
        delay = delay_seconds(self._failures, failure)
        self._not_before = time.monotonic() + delay
        if self._is_closed:
            # Reported as dropped already.
            return
        if failure.is_final or self._is_closing:
            reason: reports.DropReason = "refused" if failure.is_final else "exit"
            reports.dropped(self.name, failure.rest, reason, failure.reason)
            return
        with self._changed:
            self._pending, surplus = _bounded(failure.rest | self._pending)
        reports.failed(self.name, failure, delay)
        if surplus:
            reports.dropped(self.name, surplus, "full")


def _bounded(purge: Purge) -> tuple[Purge, Purge]:
    """What may wait, and what is too much. Tags never are, since they can be condensed."""
    if len(purge.urls) <= MOST_URLS:
        return purge, Purge()
    urls = sorted(purge.urls)
    kept = Purge(tags=purge.tags, urls=frozenset(urls[:MOST_URLS]), everything=purge.everything)
    return kept, Purge(urls=frozenset(urls[MOST_URLS:]))
