"""Counts by minute: which rows an event counts in, and adding to them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from ...models.aggregates import KEY, OTHER_VALUES, PAGE, TOTAL
from .. import schema, vitals
from ..options import event_options
from ..rows import EventRow

BATCH = 500
_COLUMNS_OF = {
    "referrer": "referrer_group",
    "campaign": "utm_campaign",
    "source": "utm_source",
    "medium": "utm_medium",
    "country": "country",
    "device": "device",
}


class MinuteKey(NamedTuple):
    """The columns that make a row of ``EventMinute`` unique."""

    # Minutes since 1970.
    minute: int
    site_id: int
    event: str
    dimension: str
    value: str
    page_id: int


def minute_counts(rows: Iterable[EventRow]) -> dict[MinuteKey, tuple[int, float]]:
    """Count and sum for each row of ``EventMinute`` that these events are in."""
    limit = event_options().VALUES_LIMIT
    counts: dict[MinuteKey, tuple[int, float]] = {}
    values: dict[tuple[int, int, str, str], int] = {}
    for row in rows:
        number = row.value or 0.0
        for key in _keys(row):
            found = counts.get(key)
            if found is None:
                group = key[:4]
                values[group] = values.get(group, 0) + 1
                if values[group] > limit:
                    key = key._replace(value=OTHER_VALUES, page_id=0)
                    found = counts.get(key)
            count, total = found or (0, 0.0)
            counts[key] = (count + 1, total + number)
    return counts


def add_minutes(connection: Any, counts: Mapping[MinuteKey, tuple[int, float]]) -> None:
    """Add to the table. In a transaction of the caller; one statement for 500 rows."""
    from ...models import EventMinute

    adapted = connection.ops.adapt_datetimefield_value
    rows = [
        (adapted(_start(key.minute)), *key[1:], count, total)
        # In one order everywhere: two who add to the same rows must not wait for each other.
        for key, (count, total) in sorted(counts.items())
    ]
    upsert(
        connection,
        EventMinute._meta.db_table,
        ("start", *KEY),
        ("count", "sum"),
        rows,
        defaults={"rolled_count": "0", "rolled_sum": "0"},
    )


def upsert(
    connection: Any,
    table: str,
    key: tuple[str, ...],
    added: tuple[str, ...],
    rows: list[tuple[Any, ...]],
    *,
    defaults: Mapping[str, str] | None = None,
) -> None:
    """Insert rows, or add their last columns to those that are there. ``defaults`` is SQL for the other columns."""
    quote = connection.ops.quote_name
    more = defaults or {}
    columns = ", ".join(map(quote, (*key, *added, *more)))
    one = f"({', '.join(['%s'] * (len(key) + len(added)) + [*more.values()])})"
    additions = ", ".join(
        f"{quote(name)} = {quote(table)}.{quote(name)} + excluded.{quote(name)}" for name in added
    )
    for first in range(0, len(rows), BATCH):
        part = rows[first : first + BATCH]
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {quote(table)} ({columns}) VALUES {', '.join([one] * len(part))}"  # noqa: S608
                f" ON CONFLICT ({', '.join(map(quote, key))}) DO UPDATE SET {additions}",
                [value for row in part for value in row],
            )


def _keys(row: EventRow) -> Iterator[MinuteKey]:
    minute = int(row.occurred_at // 60)
    yield MinuteKey(minute, row.site_id, row.name, TOTAL, "", 0)
    known = schema.find(row.name)
    properties: dict[str, Any] | None = None
    for dimension in known.dimensions if known else (PAGE,):
        if dimension == PAGE:
            if row.path:
                yield MinuteKey(minute, row.site_id, row.name, PAGE, row.path, row.page_id or 0)
        elif column := _COLUMNS_OF.get(dimension):
            if value := getattr(row, column):
                yield MinuteKey(minute, row.site_id, row.name, dimension, value, 0)
        else:
            if properties is None:
                properties = json.loads(row.properties)
            if (value := properties.get(dimension)) is not None:
                yield MinuteKey(minute, row.site_id, row.name, f"prop:{dimension}", str(value), 0)
    if row.name == vitals.EVENT and (place := vitals.place_of(properties or {}, row.device)):
        yield MinuteKey(minute, row.site_id, row.name, *place, 0)


def _start(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)
