"""Asking database servers how they are, in the background, so that no visitor has to wait for that."""

from __future__ import annotations

import logging
import math
import time
from abc import ABC, abstractmethod
from bisect import bisect_right
from collections import deque
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any

from django.db import connections

from ..conf import core_settings

logger = logging.getLogger(__name__)

#: Nobody has wanted to know for so long: stop asking, until somebody does.
IDLE_SECONDS = 60.0
#: PostgreSQL's positions in its log are remembered for so many probes.
_MOST_SAMPLES = 1000
_PAGE_BYTES, _PAGE_HEADER_BYTES = 8192, 24
#: Set on connections of the watches, which are nobody's reads.
IS_WATCH = "_mkt_is_watch"


class Watch(ABC):
    """Asks one server every ``DATABASE_PROBE_SECONDS``, in a daemon thread with a connection of its own.

    What is known is only worth something for a while: a server that accepts connections and says nothing keeps the
    thread waiting, for ever if it likes, and everybody else knows by the age of the last answer.
    """

    def __init__(self, alias: str) -> None:
        self.alias = alias
        #: By ``time.monotonic()``; 0: not yet.
        self.asked_at = 0.0
        self.answered_at = 0.0
        self.error: Exception | None = None
        self._wanted_at = 0.0
        self._thread: Thread | None = None
        self._lock = Lock()
        self._stopped = Event()
        self._first = Event()

    def keep_asking(self) -> None:
        """Begin to ask, or go on; starts the thread again after a fork."""
        self._wanted_at = time.monotonic()
        if not self.is_asking:
            self._start()

    @property
    def is_asking(self) -> bool:
        """Whether its thread runs."""
        return self._thread is not None and self._thread.is_alive()

    def wait_for_first(self, seconds: float) -> None:
        """Wait until the server has answered or failed once."""
        self._first.wait(seconds)

    def stop(self) -> None:
        self._stopped.set()

    @property
    def is_silent(self) -> bool:
        """Whether it was asked, and has not answered for longer than it may take."""
        conf = core_settings.current
        longest = conf.DATABASE_PROBE_SECONDS + conf.DATABASE_TIMEOUT_SECONDS
        since = self.answered_at or self.asked_at
        return since > 0 and time.monotonic() - since > longest

    @property
    def is_away(self) -> bool:
        """Whether the server is known not to answer."""
        return self.error is not None or self.is_silent

    def failed(self, error: Exception) -> None:
        """The server could not be used; it counts as away until it answers again."""
        self.error = error

    def _start(self) -> None:
        with self._lock:
            if self._stopped.is_set() or self.is_asking:
                return
            # What was known before a pause is too old.
            self.asked_at = self.answered_at = 0.0
            self._forget()
            self._thread = Thread(target=self._run, name=f"mkt-watch-{self.alias}", daemon=True)
            # The interpreter is shutting down.
            with suppress(RuntimeError):
                self._thread.start()

    def _run(self) -> None:
        connection = None
        try:
            while not self._stopped.is_set() and time.monotonic() - self._wanted_at < IDLE_SECONDS:
                self.asked_at = time.monotonic()
                try:
                    connection = connection or _own_connection(self.alias)
                    self._ask(connection)
                except Exception as error:  # noqa: BLE001
                    logger.debug("The database %s does not answer: %s", self.alias, error)
                    _close(connection)
                    connection = None
                    self.failed(error)
                else:
                    self.answered_at = time.monotonic()
                    self.error = None
                self._first.set()
                self._told()
                self._stopped.wait(core_settings.current.DATABASE_PROBE_SECONDS)
        finally:
            _close(connection)

    @abstractmethod
    def _ask(self, connection: Any) -> None: ...

    def _forget(self) -> None:
        """What was known is worth nothing any more."""
        return

    def _told(self) -> None:
        """The server has answered or failed."""
        return


