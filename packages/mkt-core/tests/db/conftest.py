import time

import pytest
from django.db import connections
from django.db.backends.signals import connection_created

from mkt_core.db import wrappers
from mkt_core.db.group import current_group, forget_group

QUICK = {
    "DATABASE_REPLICAS": ["replica"],
    "DATABASE_PROBE_SECONDS": 0.05,
    "DATABASE_TIMEOUT_SECONDS": 2.0,
}


def databases(replica_name=":memory:"):
    """Complete entries for a replica, and for one more database that has nothing to do with it."""
    sqlite = {"ENGINE": "django.db.backends.sqlite3"}
    entries = {
        "default": {**sqlite, "NAME": ":memory:"},
        "replica": {**sqlite, "NAME": replica_name, "TEST": {"MIRROR": "default"}},
        "other": {**sqlite, "NAME": ":memory:"},
    }
    complete = type(connections)(entries).settings
    return {alias: complete[alias] for alias in ("replica", "other")}


@pytest.fixture
def add_databases(autocommit):
    """``add_databases(entries)`` makes them known for the test."""
    added = []

    def add(entries):
        for alias, entry in entries.items():
            connections.settings[alias] = entry
            added.append(alias)

    yield add
    for alias in dict.fromkeys(added):
        forget_connection(alias)
        del connections.settings[alias]


@pytest.fixture
def replicated(add_databases, settings):
    """The database of the tests with a replica, which knows all that the primary does, at once."""
    settings.MKT_CORE = QUICK
    settings.DATABASE_ROUTERS = ["mkt_core.db.ReplicaRouter"]
    add_databases(databases())
    forget_group()
    wrappers.install()
    assert until(lambda: current_group().choose(0.0) == "replica")
    yield settings
    group = current_group()
    forget_group()
    for watch in (group.primary, *group.replicas.values()):
        # Its thread closes its connection.
        assert until(lambda watch=watch: not watch.is_asking)
    connection_created.disconnect(dispatch_uid="mkt_core.db")
    for connection in connections.all(initialized_only=True):
        connection.execute_wrappers.clear()


def forget_connection(alias):
    """Close the connection of this thread for good: Django leaves databases in memory open."""
    if hasattr(connections._connections, alias):
        connection = connections[alias]
        connection.close()
        if connection.connection is not None:
            connection.connection.close()
        del connections[alias]


def until(condition, seconds=10.0):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.01)
    return True
