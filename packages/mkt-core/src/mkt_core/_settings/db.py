"""Of databases and their replicas."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class DatabaseSettings:
    """Keys of ``MKT_CORE``."""
