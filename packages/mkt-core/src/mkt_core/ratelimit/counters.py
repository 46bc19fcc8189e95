"""Where the moments are kept: on Redis, or in any other cache of Django's."""

from __future__ import annotations

import logging
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from threading import Lock
from time import monotonic
from typing import Any, NamedTuple, TypeVar

from django.conf import settings
from django.core.cache import InvalidCacheBackendError
from django.core.signals import setting_changed

from ..cache.breaker import Breaker
from ..cache.store.location import redis_location
from ..conf import core_settings
from .rule import Decision, Rule

logger = logging.getLogger(__name__)

T = TypeVar("T")


class Charge(NamedTuple):
    """One rule that a hit falls under. ``key`` is the name in the cache; a cost of 0 only looks."""

    rule: Rule
    key: str
    cost: int


class Counters(ABC):
    """Safe to be used by several threads; blocks. No method raises because of the server."""

    #: Whether connections are its own, and not Django's, which belong to one thread each.
    serves_any_thread = False

    def __init__(self, alias: str, server: str = "") -> None:
        conf = core_settings.current
        self.alias = alias
        self._breaker = Breaker(
            f"The cache of the rate limits ({alias})",
            self._ping,
            server=server,
            probe_seconds=conf.CACHE_PROBE_SECONDS,
            slow_seconds=conf.CACHE_SOCKET_TIMEOUT_SECONDS * 0.8,
        )

    def charge(self, charges: Sequence[Charge]) -> list[Decision] | None:
        """What becomes of each; all are paid, or none if any is refused. None: the server cannot be used."""
        return self._guarded(lambda: self._charge(charges))

    def forget(self, keys: Sequence[str]) -> bool:
        """The clients start afresh. Returns whether the server knows."""
        return bool(self._guarded(lambda: (self._forget(keys), True)))

    def close(self) -> None:
        """Give up the connections; they are made again when needed."""
        self._breaker.stop()
        self._disconnect()

    def _guarded(self, action: Callable[[], T]) -> T | None:
        if self._breaker.is_open:
            return None
        started = monotonic()
        try:
            answer = action()
        except Exception as error:  # noqa: BLE001
            self._breaker.failed(monotonic() - started)
            logger.warning("Rate limits cannot be counted in the cache %r: %s", self.alias, error)
            return None
        self._breaker.succeeded()
        return answer

    @abstractmethod
    def _charge(self, charges: Sequence[Charge]) -> list[Decision]: ...

    @abstractmethod
    def _forget(self, keys: Sequence[str]) -> None: ...

    @abstractmethod
    def _ping(self) -> None: ...

    def _disconnect(self) -> None:
        """Close connections, if there are any."""
        return


_known: dict[str, Counters] = {}
_lock = Lock()


def get_counters() -> Counters:
    """Those of the process. Connects to nothing yet.

    Raises:
        InvalidCacheBackendError: there is no such alias.
    """
    conf = core_settings.current
    alias = conf.RATE_LIMIT_CACHE_ALIAS or conf.CACHE_ALIAS
    counters = _known.get(alias)
    if counters is None:
        with _lock:
            counters = _known.get(alias) or _known.setdefault(alias, _made(alias))
    return counters


def forget_counters() -> None:
    """Close them all; for tests and after a change of settings."""
    with _lock:
        known = list(_known.values())
        _known.clear()
    for counters in known:
        counters.close()


def _made(alias: str) -> Counters:
    try:
        params: dict[str, Any] = settings.CACHES[alias]
    except KeyError:
        raise InvalidCacheBackendError(
            f"CACHES has no {alias!r}, which rate limits are to be kept in."
        ) from None
    location = redis_location(params)
    if location is not None:
        from .redis import RedisCounters

        return RedisCounters(alias, location)
    from .generic import CacheCounters

    return CacheCounters(alias)


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in ("CACHES", "MKT_CORE"):
        forget_counters()


setting_changed.connect(_forget, dispatch_uid="mkt_core.ratelimit")
