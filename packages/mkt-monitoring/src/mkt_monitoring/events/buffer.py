"""The events that wait in this process, and the thread that writes them.

A request only appends to a queue. The thread is started by the first event, anew in each process that is forked, and
writes batches to the sink. While the sink is away, events wait as long as there is room for them; what finds no room
is dropped and counted, those of low priority first.
"""

from __future__ import annotations

import atexit
import logging
import os
import time
from collections import deque
from threading import Event as Flag
from threading import Lock, RLock, Thread
from typing import Any

from django.core.signals import setting_changed
from django.db import connections

from .._test_environment import is_of_tests
from .counting import dropped, flush_seconds, received, sink_failures, stored
from .dividing import write_divided
from .errors import InvalidEvent
from .forwarding.handing_over import forward
from .options import event_options
from .resolving import Waiting, resolve
from .rows import EventRow
from .sinks.choosing import current_sink

logger = logging.getLogger(__name__)

#: Events in one batch at most.
BATCH = 1000
#: Up to which part of the buffer events of each priority are taken.
SHARES = (0.5, 0.9, 1.0)
REASONS = ("shed", "shed", "overflow")
#: Between attempts while the sink is away.
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 0.5, 15.0
#: A thread that has nothing to do for so long gives its connection to the database back.
IDLE_SECONDS = 60.0


class Buffer:
    """The queue of one process."""

    def __init__(self) -> None:
        self._waiting: deque[Waiting] = deque()
        # Worked out, and not yet taken by the sink.
        self._rows: list[EventRow] = []
        self._limits: tuple[int, ...] = ()
        self._batch_size = 0
        self._is_awake = False
        self._awake, self._enough = Flag(), Flag()
        self._flushing, self._starting = RLock(), Lock()
        self._thread: Thread | None = None
        self._failures = 0
        # Filled by a site's own tests: a thread would see neither their transaction nor, at the end, their database.
        self.is_of_tests = False

    def __len__(self) -> int:
        return len(self._waiting) + len(self._rows)

    def add(self, item: Waiting, rank: int) -> bool:
        """Take the event, unless there is no room for one of its priority; whether it was taken."""
        waiting = len(self._waiting)
        limits = self._limits or self._read_limits()
        if waiting >= limits[rank]:
            received.inc()
            dropped.labels(REASONS[rank]).inc()
            return False
        self._waiting.append(item)
        if not self._is_awake:
            self.rouse()
        elif waiting == self._batch_size:
            self._enough.set()
        return True

    def rouse(self) -> None:
        """Have the thread look for work; start it if there is none."""
        self._is_awake = True
        if is_of_tests():
            self.is_of_tests = True
        elif self._thread is None and event_options().BACKGROUND:
            with self._starting:
                if self._thread is None:
                    self._thread = Thread(target=self._run, name="mkt-events", daemon=True)
                    self._thread.start()
        self._awake.set()

    def flush(self, seconds: float | None = None) -> bool:
        """Write everything that waits now, in this thread; whether the sink took it. At most about ``seconds``."""
        until = None if seconds is None else time.monotonic() + seconds
        if not self._flushing.acquire(timeout=-1 if seconds is None else seconds):
            return False
        try:
            while len(self):
                if until is not None and time.monotonic() >= until:
                    return False
                if not self._write_batch():
                    return False
            return True
        finally:
            self._flushing.release()

    def give_up(self, reason: str) -> None:
        """Drop what waits, and count it under ``reason``."""
        lost = len(self)
        received.inc(len(self._waiting))
        self._waiting.clear()
        self._rows = []
        if lost:
            dropped.labels(reason).inc(lost)
            logger.error("%d events are lost (%s).", lost, reason)

    def forget_limits(self) -> None:
        """Read the settings again."""
        self._limits = ()

    def _read_limits(self) -> tuple[int, ...]:
        options = event_options()
        self._batch_size = options.FLUSH_EVENTS
        self._limits = tuple(int(options.BUFFER_SIZE * share) for share in SHARES)
        return self._limits

    def _run(self) -> None:
        while True:
            if not self._awake.wait(IDLE_SECONDS):
                connections.close_all()
                self._awake.wait()
            self._enough.wait(self._pause_seconds())
            self._enough.clear()
            try:
                done = self.flush()
                upkeep.run_due()
            except Exception:
                # The thread must outlive whatever a sink, a site's own function or a signal's receiver does.
                logger.exception("Events could not be written; trying again.")
                done = False
            if done:
                self._sleep()

    def _sleep(self) -> None:
        self._is_awake = False
        self._awake.clear()
        # Whoever came in between may have seen us awake.
        if self._waiting:
            self.rouse()

    def _pause_seconds(self) -> float:
        if not self._failures:
            return event_options().FLUSH_SECONDS
        return min(FIRST_WAIT_SECONDS * 2 ** min(self._failures, 10), LONGEST_WAIT_SECONDS)

    def _write_batch(self) -> bool:
        """One batch; whether the sink took it."""
        self._resolve()
        if not self._rows:
            return True
        sink = current_sink()
        started = time.perf_counter()
        try:
            refused = write_divided(sink.write, self._rows)
        except Exception as error:
            # Whatever the sink's client raises means that the events are still ours.
            self._failures += 1
            sink_failures.labels(sink.name).inc()
            if self._failures == 1:
                logger.warning("The sink %r takes no events: %s", sink.name, error, exc_info=True)
            return False
        flush_seconds.observe(time.perf_counter() - started)
        stored.labels(sink.name).inc(len(self._rows) - refused)
        if self._failures:
            logger.info("The sink %r takes events again.", sink.name)
        self._failures = 0
        rows, self._rows = self._rows, []
        forward(rows)
        return True

    def _resolve(self) -> None:
        """Work out events until there is a batch of rows."""
        taken = 0
        while self._waiting and len(self._rows) < BATCH:
            item = self._waiting.popleft()
            taken += 1
            try:
                row = resolve(item)
            except InvalidEvent as error:
                dropped.labels("invalid").inc()
                logger.error("An event is lost: %s", error)
            except Exception:
                # One strange request must not keep the others from being written.
                dropped.labels("invalid").inc()
                logger.exception("An event %r is lost.", item.name)
            else:
                if row is not None:
                    self._rows.append(row)
        if taken:
            received.inc(taken)


