"""Of search engines and social networks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class SeoSettings:
    """Keys of ``MKT_CORE``."""
