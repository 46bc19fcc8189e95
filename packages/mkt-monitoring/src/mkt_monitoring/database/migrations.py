"""Migrations that wait, by database. Looked at when asked, never at the start."""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections
from django.db.migrations.executor import MigrationExecutor
from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from ..collectors import collector


def unapplied_by_alias() -> dict[str, int]:
    """How many migrations wait in each database. Reads the migrations of all apps and one table of each database."""
    found = {}
    for alias in connections:
        if connections[alias].settings_dict["ENGINE"] == "django.db.backends.dummy":
            continue
        executor = MigrationExecutor(connections[alias])
        found[alias] = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    return found


@collector(ttl_seconds=300, budget_seconds=10, name="mkt_monitoring.migrations")
def unapplied_migrations() -> Iterator[Metric]:
    """See ``unapplied_by_alias()``."""
    family = GaugeMetricFamily(
        "django_migrations_unapplied", "Migrations not applied.", labels=["alias"]
    )
    for alias, number in unapplied_by_alias().items():
        family.add_metric([alias], number)
    yield family
