"""An event on its way from the buffer to the tables."""

from __future__ import annotations

import json
import os
import time
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

from ..days import date_of


class EventRow(NamedTuple):
    """The columns of ``models.Event``, in its order, made of what JSON knows."""

    id: str
    day: str
    # Seconds since 1970.
    occurred_at: float
    site_id: int
    name: str
    path: str
    page_id: int | None
    referrer_group: str
    utm_campaign: str
    utm_source: str
    utm_medium: str
    country: str
    device: str
    # 32 hexadecimal digits, or empty.
    visitor: str
    value: float | None
    # JSON.
    properties: str

    def as_json(self) -> str:
        """A list of the columns."""
        return json.dumps(self, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> EventRow:
        """The reverse.

        Raises:
            ValueError: it is none.
        """
        columns = json.loads(text)
        if not isinstance(columns, list) or len(columns) != len(cls._fields):
            raise ValueError("This is no event.")
        if not all(map(isinstance, columns, _TYPES)):
            raise ValueError("This event has a column of another type.")
        row = cls(*columns)
        row.moment()
        UUID(row.id)
        return row

    def moment(self) -> datetime:
        """When it happened, in UTC."""
        return datetime.fromtimestamp(self.occurred_at, UTC)


_NUMBER = (int, float)
_OPTIONAL = (int, float, type(None))
_TYPES: tuple[Any, ...] = (
    *(str, str, _NUMBER, int, str, str, (int, type(None))),
    *(str, str, str, str, str, str, str, _OPTIONAL, str),
)


def new_id(seconds: float) -> str:
    """A UUID that begins with the time, as 32 hexadecimal digits (RFC 9562, version 7): good for indexes."""
    milliseconds = int(seconds * 1000) & 0xFFFFFFFFFFFF
    random = int.from_bytes(os.urandom(10), "big")
    rand_a, rand_b = random >> 68, random & 0x3FFFFFFFFFFFFFFF
    return f"{milliseconds << 80 | 0x7 << 76 | rand_a << 64 | 0x2 << 62 | rand_b:032x}"


def day_of(moment: datetime) -> str:
    """``date_of()`` as ISO 8601."""
    return date_of(moment).isoformat()


def plausible_seconds(seconds: float, now: float | None = None) -> float:
    """The time, or now if that is a day old or in the future: a clock that was wrong must not open strange days."""
    now = time.time() if now is None else now
    return seconds if now - LATE_SECONDS <= seconds <= now + EARLY_SECONDS else now


#: An event may be told so much later or, by another clock, earlier.
LATE_SECONDS = 86_400.0
EARLY_SECONDS = 60.0


def as_columns(row: EventRow) -> dict[str, Any]:
    """Keyword arguments of ``models.Event``."""
    columns = row._asdict()
    columns |= {
        "id": UUID(row.id),
        "occurred_at": row.moment(),
        "visitor": UUID(row.visitor) if row.visitor else None,
        "properties": json.loads(row.properties),
    }
    return columns
