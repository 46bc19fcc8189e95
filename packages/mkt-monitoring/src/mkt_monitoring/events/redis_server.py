"""A client of the Redis or Valkey that an option of the events names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from mkt_core.cache.store.location import redis_location

if TYPE_CHECKING:
    from redis import Redis


def redis_client(option: str, url: str, alias: str, timeout_seconds: float) -> Redis:
    """A client of the server at ``url``, or of the one behind the cache ``alias``; it connects when it is used.

    A command that fails is not tried again here. ``option`` is what messages call the option ("SINK_OPTIONS").

    Raises:
        ImproperlyConfigured: the package redis is missing, or neither names one server.
    """
    try:
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
    except ImportError as error:
        raise ImproperlyConfigured(
            f"EVENTS['{option}'] needs the package redis: install mkt-monitoring[redis]."
        ) from error
    url, options = _address(option, url, alias)
    kept = {
        **options,
        "socket_timeout": timeout_seconds,
        "socket_connect_timeout": timeout_seconds,
        # Whoever asks tries again; here, a pause would keep its thread from it.
        "retry": Retry(NoBackoff(), 0),
        "retry_on_timeout": False,
        "health_check_interval": 30,
        "decode_responses": False,
        "protocol": 2,
    }
    return Redis.from_url(url, **kept)


def _address(option: str, url: str, alias: str) -> tuple[str, dict[str, Any]]:
    if url:
        return url, {}
    params = settings.CACHES.get(alias)
    location = redis_location(params) if params else None
    if location is None:
        raise ImproperlyConfigured(
            f"EVENTS['{option}'] needs URL, or CACHE with the alias of a cache on one Redis server."
        )
    return location.url, dict(location.options)
