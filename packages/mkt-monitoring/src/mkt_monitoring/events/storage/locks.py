"""Locks of PostgreSQL for work that one process at a time should do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction

#: The first key of all advisory locks of this package ("mktm"), and the second ones.
_NAMESPACE = 0x6D6B746D
PARTITIONS, ROLLUP, PRUNE, VISITORS = 1, 2, 3, 4


def transaction_lock(cursor: Any, key: int) -> None:
    """Wait for the lock; it is held until the transaction ends."""
    cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_NAMESPACE, key])


@contextmanager
def alone(connection: Any, key: int) -> Iterator[bool]:
    """A transaction, and whether nobody else is in one with this ``key``: if not, leave the work to the other.

    Without PostgreSQL it begins with a write, which is what makes others wait on SQLite.
    """
    from ...models import Event

    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [_NAMESPACE, key])
            yield bool(cursor.fetchone()[0])
            return
        table = connection.ops.quote_name(Event._meta.db_table)
        cursor.execute(f"DELETE FROM {table} WHERE 1 = 0")  # noqa: S608
        yield True
