"""Where responses are kept, on any cache alias: ``get_store()``.

>>> store = get_store()
>>> lookup = store.look_up("https://example.com/")
>>> stored = store.put("https://example.com/", {"identity": entry}, {"page:7"}, lookup.moment)
>>> store.bump({"page:7"})  # Called by ``mkt_core.cache.purging`` after every commit.
"""

from __future__ import annotations

from collections.abc import Iterable
from threading import Lock
from typing import Any

from django.conf import settings
from django.core.cache import InvalidCacheBackendError
from django.core.signals import setting_changed

from ...conf import core_settings
from .base import Lookup, Store, StoreStatus
from .entry import Entry, UnreadableEntry
from .location import redis_location, wrapped_path

__all__ = [
    "Entry",
    "Lookup",
    "Store",
    "StoreStatus",
    "UnreadableEntry",
    "bump",
    "forget_stores",
    "get_store",
]

_stores: dict[str, Store] = {}
_lock = Lock()


def get_store(alias: str | None = None) -> Store:
    """The process's store on the cache ``alias`` (default: ``MKT_CORE["CACHE_ALIAS"]``). Connects to nothing yet.

    Raises:
        InvalidCacheBackendError: there is no such alias.
    """
    name = alias or core_settings.current.CACHE_ALIAS
    store = _stores.get(name)
    if store is None:
        with _lock:
            store = _stores.get(name) or _stores.setdefault(name, _made(name))
    return store


def bump(tags: Iterable[str]) -> None:
    """Everything made of ``tags`` is out of date: the sink of ``mkt_core.cache.purging``."""
    get_store().bump(tags)


def forget_stores() -> None:
    """Close all stores; they are made again when needed. For tests and after a change of settings."""
    with _lock:
        stores = list(_stores.values())
        _stores.clear()
    for store in stores:
        store.close()


def _made(alias: str) -> Store:
    try:
        params: dict[str, Any] = settings.CACHES[alias]
    except KeyError:
        raise InvalidCacheBackendError(
            f"CACHES has no {alias!r}, which the response cache is to use."
        ) from None
    location = redis_location(params)
    if location is not None:
        from .redis import RedisStore

        return RedisStore(alias, location)
    from .generic import CacheStore

    return CacheStore(alias, wrapped_path(params))


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in ("CACHES", "MKT_CORE"):
        forget_stores()


setting_changed.connect(_forget, dispatch_uid="mkt_core.cache.store")
