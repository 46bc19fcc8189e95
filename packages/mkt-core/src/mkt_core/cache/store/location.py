"""Where the Redis of a Django cache alias is, if it stands on one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from django.utils.module_loading import import_string

DJANGO_REDIS = "django.core.cache.backends.redis.RedisCache"
THIRD_PARTY_REDIS = "django_redis.cache.RedisCache"
FAIL_SAFE = "mkt_core.cache.backends.FailSafeCache"

_SCHEMES = ("redis://", "rediss://", "unix://")
# Of django-redis. The others spread keys over several servers, or look for the server first.
_SINGLE_SERVER_CLIENTS = (
    "django_redis.client.DefaultClient",
    "django_redis.client.HerdClient",
    "django_redis.client.default.DefaultClient",
    "django_redis.client.herd.HerdClient",
)
# Meant for Django's own client, not for a connection.
_CLIENT_OPTIONS = frozenset({"serializer", "pool_class", "parser_class", "max_connections"})


@dataclass(frozen=True, slots=True)
class RedisLocation:
    """An address, and what redis-py's ``Connection`` is to be given beside it."""

    url: str
    options: Mapping[str, Any]
    key_prefix: str

    @property
    def server(self) -> str:
        """Where the server listens, the same for all its databases."""
        parts = urlsplit(self.url)
        if parts.scheme == "unix":
            return parts.path
        return f"{parts.hostname}:{parts.port or 6379}"


def wrapped_path(params: Mapping[str, Any]) -> str:
    """The dotted path of the cache that really holds the data of an alias."""
    backend = str(params.get("BACKEND", ""))
    if backend == FAIL_SAFE:
        return str(params.get("OPTIONS", {}).get("WRAPPED", DJANGO_REDIS))
    return backend


def redis_location(params: Mapping[str, Any]) -> RedisLocation | None:
    """For one value of ``CACHES``; None if it is no single Redis server. Several: the first, which takes the writes."""
    path = wrapped_path(params)
    location = params.get("LOCATION") or ""
    urls = [*re.split("[;,]", location)] if isinstance(location, str) else [*location]
    url = str(urls[0]) if urls else ""
    if not url.startswith(_SCHEMES):
        return None
    options = params.get("OPTIONS", {})
    prefix = str(params.get("KEY_PREFIX", ""))
    if path == DJANGO_REDIS:
        kept = {k: v for k, v in options.items() if k.islower() and k not in _CLIENT_OPTIONS}
    elif path == THIRD_PARTY_REDIS and _has_one_server(options):
        kept = _of_django_redis(options)
    else:
        return None
    return RedisLocation(url, kept, f"{prefix}:" if prefix else "")


def _has_one_server(options: Mapping[str, Any]) -> bool:
    client = options.get("CLIENT_CLASS", _SINGLE_SERVER_CLIENTS[0])
    is_found_otherwise = "SENTINELS" in options or "CONNECTION_FACTORY" in options
    return client in _SINGLE_SERVER_CLIENTS and not is_found_otherwise


def _of_django_redis(options: Mapping[str, Any]) -> dict[str, Any]:
    kept = {
        name: value
        for name, value in options.get("CONNECTION_POOL_KWARGS", {}).items()
        if name not in _CLIENT_OPTIONS
    }
    if password := options.get("PASSWORD"):
        kept["password"] = password
    if provider := options.get("CREDENTIAL_PROVIDER"):
        kept["credential_provider"] = (
            import_string(provider) if isinstance(provider, str) else provider
        )
    return kept
