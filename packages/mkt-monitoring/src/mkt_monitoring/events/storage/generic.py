"""Events into tables of a database without COPY."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from ..rows import EventRow, as_columns

BATCH = 500


def insert(alias: str, rows: Sequence[EventRow]) -> list[EventRow]:
    """Insert those that are not there yet; gives them. In a transaction of the caller."""
    from ...models import Event

    events = Event.objects.using(alias)
    # A write first: SQLite gives up at once when a transaction that has read wants to write while another does.
    events.filter(pk=UUID(int=0)).delete()
    new: list[EventRow] = []
    for first in range(0, len(rows), BATCH):
        part = rows[first : first + BATCH]
        ids = [UUID(row.id) for row in part]
        there = set(events.filter(pk__in=ids).values_list("pk", flat=True))
        new += [row for row, pk in zip(part, ids, strict=True) if pk not in there]
    events.bulk_create([Event(**as_columns(row)) for row in new], batch_size=BATCH)
    return new
