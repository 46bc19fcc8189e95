"""Straight into the tables."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import DatabaseError, connections

from ..options import event_options
from ..rows import EventRow
from ..storage.store import store
from .base import Sink


class DatabaseSink(Sink):
    """Events and counts by minute in one transaction of ``EVENTS["DATABASE"]``: COPY on PostgreSQL."""

    name = "database"

    def write(self, rows: Sequence[EventRow]) -> None:
        connection = connections[event_options().DATABASE]
        if not connection.in_atomic_block and connection.connection is not None:
            connection.close_if_unusable_or_obsolete()
        try:
            store(rows)
        except DatabaseError:
            # A connection that the server has closed looks usable until it is asked.
            if not connection.in_atomic_block and not connection.is_usable():
                connection.close()
            raise

    def close(self) -> None:
        connections[event_options().DATABASE].close()
