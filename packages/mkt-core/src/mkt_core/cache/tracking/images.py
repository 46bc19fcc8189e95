"""Rows as they are before and after a write, to tell which of them changed, and in what."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from .schema import PATH_PREFIX, Table, canonical, key_kind, path_prefixes, table_of
from .statements import Insert, Modify

#: Beyond this many rows a write counts as one of unknown rows.
MOST_ROWS = 500
#: A row's values by (table, column).
Image = dict[tuple[str, str], Any]


def keys_of(
    connection: Any, table: Table, change: Modify, params: Sequence[Any] | None
) -> list[Any] | None:
    """Primary keys of the rows that a write is about to touch, None for too many.

    PostgreSQL locks them, as the write itself would a moment later: else another transaction could change them between
    the look and the write, unnoticed.
    """
    quote = connection.ops.quote_name
    # Names quoted, values as parameters: nothing here comes from outside.
    sql = f"SELECT {quote(table.name)}.{quote(table.key)} FROM {quote(table.name)}"  # noqa: S608
    if change.where:
        sql += f" WHERE {change.where}"
    sql += f" LIMIT {MOST_ROWS + 1}"
    if connection.vendor == "postgresql":
        sql += " FOR UPDATE" if change.is_delete else " FOR NO KEY UPDATE"
    own = None if params is None else params[change.first_parameter : change.last_parameter]
    keys = [row[0] for row in _rows(connection, sql, own)]
    return keys if len(keys) <= MOST_ROWS else None


def keys_like(connection: Any, table: Table, insert: Insert, params: Any) -> list[Any] | None:
    """Primary keys of the rows with the values of an INSERT that leaves alone what is there (as ``ManyToMany.set()``
    does); compared are the columns by which readers are told apart. None if that says nothing, or for too many.
    """
    places = [n for n, column in enumerate(insert.columns) if column in table.scopes]
    if not places or not isinstance(params, (list, tuple)):
        return None
    if any(row[place] is None for row in insert.rows for place in places):
        return None
    if insert.is_columnar:
        columns = [list(params[insert.rows[0][place]]) for place in places]  # type: ignore[index]
        wanted = {*zip(*columns, strict=True)}
    else:
        wanted = {tuple(params[row[place]] for place in places) for row in insert.rows}  # type: ignore[index]
    if len(wanted) > MOST_ROWS // len(places) or any(None in values for values in wanted):
        return None
    quote = connection.ops.quote_name
    equal = " AND ".join(f"{quote(insert.columns[place])} = %s" for place in places)
    sql = (
        f"SELECT {quote(table.key)} FROM {quote(table.name)}"  # noqa: S608
        f" WHERE {' OR '.join([f'({equal})'] * len(wanted))} LIMIT {MOST_ROWS + 1}"
    )
    keys = [row[0] for row in _rows(connection, sql, [v for values in wanted for v in values])]
    return keys if len(keys) <= MOST_ROWS else None


def images_of(
    connection: Any, table: Table, keys: Sequence[Any], columns: Iterable[str]
) -> dict[Any, Image]:
    """The rows with these keys: ``columns`` and all by which readers are told apart, those of parent rows included."""
    if not keys:
        return {}
    quote = connection.ops.quote_name
    wanted = list(dict.fromkeys([*_wanted(table), *((table.name, column) for column in columns)]))
    selected = [f"{quote(owner)}.{quote(column)}" for owner, column in wanted]
    key = f"{quote(table.name)}.{quote(table.key)}"
    marks = ", ".join(["%s"] * len(keys))
    sql = (
        f"SELECT {', '.join([key, *selected])} FROM {quote(table.name)}{_joins(connection, table)}"  # noqa: S608
        f" WHERE {key} IN ({marks})"
    )
    return {
        row[0]: dict(zip(wanted, row[1:], strict=True))
        for row in _rows(connection, sql, tuple(keys))
    }


def scopes_of(table: Table, image: Image) -> Iterator[str]:
    """``table.column=value`` for every narrowing that a reader of this row may have used."""
    for column, (kind, _) in table.scopes.items():
        value = canonical(_native(image.get((table.name, column)), kind), kind)
        if value is not None:
            yield f"{table.name}.{column}={value}"
    if table.step and isinstance(path := image.get((table.name, "path")), str):
        for prefix in path_prefixes(path, table.step):
            yield f"{table.name}.{PATH_PREFIX}={prefix}"
    for parent in table.parents:
        if (facts := table_of(parent.table)) is not None:
            yield from scopes_of(facts, image)


def row_tag(table: Table, key: Any) -> str:
    """The tag of one row."""
    kind = key_kind(table)
    text = canonical(key, kind) if kind else None
    return f"{table.row_prefix}{key if text is None else text}"


def _native(value: Any, kind: str) -> Any:
    return int(value) if kind == "integer" and isinstance(value, (float, bool)) else value


def _wanted(table: Table) -> Iterator[tuple[str, str]]:
    for column in table.scopes:
        yield table.name, column
    if table.step:
        yield table.name, "path"
    if table.rendition_of:
        yield table.name, table.rendition_of
    for parent in table.parents:
        if (facts := table_of(parent.table)) is not None:
            yield from _wanted(facts)


def _joins(connection: Any, table: Table) -> str:
    quote = connection.ops.quote_name
    sql = ""
    for parent in table.parents:
        if (facts := table_of(parent.table)) is not None:
            sql += (
                f" LEFT JOIN {quote(parent.table)} ON {quote(table.name)}.{quote(parent.link)}"
                f" = {quote(parent.table)}.{quote(parent.key)}"
            )
            sql += _joins(connection, facts)
    return sql


def _rows(connection: Any, sql: str, params: Sequence[Any] | None) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        rows: list[Sequence[Any]] = cursor.fetchall()
        return rows
