"""Which database a query goes to."""

from __future__ import annotations

import math
from typing import Any

from django.core.exceptions import SynchronousOnlyOperation
from django.db import DatabaseError, connections, models

from ..cache.collector import current_collector
from .freshness import not_before
from .group import Group, current_group
from .routing import Routing, current_routing


class ReplicaRouter:
    """Reads of safe requests go to a replica, everything else to the primary. The last of ``DATABASE_ROUTERS``.

    In a transaction, after a write of the request, and outside of requests (``use_replica()`` aside), reads go to the
    primary too. What says ``using()`` goes there.
    """

    def db_for_read(self, model: type[models.Model], **hints: Any) -> str | None:
        group = current_group()
        if not group.replicas:
            return None
        instance = hints.get("instance")
        if instance is not None and (alias := instance._state.db) is not None:
            if alias not in group.aliases:
                # Somebody else's.
                return None
            if alias == group.primary_alias and not group.primary.is_away:
                # What belongs to a row should be no older than the row.
                return str(alias)
        return self._replica_for(model, group) or group.primary_alias

    def db_for_write(self, model: type[models.Model], **hints: Any) -> str | None:
        group = current_group()
        if not group.replicas:
            return None
        instance = hints.get("instance")
        if instance is not None and instance._state.db not in (None, *group.aliases):
            return None
        return group.primary_alias

    def allow_relation(
        self, first: models.Model, second: models.Model, **hints: Any
    ) -> bool | None:
        aliases = {first._state.db, second._state.db}
        return True if aliases <= current_group().aliases else None

    def allow_migrate(self, db: str, app_label: str, **hints: Any) -> bool | None:
        return False if db in current_group().replicas else None

    def _replica_for(self, model: type[models.Model], group: Group) -> str:
        routing = current_routing()
        if routing is None or not routing.may_use_replicas or routing.has_written:
            return ""
        if connections[group.primary_alias].in_atomic_block:
            return ""
        if model._meta.db_table in group.primary_tables and not group.primary.is_away:
            return ""
        return _chosen(routing, group)


def _chosen(routing: Routing, group: Group) -> str:
    """The replica for what is read now; empty if it has to be the primary."""
    if not routing.replica:
        alias = group.choose(not_before())
    else:
        # A long block must not outlive the watch, without which nobody knows whether the replica answers.
        group.keep_watching()
        replica = group.replicas[routing.replica]
        if replica.problem:
            # Another one may be behind what was read already.
            routing.may_use_replicas = False
            return ""
        alias = routing.replica if replica.as_of >= not_before() else ""
    alias = alias or _last_resort(routing, group)
    if not alias or not _is_connected(alias, group):
        return ""
    routing.replica = alias
    return alias


def _last_resort(routing: Routing, group: Group) -> str:
    """While the primary is away: better an old page than none, but nobody may keep it."""
    if not group.primary.is_away:
        return ""
    alias = routing.replica or group.choose(-math.inf)
    if alias and (collector := current_collector()) is not None:
        collector.refuse("replica")
    return alias


def _is_connected(alias: str, group: Group) -> bool:
    """Connect now, while the query can still go elsewhere."""
    connection = connections[alias]
    if connection.connection is not None and getattr(connection.connection, "closed", False):
        # An earlier query has found it dead.
        connection.close()
    try:
        connection.close_if_health_check_failed()
        if connection.connection is None and group.replicas[alias].is_silent:
            return False
        connection.ensure_connection()
    except SynchronousOnlyOperation:
        # An event loop asks, to query in a thread later on.
        return True
    except DatabaseError as error:
        group.failed(alias, error)
        return False
    return True
