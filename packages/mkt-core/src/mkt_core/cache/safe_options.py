"""What the wrapped cache must be told so that trouble is short, and known to whoever wraps it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..conf import core_settings
from .store.location import DJANGO_REDIS, THIRD_PARTY_REDIS

PYMEMCACHE = "django.core.cache.backends.memcached.PyMemcacheCache"

_TIMEOUT_NAMES = {
    DJANGO_REDIS: ("socket_timeout", "socket_connect_timeout"),
    THIRD_PARTY_REDIS: ("SOCKET_TIMEOUT", "SOCKET_CONNECT_TIMEOUT"),
    PYMEMCACHE: ("timeout", "connect_timeout"),
}


def safe_options(path: str, options: Mapping[str, Any]) -> dict[str, Any]:
    """``options`` of the cache at ``path``, with short timeouts unless it has its own."""
    seconds = core_settings.current.CACHE_SOCKET_TIMEOUT_SECONDS
    safe = dict.fromkeys(_TIMEOUT_NAMES.get(path, ()), seconds) | dict(options)
    if path == THIRD_PARTY_REDIS:
        # It must not hide errors from us.
        safe["IGNORE_EXCEPTIONS"] = False
    return safe
