"""Of requests that we make ourselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OutgoingSettings:
    """Keys of ``MKT_CORE``."""