class PrimaryWatch(Watch):
    """Notes how far the primary's log has come, and when."""

    _samples: deque[tuple[float, int]]

    def __init__(self, alias: str) -> None:
        super().__init__(alias)
        self.started_at: object = None
        self._forget()

    @property
    def sampled_at(self) -> float | None:
        """When the newest position was asked for; None if it never was."""
        samples = self._samples
        return samples[-1][0] if samples else None

    @property
    def watched_seconds(self) -> float:
        """Between the oldest position that is known and the newest."""
        samples = self._samples
        return samples[-1][0] - samples[0][0] if samples else 0.0

    def as_of(self, position: int) -> float:
        """Who has replayed the log up to ``position`` has everything that was committed at this time."""
        samples = list(self._samples)
        index = bisect_right([known for _, known in samples], position)
        return samples[index - 1][0] if index else -math.inf

    def _ask(self, connection: Any) -> None:
        asked_at = time.monotonic()
        if connection.vendor != "postgresql":
            _rows(connection, "SELECT 1")
            return
        # Where the next record goes: with synchronous_commit off, commits are not all written out yet.
        text, self.started_at = _rows(
            connection, "SELECT pg_current_wal_insert_lsn()::text, pg_postmaster_start_time()"
        )
        position = _bytes(text)
        if position % _PAGE_BYTES == _PAGE_HEADER_BYTES:
            # Nothing is on this page yet but its header, which no replica ever replays.
            position -= _PAGE_HEADER_BYTES
        if self._samples and position < self._samples[-1][1]:
            # Another server, or one that was restored: nothing is known of its past.
            self._forget()
        self._samples.append((asked_at, position))

    def _forget(self) -> None:
        # Requests may be looking at the old ones, which must not become empty under their eyes.
        self._samples = deque(maxlen=_MOST_SAMPLES)


class ReplicaWatch(Watch):
    """Knows how old the data of a replica is, by comparing positions in the log; that of an idle primary is not old."""

    def __init__(self, alias: str, weight: int, primary: PrimaryWatch) -> None:
        super().__init__(alias)
        self.weight = weight
        #: Everything committed at this time is there; by ``time.monotonic()``.
        self.as_of = -math.inf
        #: Position in the log, in PostgreSQL's notation.
        self.replayed = ""
        self.is_promoted = False
        self._primary = primary

    @property
    def lag_seconds(self) -> float:
        """Age of the data when the primary was last asked: while that is away, nothing changes and nothing ages."""
        sampled_at = self._primary.sampled_at
        if sampled_at is None:
            return 0.0 if self._primary.is_away or self.as_of > 0 else math.inf
        return max(0.0, sampled_at - self.as_of)

    @property
    def problem(self) -> str:
        """Why it gets no reads; empty if it does. "unknown": it has only just been asked."""
        if self.error is not None:
            return "unreachable"
        if self.is_silent:
            return "silent"
        if not self.answered_at:
            return "unknown"
        if self.is_promoted:
            return "promoted"
        longest = core_settings.current.DATABASE_MAX_LAG_SECONDS
        if self.lag_seconds <= longest:
            return ""
        is_new = self.as_of == -math.inf and self._primary.watched_seconds <= longest
        return "unknown" if is_new else "lagging"

    def failed(self, error: Exception) -> None:
        super().failed(error)
        # It may come back with less than it had replayed before.
        self._forget()

    def _forget(self) -> None:
        self.as_of, self.replayed = -math.inf, ""

    def _ask(self, connection: Any) -> None:
        asked_at = time.monotonic()
        if connection.vendor != "postgresql":
            _rows(connection, "SELECT 1")
            self.as_of = asked_at
            return
        in_recovery, text, started_at = _rows(
            connection,
            "SELECT pg_is_in_recovery(), pg_last_wal_replay_lsn()::text, pg_postmaster_start_time()",
        )
        if not in_recovery:
            # The primary itself under another name, as in development; else a server that goes its own way.
            self.is_promoted = started_at != self._primary.started_at
            self.as_of, self.replayed = asked_at, ""
            return
        self.is_promoted = False
        self.as_of = max(self.as_of, self._primary.as_of(_bytes(text)))
        self.replayed = text


def _own_connection(alias: str) -> Any:
    """A connection that no request shares, and that notices soon if the machine at the other end is gone."""
    connection = connections[alias].copy()
    if connection.vendor == "postgresql":
        options = connection.settings_dict["OPTIONS"]
        options.pop("pool", None)
        options |= {"connect_timeout": 2, "keepalives_idle": 5, "tcp_user_timeout": 5000}
        options["application_name"] = "mkt watch"
    setattr(connection, IS_WATCH, True)
    return connection


def _rows(connection: Any, sql: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchone()


def _close(connection: Any) -> None:
    if connection is None:
        return
    with suppress(Exception):
        connection.close()
        # Django leaves SQLite's in-memory databases open for others. Here, there are none.
        if connection.connection is not None:
            connection.connection.close()


def _bytes(position: str | None) -> int:
    """``"16/B374D848"`` as a number."""
    high, low = (position or "0/0").split("/")
    return (int(high, 16) << 32) + int(low, 16)
