"""Of rate limits and of the addresses of clients."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class RateLimitSettings:
    """Keys of ``MKT_CORE``."""
