"""Of logs and request ids."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class LoggingSettings:
    """Keys of ``MKT_CORE``."""

    # Keep the X-Request-ID of a request instead of making one: only right behind a proxy that sets
    # or removes the header.
    TRUST_REQUEST_ID: bool = False
