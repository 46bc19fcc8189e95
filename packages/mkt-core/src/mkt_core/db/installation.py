"""What a process does when it starts: with pools, and with replicas."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured
from django.db import connections

from ..conf import core_settings
from ..health.registry import register
from .group import weights

#: Longest time to connect to a replica, or to wait for its pool, where settings say nothing; libpq waits no less.
_CONNECT_SECONDS = 2


def install() -> None:
    """Called once, when mkt-core is ready."""
    for alias in connections:
        _drain_at_once(alias)
    try:
        replicas = weights() if core_settings.current.DATABASE_REPLICAS else {}
    except ImproperlyConfigured:
        # The system checks say what is wrong.
        return
    if not replicas:
        return
    from . import wrappers
    from .health import check_replicas

    for alias in replicas:
        _limit_waiting(alias)
    wrappers.install()
    register("replicas", critical=False)(check_replicas)


def _drain_at_once(alias: str) -> None:
    settings = connections.settings[alias]
    pool = settings.get("OPTIONS", {}).get("pool")
    if not pool or not settings["CONN_HEALTH_CHECKS"]:
        return
    try:
        from .pool import DrainingConnection
    except ImportError:
        # No psycopg 3: Django says so when it connects.
        return
    given = pool if isinstance(pool, dict) else {}
    settings["OPTIONS"]["pool"] = {"connection_class": DrainingConnection, **given}


def _limit_waiting(alias: str) -> None:
    settings = connections.settings.get(alias)
    if settings is None or not settings["ENGINE"].endswith("postgresql"):
        return
    options = settings["OPTIONS"]
    options.setdefault("connect_timeout", _CONNECT_SECONDS)
    if pool := options.get("pool"):
        options["pool"] = {"timeout": _CONNECT_SECONDS, **(pool if isinstance(pool, dict) else {})}
