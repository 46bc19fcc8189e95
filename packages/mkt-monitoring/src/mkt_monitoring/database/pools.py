"""The connection pools of psycopg, as far as they are used (``OPTIONS["pool"]``)."""

from __future__ import annotations

from typing import Any

from django.core.signals import request_finished
from django.db.backends.base.base import BaseDatabaseWrapper

from ..registry import gauge

connections_gauge = gauge(
    "db_pool_connections", "Connections in the pools.", ["alias", "state"], mode="livesum"
)
waiting = gauge("db_pool_waiting", "Waiting for a connection.", ["alias"], mode="livesum")

_pools: dict[str, Any] = {}


def note_pool(connection: BaseDatabaseWrapper) -> None:
    """Look after the pool of this connection from now on, if it has one."""
    # Looked up and not asked for: the property makes one. It changes when settings do.
    pool = getattr(connection, "_connection_pools", {}).get(connection.alias)
    if pool is None:
        return
    if not _pools:
        request_finished.connect(look_at_pools, dispatch_uid="mkt_monitoring.look_at_pools")
    _pools[connection.alias] = pool
    look_at_pools()


def look_at_pools(**kwargs: Any) -> None:
    """Write down how full the pools of this process are."""
    for alias, pool in _pools.items():
        stats = pool.get_stats()
        idle = stats.get("pool_available", 0)
        connections_gauge.labels(alias, "idle").set(idle)
        connections_gauge.labels(alias, "used").set(stats.get("pool_size", 0) - idle)
        waiting.labels(alias).set(stats.get("requests_waiting", 0))
