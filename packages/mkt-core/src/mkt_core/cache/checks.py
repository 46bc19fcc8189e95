"""System checks of the caches; they read settings only and connect to nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from ..conf import core_settings
from .store.location import DJANGO_REDIS, FAIL_SAFE, THIRD_PARTY_REDIS, wrapped_path

MIDDLEWARE = "mkt_core.cache.middleware.ResponseCacheMiddleware"
# One version per tag and one entry per page and encoding need room.
MIN_ENTRIES = 10_000

LOCAL_MEMORY = "django.core.cache.backends.locmem.LocMemCache"
DUMMY = "django.core.cache.backends.dummy.DummyCache"
CULLED = (
    LOCAL_MEMORY,
    "django.core.cache.backends.db.DatabaseCache",
    "django.core.cache.backends.filebased.FileBasedCache",
)
_NETWORK = (
    DJANGO_REDIS,
    THIRD_PARTY_REDIS,
    "django.core.cache.backends.memcached.PyMemcacheCache",
    "django.core.cache.backends.memcached.PyLibMCCache",
)
_CACHE_SESSIONS = "django.contrib.sessions.backends.cache"


def check_backends(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.W020``: the default cache would raise. ``mkt_core.W021``: sessions in a cache that may be empty."""
    return [*_raising_default(), *_forgotten_sessions()]


def check_store(**kwargs: Any) -> list[CheckMessage]:
    """Where responses are kept, if they are: ``mkt_core.E022``, ``W023``, ``W024``, ``W025``, ``E026``."""
    if MIDDLEWARE not in settings.MIDDLEWARE or core_settings.problems():
        return []
    conf = core_settings.current
    if not (conf.CACHE_SOCKET_TIMEOUT_SECONDS > 0 and conf.CACHE_PROBE_SECONDS > 0):
        return [
            Error(
                "MKT_CORE['CACHE_SOCKET_TIMEOUT_SECONDS'] and ['CACHE_PROBE_SECONDS'] must be above zero.",
                hint="Remove the keys to use their defaults.",
                id="mkt_core.E026",
            )
        ]
    params = settings.CACHES.get(conf.CACHE_ALIAS)
    if params is None:
        return [
            Error(
                f"MKT_CORE['CACHE_ALIAS'] is {conf.CACHE_ALIAS!r}, which is not in CACHES.",
                hint=f"Known aliases: {', '.join(settings.CACHES)}.",
                id="mkt_core.E022",
            )
        ]
    return list(_unsuitable(conf.CACHE_ALIAS, params))


def _raising_default() -> Iterator[CheckMessage]:
    params = settings.CACHES.get("default", {})
    backend = params.get("BACKEND")
    if backend not in _NETWORK or _is_told_to_ignore(params):
        return
    yield CheckWarning(
        "CACHES['default'] raises when its server is slow or gone, and Wagtail reads it on every page.",
        hint=(
            f"Use '{FAIL_SAFE}' as BACKEND and add 'WRAPPED': '{backend}' to its OPTIONS: "
            "pages then work without the server."
        ),
        id="mkt_core.W020",
    )


def _is_told_to_ignore(params: Mapping[str, Any]) -> bool:
    default = getattr(settings, "DJANGO_REDIS_IGNORE_EXCEPTIONS", False)
    ignores = params.get("OPTIONS", {}).get("IGNORE_EXCEPTIONS", default)
    return params.get("BACKEND") == THIRD_PARTY_REDIS and bool(ignores)


def _forgotten_sessions() -> Iterator[CheckMessage]:
    alias = settings.SESSION_CACHE_ALIAS
    is_fail_safe = settings.CACHES.get(alias, {}).get("BACKEND") == FAIL_SAFE
    if is_fail_safe and settings.SESSION_ENGINE == _CACHE_SESSIONS:
        yield CheckWarning(
            f"Sessions are kept only in the cache {alias!r}, which is empty while its server is away: "
            "nobody can log in then, and everybody is logged out.",
            hint="Use SESSION_ENGINE = 'django.contrib.sessions.backends.cached_db'.",
            id="mkt_core.W021",
        )


def _unsuitable(alias: str, params: Mapping[str, Any]) -> Iterator[CheckMessage]:
    path = wrapped_path(params)
    if path == DUMMY:
        yield CheckWarning(
            f"The response cache keeps nothing: CACHES[{alias!r}] is Django's dummy cache.",
            hint="Name another alias in MKT_CORE['CACHE_ALIAS'], or remove the middleware.",
            id="mkt_core.W025",
        )
    if path == LOCAL_MEMORY and not settings.DEBUG:
        yield CheckWarning(
            f"CACHES[{alias!r}] is in the memory of one process: others do not hear of changes made there and show "
            "old pages.",
            hint="Use Redis or another shared cache; silence this if there is one process only.",
            id="mkt_core.W023",
        )
    if path in CULLED and max_entries(params) < MIN_ENTRIES:
        yield CheckWarning(
            f"CACHES[{alias!r}] has room for {max_entries(params)} keys; the response cache needs one per page and "
            "one per thing that pages are made of.",
            hint=f"Set OPTIONS['MAX_ENTRIES'] to {MIN_ENTRIES} or more.",
            id="mkt_core.W024",
        )


def max_entries(params: Mapping[str, Any]) -> int:
    try:
        return int(params.get("OPTIONS", {}).get("MAX_ENTRIES", 300))
    except (TypeError, ValueError):
        # What Django does with it.
        return 300
