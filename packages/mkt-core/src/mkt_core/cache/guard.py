"""What a process knows of the server behind a ``FailSafeCache``."""

from __future__ import annotations

import logging
import pickle
from collections import defaultdict
from collections.abc import Callable, Iterable
from threading import Lock
from time import monotonic
from typing import Any, TypeVar

from django.core.cache import BaseCache
from django.core.cache.backends.base import InvalidCacheKey
from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from ..conf import core_settings
from ..signals import cache_backend_failed
from .breaker import Breaker

logger = logging.getLogger(__name__)

T = TypeVar("T")
LostKey = tuple[Any, int | None]

#: More lost keys are not remembered one by one: the cache is cleared instead.
MAX_LOST_KEYS = 50_000

# Mistakes of the caller, which no server can be blamed for.
_READ_MISTAKES = (InvalidCacheKey, ImproperlyConfigured, NotImplementedError, TypeError)
_WRITE_MISTAKES = (
    *_READ_MISTAKES,
    ValueError,
    AttributeError,
    RecursionError,
    pickle.PicklingError,
)
# The value was written by other code than ours: as good as absent, and the server is well.
_UNREADABLE = (
    AttributeError,
    ImportError,
    EOFError,
    LookupError,
    ValueError,
    pickle.UnpicklingError,
)


class Guard:
    """Lets operations through while the server answers, and knows which keys were changed in vain."""

    def __init__(self, name: str, make_cache: Callable[[], BaseCache], server: str = "") -> None:
        conf = core_settings.current
        self._make_cache = make_cache
        self._lost: set[LostKey] = set()
        self._lost_everything = False
        self._lock = Lock()
        self._breaker = Breaker(
            f"The cache {name}",
            self._probe,
            server=server,
            probe_seconds=conf.CACHE_PROBE_SECONDS,
            slow_seconds=conf.CACHE_SOCKET_TIMEOUT_SECONDS * 0.8,
        )

    def read(self, operation: str, action: Callable[[], T], missed: T) -> T:
        """What ``action`` returns, or ``missed``."""

        def readable() -> T:
            try:
                return action()
            except _READ_MISTAKES:
                raise
            except _UNREADABLE as error:
                logger.warning("%s holds something unreadable: %r", self._breaker.name, error)
                return missed

        return self._run(operation, readable, missed, _READ_MISTAKES)

    def write(
        self,
        operation: str,
        action: Callable[[], T],
        missed: T,
        *,
        lost: Iterable[LostKey] | None = (),
    ) -> T:
        """Like ``read()``; if it fails, the keys in ``lost`` are out of date (None: all keys)."""

        def remember() -> None:
            self._remember(lost)

        return self._run(operation, action, missed, _WRITE_MISTAKES, remember)

    def stop(self) -> None:
        self._breaker.stop()

    def _run(
        self,
        operation: str,
        action: Callable[[], T],
        missed: T,
        mistakes: tuple[type[Exception], ...],
        on_failure: Callable[[], None] | None = None,
    ) -> T:
        error: Exception | None = None
        if not self._breaker.is_open:
            started = monotonic()
            try:
                if self._lost or self._lost_everything:
                    self._repair(self._make_cache())
                answer = action()
            except mistakes:
                raise
            except Exception as caught:
                if _is_wrong_type(caught):
                    raise
                error = caught
                self._breaker.failed(monotonic() - started)
                logger.warning("%s fails to %s: %s", self._breaker.name, operation, caught)
            else:
                self._breaker.succeeded()
                return answer
        if on_failure is not None:
            on_failure()
        cache_backend_failed.send_robust(sender=Guard, operation=operation, error=error)
        return missed

    def _remember(self, lost: Iterable[LostKey] | None) -> None:
        with self._lock:
            if lost is None:
                self._lost_everything = True
            elif not self._lost_everything:
                self._lost.update(lost)
                self._lost_everything = len(self._lost) > MAX_LOST_KEYS
            if self._lost_everything:
                self._lost.clear()

    def _probe(self) -> None:
        cache = self._make_cache()
        try:
            cache.get("mkt:probe")
            self._repair(cache)
        finally:
            cache.close()

    def _repair(self, cache: BaseCache) -> None:
        """Nothing that was to be changed meanwhile is found any more."""
        with self._lock:
            if self._lost_everything:
                cache.clear()
                logger.warning("%s was cleared: too many changes had been lost", self._breaker.name)
            by_version = defaultdict(list)
            for key, version in self._lost:
                by_version[version].append(key)
            for version, keys in by_version.items():
                for first in range(0, len(keys), 1000):
                    cache.delete_many(keys[first : first + 1000], version=version)
            self._lost.clear()
            self._lost_everything = False


def _is_wrong_type(error: Exception) -> bool:
    """Whether Redis itself is well and complains of the caller: ``incr`` of a text."""
    text = str(error)
    return type(error).__name__ == "ResponseError" and (
        "WRONGTYPE" in text or "not an integer" in text
    )


_guards: dict[str, Guard] = {}
_guards_lock = Lock()


def guard_of(
    name: str, identity: str, make_cache: Callable[[], BaseCache], server: str = ""
) -> Guard:
    """The process's guard of one cache, which ``identity`` tells from all others; several may be on one ``server``."""
    with _guards_lock:
        guard = _guards.get(identity)
        if guard is None:
            guard = _guards[identity] = Guard(name, make_cache, server)
        return guard


def forget_guards(*, setting: str = "CACHES", **kwargs: object) -> None:
    """Know nothing of any server, as after a start; for tests and after a change of settings."""
    if setting not in ("CACHES", "MKT_CORE"):
        return
    with _guards_lock:
        guards = list(_guards.values())
        _guards.clear()
    for guard in guards:
        guard.stop()


setting_changed.connect(forget_guards, dispatch_uid="mkt_core.cache.guard")
