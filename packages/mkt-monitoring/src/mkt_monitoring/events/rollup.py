"""From minutes to hours and days.

A minute remembers how much of it hours and days have got. Adding the difference, and remembering that, is one
transaction: done twice it adds nothing, and an event that comes late is not missed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from django.db import connections
from django.db.models import F
from django.db.models.functions import Collate

from ..days import date_of
from ..models.aggregates import KEY, OTHER_VALUES, TOTAL
from .options import event_options
from .storage.locks import ROLLUP, alone
from .storage.minutes import upsert

#: Minutes in one transaction.
BATCH = 5000

Amount = tuple[int, float]


class Key(NamedTuple):
    """What tells the rows of an hour or a day apart."""

    moment: datetime | date
    site_id: int
    event: str
    dimension: str
    value: str
    page_id: int


def roll_up() -> int:
    """Add what is new in the minutes to hours and days; gives how many minutes had something new.

    If another process is at it, nothing is done: the other one adds the same.
    """
    done = 0
    while True:
        batch = _roll_up_batch()
        done += batch
        if batch < BATCH:
            return done


def _roll_up_batch() -> int:
    from ..models import EventDay, EventHour, EventMinute

    connection = connections[event_options().DATABASE]
    with alone(connection, ROLLUP) as is_ours:
        if not is_ours:
            return 0
        minutes = list(_changed(connection)[:BATCH])
        if not minutes:
            return 0
        hours: dict[Key, Amount] = defaultdict(lambda: (0, 0.0))
        days: dict[Key, Amount] = defaultdict(lambda: (0, 0.0))
        for minute in minutes:
            key = (minute.site_id, minute.event, minute.dimension, minute.value, minute.page_id)
            amount = (minute.count - minute.rolled_count, minute.sum - minute.rolled_sum)
            hour = minute.start.astimezone(UTC).replace(minute=0)
            _add(hours, Key(hour, *key), amount)
            _add(days, Key(date_of(minute.start), *key), amount)
        _write(connection, EventHour, "start", hours)
        _write(connection, EventDay, "day", days)
        # The rows are locked: they are as they were read.
        ids = [minute.pk for minute in minutes]
        for first in range(0, len(ids), 500):
            rows = EventMinute.objects.using(connection.alias).filter(
                pk__in=ids[first : first + 500]
            )
            rows.update(rolled_count=F("count"), rolled_sum=F("sum"))
        return len(minutes)


def _changed(connection: Any) -> Any:
    from ..models import EventMinute

    # The order that Python sorts in, which that of a language would not be.
    binary = "C" if connection.vendor == "postgresql" else "binary"
    rows = (
        EventMinute.objects.using(connection.alias)
        .exclude(count=F("rolled_count"))
        .order_by(
            "start",
            "site_id",
            *(Collate(name, binary) for name in ("event", "dimension", "value")),
            "page_id",
        )
    )
    # Locked in the order in which those who add to them do it.
    return rows.select_for_update() if connection.features.has_select_for_update else rows


def _add(amounts: dict[Key, Amount], key: Key, amount: Amount) -> None:
    count, total = amounts[key]
    amounts[key] = (count + amount[0], total + amount[1])


def _write(connection: Any, model: Any, field: str, amounts: dict[Key, Amount]) -> None:
    limited = _limited(connection, model, field, amounts)
    adapted = (
        connection.ops.adapt_datetimefield_value
        if field == "start"
        else connection.ops.adapt_datefield_value
    )
    rows = [(adapted(key.moment), *key[1:], *amount) for key, amount in sorted(limited.items())]
    upsert(
        connection,
        model._meta.db_table,
        (field, *KEY),
        ("count", "sum"),
        rows,
    )


def _limited(
    connection: Any, model: Any, field: str, amounts: dict[Key, Amount]
) -> dict[Key, Amount]:
    """The same, with what is beyond ``VALUES_LIMIT`` under one value: somebody may invent paths all day."""
    limit = event_options().VALUES_LIMIT
    known = _known(connection, model, field, amounts)
    found: dict[Key, Amount] = defaultdict(lambda: (0, 0.0))
    # The most frequent new values get the places that are left.
    for key, amount in sorted(amounts.items(), key=lambda item: (-item[1][0], item[0])):
        there = known[key[:4]]
        if key.dimension != TOTAL and key.value != OTHER_VALUES and key[4:] not in there:
            if len(there) >= limit:
                key = key._replace(value=OTHER_VALUES, page_id=0)
            else:
                there.add(key[4:])
        _add(found, key, amount)
    return found


def _known(
    connection: Any, model: Any, field: str, keys: Iterable[Key]
) -> dict[tuple[Any, ...], set[tuple[str, int]]]:
    known: dict[tuple[Any, ...], set[tuple[str, int]]] = defaultdict(set)
    moments = {key.moment for key in keys}
    rows = (
        model.objects.using(connection.alias)
        .filter(**{f"{field}__in": moments})
        .exclude(dimension=TOTAL)
        .exclude(value=OTHER_VALUES)
        .values_list(field, *KEY)
    )
    for *group, value, page_id in rows.iterator():
        known[tuple(group)].add((value, page_id))
    return known
