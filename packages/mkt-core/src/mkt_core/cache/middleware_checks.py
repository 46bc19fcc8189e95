"""System checks of the response cache's middleware and its settings."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage
from django.core.checks import Warning as CheckWarning

from ..checks import impossible_numbers
from ..conf import CoreSettings, core_settings
from .checks import MIDDLEWARE
from .local import LONGEST_SECONDS

# What these add to a response, or decide by the visitor, has to happen before it is stored.
_BEHIND = (
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "csp.middleware.CSPMiddleware",
    "mkt_core.security.middleware.ContentSecurityPolicyMiddleware",
    "mkt_core.security.middleware.SecurityHeadersMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
)
# These must see what goes out, not what is stored.
_BEFORE = (
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
)
_OTHER_CACHES = (
    "django.middleware.cache.UpdateCacheMiddleware",
    "django.middleware.cache.FetchFromCacheMiddleware",
    "django.middleware.cache.CacheMiddleware",
    "wagtailcache.cache.UpdateCacheMiddleware",
    "wagtailcache.cache.FetchFromCacheMiddleware",
)

_POSITIVE = ("CACHE_LEASE_SECONDS", "CACHE_MAX_BODY_BYTES")
_NOT_NEGATIVE = (
    "CACHE_SECONDS",
    "CACHE_STALE_SECONDS",
    "CACHE_NOT_FOUND_SECONDS",
    "CACHE_BROWSER_SECONDS",
    "CACHE_PROXY_SECONDS",
    "CACHE_TAG_HEADER_BYTES",
    "CACHE_LOCAL_SECONDS",
    "CACHE_WAIT_SECONDS",
)


def check_response_cache(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.W030`` to ``W032``: the order of the middleware. ``E033``, ``W034``: values of the settings."""
    paths = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in paths or core_settings.problems():
        return []
    return [
        *_misplaced(paths),
        *_two_caches(paths),
        *impossible_numbers(
            core_settings.current, _POSITIVE, _NOT_NEGATIVE, check_id="mkt_core.E033"
        ),
        *_late(core_settings.current),
    ]


def _misplaced(paths: list[str]) -> Iterator[CheckMessage]:
    place = paths.index(MIDDLEWARE)
    too_early = [path for path in paths[:place] if path in _BEHIND]
    if too_early:
        yield CheckWarning(
            f"ResponseCacheMiddleware stands behind {', '.join(too_early)}, which then runs for stored responses, too.",
            hint="Put it first, or right behind SecurityMiddleware.",
            id="mkt_core.W030",
        )
    too_late = [path for path in paths[place:] if path in _BEFORE]
    if too_late:
        yield CheckWarning(
            f"ResponseCacheMiddleware stands in front of {', '.join(too_late)}, which never sees a stored response.",
            hint="Move them in front of ResponseCacheMiddleware.",
            id="mkt_core.W031",
        )


def _two_caches(paths: list[str]) -> Iterator[CheckMessage]:
    others = [path for path in paths if path in _OTHER_CACHES]
    if others:
        yield CheckWarning(
            f"{', '.join(others)} keeps responses as well and does not hear of changes: old pages will be shown.",
            hint="Remove it; ResponseCacheMiddleware takes its place.",
            id="mkt_core.W032",
        )


def _late(conf: CoreSettings) -> Iterator[CheckMessage]:
    if conf.CACHE_LOCAL_SECONDS > LONGEST_SECONDS:
        yield CheckWarning(
            f"MKT_CORE['CACHE_LOCAL_SECONDS'] is {conf.CACHE_LOCAL_SECONDS}; {LONGEST_SECONDS} is used, because other "
            "processes' changes show up only after that time.",
            hint=f"Give a number from 0 to {LONGEST_SECONDS}.",
            id="mkt_core.W034",
        )
