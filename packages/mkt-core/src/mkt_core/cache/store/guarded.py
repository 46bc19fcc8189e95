"""Living without the server, and remembering what it has not been told."""

from __future__ import annotations

import atexit
import logging
import weakref
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Mapping, Sequence
from threading import Lock
from time import monotonic
from time import time as now
from typing import TypeVar

from ...conf import core_settings
from ...signals import response_cache_failed
from ..breaker import Breaker
from ..collector import EPOCH_TAG
from .base import Lookup, StoreStatus
from .entry import Entry, UnreadableEntry

logger = logging.getLogger(__name__)

T = TypeVar("T")

#: The clocks of two hosts may differ by so much.
CLOCK_SECONDS = 60.0


class GuardedStore(ABC):
    """The part of a store that never raises. What talks to the server below it may raise anything.

    A bump that did not arrive is *lost*. As long as there is a lost one, the process tells the server nothing and
    believes nothing of it before everything there is declared out of date.
    """

    kind: str

    def __init__(self, alias: str, server: str = "") -> None:
        conf = core_settings.current
        self.alias = alias
        self.lost_bumps = 0
        self._repaired_bumps = 0
        self._repair_lock = Lock()
        self._max_entry_bytes = conf.CACHE_MAX_ENTRY_BYTES
        self._breaker = Breaker(
            f"The response cache ({alias})",
            self._probe,
            server=server,
            probe_seconds=conf.CACHE_PROBE_SECONDS,
            slow_seconds=conf.CACHE_SOCKET_TIMEOUT_SECONDS * 0.8,
        )
        _stores.add(self)

    def look_up(self, key: str, encodings: Sequence[str] = ("identity",)) -> Lookup:
        answer = self._guarded("look_up", lambda: self._look_up(key, encodings))
        if answer is None:
            return Lookup("miss", None, "", "unavailable")
        moment, reason, data = answer
        if data is None:
            return Lookup("miss", None, moment, "changed" if reason == "changed" else "absent")
        try:
            entry = Entry.from_bytes(data)
        except UnreadableEntry as error:
            logger.warning(
                "The response cache (%s) holds something unreadable: %s", self.alias, error
            )
            return Lookup("miss", None, moment, "unreadable")
        moment_now = now()
        if entry.created > moment_now + CLOCK_SECONDS:
            # The clock has been set back: until it is where it was, the response would never be too old.
            return Lookup("miss", None, moment, "expired")
        if moment_now < entry.fresh_until:
            return Lookup("fresh", entry, moment)
        if moment_now < entry.usable_until:
            return Lookup("stale", entry, moment)
        return Lookup("miss", None, moment, "expired")

    def put(self, key: str, entries: Mapping[str, Entry], tags: Iterable[str], moment: str) -> bool:
        data = {encoding: entry.to_bytes() for encoding, entry in entries.items()}
        seconds = max((entry.usable_until for entry in entries.values()), default=0.0) - now()
        if not moment or seconds <= 0 or sum(map(len, data.values())) > self._max_entry_bytes:
            return False
        names = sorted({*tags, EPOCH_TAG})
        return bool(self._guarded("put", lambda: self._put(key, data, names, moment, seconds)))

    def bump(self, tags: Iterable[str]) -> bool:
        names = sorted(set(tags))
        return not names or self._told("bump", lambda: self._bump(names))

    def clear(self) -> bool:
        return self._told("clear", self._clear)

    def lease(self, key: str, seconds: float) -> str | None:
        answer = self._guarded("lease", lambda: self._lease(key, seconds) or "")
        return "unavailable" if answer is None else answer or None

    def release(self, key: str, token: str) -> None:
        self._guarded("release", lambda: self._release(key, token))

    def add_counts(self, hour: int, counts: Mapping[str, int]) -> bool:
        return bool(self._guarded("count", lambda: (self._add_counts(hour, counts), True)))

    def counts(self, hours: Sequence[int]) -> dict[str, int]:
        return self._guarded("counts", lambda: self._counts(hours)) or {}

    def status(self, limit: int = 10_000) -> StoreStatus:
        found = self._guarded("status", lambda: self._count(limit))
        entries, memory_bytes = found or (None, None)
        return StoreStatus(
            kind=self.kind,
            available=found is not None,
            entries=entries,
            memory_bytes=memory_bytes,
            lost_bumps=self.lost_bumps,
        )

    def close(self) -> None:
        self._breaker.stop()
        self._disconnect()

    def _told(self, operation: str, tell: Callable[[], object]) -> bool:
        """Whether the server knows; if not, the change is lost and known to be."""
        if self._guarded(operation, lambda: (tell(), True)) is not None:
            return True
        with self._repair_lock:
            self.lost_bumps += 1
        logger.error(
            "The response cache (%s) could not be told of a change (%d so far); it will have to forget all",
            self.alias,
            self.lost_bumps,
        )
        # Nobody may come to use the store again soon, and other processes must not wait for that.
        self._breaker.open()
        return False

    def _guarded(self, operation: str, action: Callable[[], T]) -> T | None:
        """What ``action`` returns (never None), or None if the server cannot be used."""
        if self._breaker.is_open:
            return None
        started = monotonic()
        try:
            if self.lost_bumps != self._repaired_bumps:
                self._repair()
            answer = action()
        except Exception as error:  # noqa: BLE001
            self._breaker.failed(monotonic() - started)
            logger.warning("The response cache (%s) fails to %s: %s", self.alias, operation, error)
            response_cache_failed.send_robust(
                sender=type(self), alias=self.alias, operation=operation, error=error
            )
            return None
        self._breaker.succeeded()
        return answer

    def _probe(self) -> None:
        self._ping()
        if self.lost_bumps != self._repaired_bumps:
            self._repair()

    def _repair(self) -> None:
        with self._repair_lock:
            lost = self.lost_bumps
            if lost != self._repaired_bumps:
                self._bump([EPOCH_TAG])
                logger.warning(
                    "The response cache (%s) has forgotten all, for %d changes it was not told of",
                    self.alias,
                    lost - self._repaired_bumps,
                )
                self._repaired_bumps = lost

    @abstractmethod
    def _look_up(self, key: str, encodings: Sequence[str]) -> tuple[str, str, bytes | None]:
        """The moment, why there is nothing, the bytes."""

    @abstractmethod
    def _put(
        self, key: str, data: Mapping[str, bytes], tags: Sequence[str], moment: str, seconds: float
    ) -> bool: ...

    @abstractmethod
    def _bump(self, tags: Sequence[str]) -> None: ...

    @abstractmethod
    def _clear(self) -> None: ...

    @abstractmethod
    def _lease(self, key: str, seconds: float) -> str | None: ...

    @abstractmethod
    def _release(self, key: str, token: str) -> bool: ...

    @abstractmethod
    def _add_counts(self, hour: int, counts: Mapping[str, int]) -> None: ...

    @abstractmethod
    def _counts(self, hours: Sequence[int]) -> dict[str, int]: ...

    @abstractmethod
    def _count(self, limit: int) -> tuple[int | None, int | None]:
        """Entries (at most ``limit``) and bytes of memory."""

    @abstractmethod
    def _ping(self) -> None: ...

    def _disconnect(self) -> None:
        """Close connections, if there are any."""
        return


_stores: weakref.WeakSet[GuardedStore] = weakref.WeakSet()


@atexit.register
def _repair_at_exit() -> None:
    """The last chance of a short-lived process, such as a management command, to say that it has changed something."""
    for store in list(_stores):
        try:
            if store.lost_bumps != store._repaired_bumps:
                store._repair()
        except Exception as error:  # noqa: BLE001
            logger.critical(
                "The response cache (%s) never heard of %d changes and may be out of date until its entries expire;"
                " empty it: %s",
                store.alias,
                store.lost_bumps - store._repaired_bumps,
                error,
            )