_buffer = Buffer()


def add(item: Waiting, rank: int) -> bool:
    """Put an event into the buffer of this process; whether there was room."""
    return _buffer.add(item, rank)


def rouse() -> None:
    """Have what is due done soon, such as the delivery of durable events."""
    upkeep.is_outbox_due = True
    _buffer.rouse()


def flush(seconds: float | None = None) -> bool:
    """Write what waits in this process, now and in this thread; whether all of it was taken."""
    return _buffer.flush(seconds)


def waiting() -> int:
    """How many events wait in this process."""
    return len(_buffer)


def discard() -> None:
    """Forget what waits, without counting it; for tests."""
    _buffer._waiting.clear()
    _buffer._rows.clear()


def close() -> None:
    """Write what waits, within ``EVENTS["EXIT_SECONDS"]``, and count the rest as lost. For a process that ends.

    What a site's own tests have told is forgotten: it must not end up in the database that is there without them.
    """
    if _buffer.is_of_tests:
        discard()
    until = time.monotonic() + event_options().EXIT_SECONDS
    while len(_buffer):
        left = until - time.monotonic()
        if left <= 0:
            _buffer.give_up("exit")
        elif not _buffer.flush(left):
            # A database that is being restarted may be back in time.
            time.sleep(min(0.25, max(0.0, until - time.monotonic())))


def _forget() -> None:
    """After a fork: the thread is in the other process, and so is what waited there."""
    global _buffer
    _buffer = Buffer()


def _settings_changed(*, setting: str, **kwargs: Any) -> None:
    if setting == "MKT_MONITORING":
        _buffer.forget_limits()


from . import upkeep  # noqa: E402 - it delivers through this module

atexit.register(close)
setting_changed.connect(_settings_changed, dispatch_uid="mkt_monitoring.events.buffer")
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
