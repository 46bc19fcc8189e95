"""Of rate limits and of the addresses of clients."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class RateLimitSettings:
    """Keys of ``MKT_CORE``."""

    # Addresses and networks ("10.0.0.0/8") of proxies whose word about the client counts; "unix" is whoever connects
    # through a Unix socket.
    TRUSTED_PROXIES: tuple[str, ...] = ()
    # Instead of them: how many proxies every request has come through. 0: none.
    TRUSTED_PROXY_COUNT: int = 0
    # The header that these proxies add the client to: "X-Forwarded-For", "Forwarded", or one with a single address.
    TRUSTED_PROXY_HEADER: str = "X-Forwarded-For"

    # The alias in CACHES that rate limits are kept in; if empty, CACHE_ALIAS.
    RATE_LIMIT_CACHE_ALIAS: str = ""
    # Rules for whole parts of the site, for RateLimitMiddleware: see docs/how-to/rate-limits.md.
    RATE_LIMITS: tuple[Mapping[str, Any], ...] = ()
    # Addresses and networks that are never limited by the middleware and the decorator.
    RATE_LIMIT_EXEMPT_NETWORKS: tuple[str, ...] = ()
