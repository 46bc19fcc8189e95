"""Of the health checks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class HealthSettings:
    """Keys of ``MKT_CORE``."""

    # Addresses and networks ("10.0.0.0/8") whose health requests are answered with details.
    HEALTH_NETWORKS: tuple[str, ...] = ()
    # Database aliases that readiness depends on.
    HEALTH_DATABASES: tuple[str, ...] = ("default",)
    # Longest time one health check may take, in seconds, unless it was registered with its own.
    HEALTH_TIMEOUT_SECONDS: float = 2.0
