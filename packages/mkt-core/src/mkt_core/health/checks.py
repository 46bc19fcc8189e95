"""The built-in checks: database, migrations, cache."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial

from django.core.cache import cache
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.executor import MigrationExecutor

from mkt_core._settings.health import HealthSettings
from mkt_core.conf import core_settings

from .registry import register

# Databases seen with all migrations applied. Working that out reads every migration file, and
# within one process the answer only changes when somebody migrates backwards under running code.
_migrated: set[str] = set()


class CheckFailed(Exception):
    """Something a check looked at is not as it should be."""


def register_built_in() -> None:
    """Called once, when mkt-core is ready."""
    register("database")(check_databases)
    register("migrations")(check_migrations)
    register("cache", critical=False)(check_cache)


def register_configured(conf: HealthSettings) -> None:
    """Those that the settings name. Called once, when mkt-core is ready; says nothing about mistakes, as checks do."""
    for alias in conf.HEALTH_REPLICAS:
        register(f"replica {alias}", critical=False)(partial(check_database, alias))
    if conf.HEALTH_PLUGIN_CHECKS:
        from .plugins import register_plugins

        register_plugins(conf.HEALTH_PLUGIN_CHECKS)


def check_databases() -> None:
    """Every database in ``HEALTH_DATABASES`` answers a query, over a new connection."""
    for alias in core_settings.current.HEALTH_DATABASES:
        check_database(alias)


def check_database(alias: str) -> None:
    """The database answers a query, over a new connection."""
    with _connection(alias) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        cursor.fetchone()


@contextmanager
def _connection(alias: str) -> Iterator[BaseDatabaseWrapper]:
    """A new connection, since this thread is new; not one of a pool, which may have none left when all is well."""
    connection = connections[alias]
    if "pool" not in connection.settings_dict.get("OPTIONS", {}):
        yield connection
        return
    connection = connection.copy()
    del connection.settings_dict["OPTIONS"]["pool"]
    try:
        yield connection
    finally:
        connection.close()


def check_migrations() -> None:
    """No migration waits to be applied to a database in ``HEALTH_DATABASES``."""
    for alias in core_settings.current.HEALTH_DATABASES:
        if alias not in _migrated:
            executor = MigrationExecutor(connections[alias])
            if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
                first, _backwards = plan[0]
                raise CheckFailed(f"{len(plan)} migrations wait in {alias!r}, the first is {first}")
            _migrated.add(alias)


def check_cache() -> None:
    """The default cache gives back what was put in. Pages work without it, so it only degrades."""
    key, value = f"mkt_core:health:{uuid.uuid4().hex}", uuid.uuid4().hex
    cache.set(key, value, timeout=10)
    found = cache.get(key)
    cache.delete(key)
    if found != value:
        raise CheckFailed("the default cache does not give back what was put in")
