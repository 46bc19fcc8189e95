"""One page of a list, by cursor: its cost does not grow with how deep it lies."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet

from ..fields import Field, Row
from ..fields.target import select
from .cursors import Cursor
from .ordering import OrderColumn
from .places import Place


@dataclass(frozen=True, slots=True)
class ResultPage:
    """Rows in the order asked for, and the places where the neighbouring pages begin."""

    rows: Sequence[Row]
    previous: Cursor | int | None
    next: Cursor | int | None


def fetch_page(
    queryset: QuerySet[Any],
    fields: Sequence[Field],
    order: Sequence[OrderColumn],
    cursor: Cursor | None,
    limit: int,
    place: Place | None = None,
) -> ResultPage:
    """Rows after (or before) the cursor, or from a place on. One query, and the prefetches of the fields."""
    backwards = cursor is not None and cursor.backwards
    if cursor is not None:
        condition = cursor.condition(order)
        queryset = queryset.none() if condition is None else queryset.filter(condition)
    joined = {c.attribute: F(c.path) for c in order if c.attribute != c.path}
    local = [c.attribute for c in order if c.attribute == c.path]
    queryset = select(queryset, fields, local)
    if joined:
        queryset = queryset.annotate(**joined)
    queryset = queryset.order_by(*(c.order_by(backwards=backwards) for c in order))
    # One more than asked for tells whether the list goes on.
    start = place.offset if place is not None else 0
    rows = list(queryset[start : start + limit + 1])
    goes_on = len(rows) > limit
    rows = rows[:limit]
    if place is not None:
        return ResultPage(rows, *place.neighbours(limit, goes_on=goes_on))
    if backwards:
        rows.reverse()
    return _with_neighbours(rows, order, cursor, goes_on)


def _with_neighbours(
    rows: Sequence[Row], order: Sequence[OrderColumn], cursor: Cursor | None, goes_on: bool
) -> ResultPage:
    if cursor is None:
        following = _place(rows[-1], order) if goes_on else None
        return ResultPage(rows, None, following)
    if not rows:
        # Turn round where the list ended; the row at the cursor itself has not been shown here.
        back = Cursor(cursor.values, not cursor.backwards, inclusive=not cursor.inclusive)
        return ResultPage(rows, *((None, back) if cursor.backwards else (back, None)))
    before = _place(rows[0], order, backwards=True) if goes_on or not cursor.backwards else None
    after = _place(rows[-1], order) if goes_on or cursor.backwards else None
    return ResultPage(rows, before, after)


def _place(row: Row, order: Sequence[OrderColumn], *, backwards: bool = False) -> Cursor:
    return Cursor(tuple(getattr(row, column.attribute) for column in order), backwards)
