"""The built-in checks: database, migrations, cache."""

from __future__ import annotations

import uuid

from django.core.cache import cache
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

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


def check_databases() -> None:
    """Every database in ``HEALTH_DATABASES`` answers a query, over a new connection."""
    for alias in core_settings.current.HEALTH_DATABASES:
        with connections[alias].cursor() as cursor:
            cursor.execute("SELECT 1")
            cursor.fetchone()


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
