"""Of the health checks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, kw_only=True)
class HealthSettings:
    """Keys of ``MKT_CORE``."""

    # Addresses and networks ("10.0.0.0/8") whose health requests are answered with details.
    HEALTH_NETWORKS: tuple[str, ...] = ()
    # Database aliases that readiness depends on.
    HEALTH_DATABASES: tuple[str, ...] = ("default",)
    # Database aliases whose loss only degrades: replicas, and whatever else the site can do without.
    HEALTH_REPLICAS: tuple[str, ...] = ()
    # Longest time one health check may take, in seconds, unless it was registered with its own.
    HEALTH_TIMEOUT_SECONDS: float = 2.0
    # So long the outcome of all checks is given to further probes, in seconds; 0: each probe runs them.
    HEALTH_REUSE_SECONDS: float = 1.0
    # Checks of django-health-check: dotted paths, or {"check": path, "options": {…}, "name": …, "critical": bool}.
    HEALTH_PLUGIN_CHECKS: tuple[str | Mapping[str, Any], ...] = ()
