"""Events into the partitioned table of PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from ..rows import EventRow
from .locks import PARTITIONS, transaction_lock

_COLUMNS = ", ".join(EventRow._fields)


def can_copy(connection: Any) -> bool:
    """Whether this is PostgreSQL with psycopg 3."""
    if connection.vendor != "postgresql":
        return False
    from django.db.backends.postgresql.psycopg_any import is_psycopg3

    return bool(is_psycopg3)


def copy(connection: Any, rows: Sequence[EventRow]) -> None:
    """COPY the rows. In a transaction of the caller.

    Raises:
        django.db.IntegrityError: one is there already.
    """
    if not rows:
        return
    with (
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy(f"COPY {_table(connection)} ({_COLUMNS}) FROM STDIN") as target,
    ):
        target.write("".join(map(_line, rows)))


def missing(connection: Any, rows: Sequence[EventRow]) -> list[EventRow]:
    """Those that are not in the table. One query."""
    from ...models import Event

    there = Event.objects.using(connection.alias).filter(
        day__in={row.day for row in rows}, pk__in=[row.id for row in rows]
    )
    ids = {pk.hex for pk in there.values_list("pk", flat=True)}
    return [row for row in rows if row.id not in ids]


def ensure_partitions(connection: Any, days: Iterable[str]) -> None:
    """Make the partitions of these days (ISO 8601) that there are not yet; nothing if the table has none.

    A day that has rows in the partition for all other days stays there.
    """
    if not is_partitioned(connection):
        return
    for day in sorted(days):
        with (
            suppress(IntegrityError),
            transaction.atomic(using=connection.alias),
            connection.cursor() as cursor,
        ):
            # Making one locks the whole table for a moment: look first, and let nobody make the same one.
            if not _exists(cursor, _partition(connection, day)):
                transaction_lock(cursor, PARTITIONS)
                _change_schema(connection, cursor, _creation(connection, day))


def delete_other_days(connection: Any, before: date) -> int:
    """Delete old rows from the partition of the days that have none of their own; gives how many there were."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {_partition(connection, 'default')} WHERE day < %s", [before])  # noqa: S608
        return int(cursor.rowcount)


def drop_partitions(connection: Any, before: date) -> int:
    """Drop the partitions of the days before; gives how many there were."""
    dropped = 0
    for name, day in partitions(connection):
        if day < before:
            with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
                transaction_lock(cursor, PARTITIONS)
                name = connection.ops.quote_name(name)
                _change_schema(connection, cursor, f"DROP TABLE IF EXISTS {name}")
            dropped += 1
    return dropped


def partitions(connection: Any) -> list[tuple[str, date]]:
    """Name and day of each partition that is one day's."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
            " WHERE i.inhparent = to_regclass(%s) ORDER BY c.relname",
            [_table(connection)],
        )
        names = [name for (name,) in cursor.fetchall()]
    days = ((name, name.rpartition("_")[2]) for name in names)
    return [(name, date.fromisoformat(day)) for name, day in days if day.isdecimal()]


def is_partitioned(connection: Any) -> bool:
    """Whether the table of the events is. A table that was made otherwise works, too."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT 1 FROM pg_partitioned_table WHERE partrelid = to_regclass(%s)",
            [_table(connection)],
        )
        return cursor.fetchone() is not None


def _change_schema(connection: Any, cursor: Any, statement: str) -> None:
    """Run it without telling those who watch statements: mkt-core's response cache forgets everything when tables
    change, and of these nobody but the dashboards knows.
    """
    with connection.wrap_database_errors:
        cursor.cursor.execute(statement)


def _exists(cursor: Any, name: str) -> bool:
    cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [name])
    return bool(cursor.fetchone()[0])


def _creation(connection: Any, day: str) -> str:
    following = date.fromisoformat(day) + timedelta(days=1)
    return (
        f"CREATE TABLE IF NOT EXISTS {_partition(connection, day)} PARTITION OF {_table(connection)}"
        f" FOR VALUES FROM ('{day}') TO ('{following.isoformat()}')"
    )


def _partition(connection: Any, day: str) -> str:
    from ...models import Event

    name: str = connection.ops.quote_name(f"{Event._meta.db_table}_{day.replace('-', '')}")
    return name


def _table(connection: Any) -> str:
    from ...models import Event

    name: str = connection.ops.quote_name(Event._meta.db_table)
    return name


def _line(row: EventRow) -> str:
    """The row in COPY's text format."""
    fields = [_field(value) for value in row]
    fields[2] = row.moment().isoformat()
    # Empty here, null there.
    fields[13] = row.visitor or "\\N"
    return "\t".join(fields) + "\n"


def _field(value: Any) -> str:
    if value is None:
        return "\\N"
    if not isinstance(value, str):
        return str(value)
    if "\\" in value:
        value = value.replace("\\", "\\\\")
    if not value.isprintable():
        value = value.replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
    return value
