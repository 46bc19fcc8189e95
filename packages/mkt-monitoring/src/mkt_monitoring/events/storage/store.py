"""Events and their counts by minute, in one transaction: stored once, however often they come."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

from django.db import IntegrityError, connections, transaction

from ..options import event_options
from ..rows import EventRow
from ..uniques.choosing import counters
from . import generic, postgresql
from .minutes import add_minutes, minute_counts

#: Days whose partition this process has seen to; a few at most, as no event is older than a day.
_days: set[str] = set()


def store(rows: Sequence[EventRow]) -> int:
    """Store those that are not there yet, and count them; gives how many those were.

    Queries on PostgreSQL: one COPY, and one statement for 500 counts; three more if one of the events was there
    already, and some for the first event of a day. Elsewhere a SELECT and an INSERT for 500 events, and the counts.
    Where visitors are counted by HyperLogLog, one round trip after the commit.

    Raises:
        django.db.DataError: a value cannot be stored.
        django.db.DatabaseError: nothing was stored.
    """
    alias = event_options().DATABASE
    connection = connections[alias]
    if not rows:
        return 0
    new = _stored(connection, rows)
    if new and (there := counters()) is not None:
        # The caller's transaction may still be undone.
        transaction.on_commit(partial(there.add, new), using=alias)
    return len(new)


def _stored(connection: Any, rows: Sequence[EventRow]) -> Sequence[EventRow]:
    """Those that were new."""
    alias = connection.alias
    # One batch may have an event twice, after a stream was asked twice.
    unique = list({row.id: row for row in rows}.values())
    if not postgresql.can_copy(connection):
        with transaction.atomic(using=alias):
            new = generic.insert(alias, unique)
            add_minutes(connection, minute_counts(new))
        return new
    if new_days := {row.day for row in unique} - _days:
        postgresql.ensure_partitions(connection, new_days)
        if not connection.in_atomic_block:
            # What is made in a transaction of the caller may be undone.
            _days.update(new_days)
    try:
        with transaction.atomic(using=alias):
            postgresql.copy(connection, unique)
            add_minutes(connection, minute_counts(unique))
        return unique
    except IntegrityError:
        # Some are there already, which is rare.
        pass
    with transaction.atomic(using=alias):
        new = postgresql.missing(connection, unique)
        postgresql.copy(connection, new)
        add_minutes(connection, minute_counts(new))
    return new
