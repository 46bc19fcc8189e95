"""Of security headers and of the Content Security Policy."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SecuritySettings:
    """Keys of ``MKT_CORE``."""
