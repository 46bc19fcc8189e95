"""System checks of rate limits and of the addresses that they count by; they read settings only."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from ..cache.checks import CULLED, DUMMY, LOCAL_MEMORY, MIN_ENTRIES, max_entries
from ..cache.checks import MIDDLEWARE as CACHE_MIDDLEWARE
from ..cache.store.location import wrapped_path
from ..checks import malformed_networks
from ..client_address import UNIX_SOCKET
from ..conf import CoreSettings, core_settings
from .configuration import problems_of

MIDDLEWARE = "mkt_core.ratelimit.middleware.RateLimitMiddleware"
_HEADER_NAME = re.compile(r"[A-Za-z0-9-]+")


def check_client_address(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E110``: something is no network. ``mkt_core.E111``: nobody can tell which proxies to believe."""
    if core_settings.problems():
        return []
    conf = core_settings.current
    return [*_malformed_networks(conf), *_unclear_proxies(conf)]


def check_rate_limits(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E112``: rules that cannot be used. ``W113``: the middleware's place. ``W114``: the cache."""
    if core_settings.problems():
        return []
    conf = core_settings.current
    return [*_unusable_rules(conf), *_misplaced_middleware(conf), *_unsuitable_cache(conf)]


def _malformed_networks(conf: CoreSettings) -> Iterator[CheckMessage]:
    proxies = [value for value in conf.TRUSTED_PROXIES if value != UNIX_SOCKET]
    for name, values in (
        ("TRUSTED_PROXIES", proxies),
        ("RATE_LIMIT_EXEMPT_NETWORKS", conf.RATE_LIMIT_EXEMPT_NETWORKS),
    ):
        yield from malformed_networks(f"MKT_CORE[{name!r}]", values, check_id="mkt_core.E110")


def _unclear_proxies(conf: CoreSettings) -> Iterator[CheckMessage]:
    problems = []
    if conf.TRUSTED_PROXY_COUNT < 0:
        problems.append("MKT_CORE['TRUSTED_PROXY_COUNT'] is below zero.")
    if conf.TRUSTED_PROXY_COUNT and conf.TRUSTED_PROXIES:
        problems.append("MKT_CORE has both 'TRUSTED_PROXIES' and 'TRUSTED_PROXY_COUNT'.")
    if not _HEADER_NAME.fullmatch(conf.TRUSTED_PROXY_HEADER):
        problems.append("MKT_CORE['TRUSTED_PROXY_HEADER'] is no name of a header.")
    for problem in problems:
        yield Error(
            problem,
            hint="Name the proxies' networks, or say how many there are, and which header they write.",
            id="mkt_core.E111",
        )


def _unusable_rules(conf: CoreSettings) -> Iterator[CheckMessage]:
    problems = [
        problem
        for position, given in enumerate(conf.RATE_LIMITS)
        for problem in problems_of(position, given)
    ]
    names = Counter(str(given.get("name")) for given in conf.RATE_LIMITS)
    problems += [
        f"MKT_CORE['RATE_LIMITS'] has {name!r} more than once."
        for name, count in names.items()
        if count > 1
    ]
    if _alias(conf) not in settings.CACHES and (conf.RATE_LIMITS or conf.RATE_LIMIT_CACHE_ALIAS):
        problems.append(f"Rate limits are to be kept in {_alias(conf)!r}, which is not in CACHES.")
    for problem in problems:
        yield Error(problem, hint="See docs/how-to/rate-limits.md.", id="mkt_core.E112")


def _misplaced_middleware(conf: CoreSettings) -> Iterator[CheckMessage]:
    paths = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in paths:
        if conf.RATE_LIMITS:
            yield CheckWarning(
                "MKT_CORE['RATE_LIMITS'] has no effect without RateLimitMiddleware.",
                hint=f"Add '{MIDDLEWARE}' to MIDDLEWARE, in front of ResponseCacheMiddleware.",
                id="mkt_core.W113",
            )
    elif CACHE_MIDDLEWARE in paths[: paths.index(MIDDLEWARE)]:
        yield CheckWarning(
            "RateLimitMiddleware stands behind ResponseCacheMiddleware: pages under its rules depend on the client and "
            "are not stored.",
            hint="Move it in front; add it to MKT_CORE['CACHE_DOOR_SKIPS'] if mkt_core.wsgi.cached is used.",
            id="mkt_core.W113",
        )


def _unsuitable_cache(conf: CoreSettings) -> Iterator[CheckMessage]:
    params = settings.CACHES.get(_alias(conf))
    if params is None or not conf.RATE_LIMITS:
        return
    path = wrapped_path(params)
    problem = ""
    if path == DUMMY:
        problem = "keeps nothing, so that no hit can be counted"
    elif path == LOCAL_MEMORY and not settings.DEBUG:
        problem = (
            "is in the memory of one process, so that each allows as much as the rate limits say"
        )
    elif path in CULLED and max_entries(params) < MIN_ENTRIES:
        problem = f"has room for {max_entries(params)} keys; rate limits need two per client"
    if problem:
        yield CheckWarning(
            f"CACHES[{_alias(conf)!r}] {problem}.",
            hint="Name an alias on Redis in MKT_CORE['RATE_LIMIT_CACHE_ALIAS'].",
            id="mkt_core.W114",
        )


def _alias(conf: CoreSettings) -> str:
    return conf.RATE_LIMIT_CACHE_ALIAS or conf.CACHE_ALIAS
