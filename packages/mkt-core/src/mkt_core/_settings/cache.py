"""Of the response cache."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class CacheSettings:
    """Keys of ``MKT_CORE``."""

    # The response cache's store. The alias in CACHES that responses are kept in.
    CACHE_ALIAS: str = "default"
    # Longest time to wait for Redis, connecting and answering each.
    CACHE_SOCKET_TIMEOUT_SECONDS: float = 0.25
    # While the cache server is away: time between two attempts to reach it, in the background.
    CACHE_PROBE_SECONDS: float = 5.0
    # A response that is larger, all its encodings together, is not stored.
    CACHE_MAX_ENTRY_BYTES: int = 4_000_000

    # The response cache's middleware. So long a response is given out before it is rendered again, although nothing
    # is known to have changed.
    CACHE_SECONDS: float = 300.0
    # So long after that it is still given out: while somebody renders it again, and when that fails.
    CACHE_STALE_SECONDS: float = 3600.0
    # A page that is not there is kept only so long, and never given out after that.
    CACHE_NOT_FOUND_SECONDS: float = 10.0
    # Query arguments that pages may depend on. Requests with others bypass the cache, except for the ignored ones.
    CACHE_QUERY_ARGUMENTS: tuple[str, ...] = ("page",)
    # Query arguments that no page depends on; "utm_*" stands for all that begin so.
    CACHE_IGNORED_QUERY_ARGUMENTS: tuple[str, ...] = (
        "utm_*",
        "fbclid",
        "gclid",
        "gbraid",
        "wbraid",
        "dclid",
        "msclkid",
        "twclid",
        "ttclid",
        "igshid",
        "mc_cid",
        "mc_eid",
        "_ga",
        "_gl",
        "pk_*",
        "mtm_*",
    )
    # Request headers and cookies that have a stored response for each of their values.
    CACHE_VARY_HEADERS: tuple[str, ...] = ()
    CACHE_VARY_COOKIES: tuple[str, ...] = ()
    # Request headers that may be read although no response depends on them; "Remote-Addr" is the client's address.
    CACHE_IGNORED_HEADERS: tuple[str, ...] = (
        "User-Agent",
        "X-Request-ID",
        "Traceparent",
        "Tracestate",
    )
    # A response with a larger body is not stored.
    CACHE_MAX_BODY_BYTES: int = 1_000_000
    # Longest time browsers, and proxies, may use a response without asking again.
    CACHE_BROWSER_SECONDS: int = 0
    CACHE_PROXY_SECONDS: int = 0
    # Header that says how long proxies may; with one of its own, browsers do not see it.
    CACHE_PROXY_HEADER: Literal["Cache-Control", "Surrogate-Control", "CDN-Cache-Control"] = (
        "Cache-Control"
    )
    # Header, or several, that tells a proxy the tags ("Surrogate-Key", "Cache-Tag", "xkey"). If empty, those that the
    # backends in CACHE_CDN ask for.
    CACHE_TAG_HEADER: str | tuple[str, ...] = ""
    # If the tags do not fit into so many bytes, proxies must not keep the response.
    CACHE_TAG_HEADER_BYTES: int = 8000
    # CDNs and proxies that are told what has changed: name → {"BACKEND": dotted path, and the options of that backend}.
    CACHE_CDN: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    # Longest time to wait for one of them, connecting and answering each.
    CACHE_CDN_TIMEOUT_SECONDS: float = 2.0
    # If more tags than this wait for one of them, everything is purged there instead.
    CACHE_CDN_MAX_TAGS: int = 500
    # So long a queue goes on trying to deliver a purge; without a queue it is tried until the process ends.
    CACHE_CDN_RETRY_SECONDS: float = 86_400.0
    # Without a queue: so long a process that ends goes on sending.
    CACHE_CDN_EXIT_SECONDS: float = 3.0
    # Also purge, through wagtail.contrib.frontend_cache, URLs that Wagtail itself does not.
    CACHE_CDN_URLS: bool = True
    # Tables written all the time that no page shows: neither noticed when read nor when written.
    CACHE_IGNORED_TABLES: tuple[str, ...] = ()
    # So long this process gives a response out without asking the store; at most 2. Other processes' changes show
    # up so much later.
    CACHE_LOCAL_SECONDS: float = 0.0
    # While a response is rendered for the first time, others wait for it so long, and it is theirs to render if the
    # first one has not come back after the lease.
    CACHE_WAIT_SECONDS: float = 3.0
    CACHE_LEASE_SECONDS: float = 30.0
    # Middleware in front of the cache that responses from mkt_core.wsgi.cached() can do without.
    CACHE_DOOR_SKIPS: tuple[str, ...] = (
        "mkt_core.health.middleware.HealthMiddleware",
        "mkt_monitoring.middleware.RequestMetricsMiddleware",
        "whitenoise.middleware.WhiteNoiseMiddleware",
    )
