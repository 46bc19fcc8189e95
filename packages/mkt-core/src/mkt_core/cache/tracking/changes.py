"""Reading INSERT, UPDATE and DELETE."""

from __future__ import annotations

from collections.abc import Iterator

from .lexer import Group, Item, Token, Unsure, is_name, is_operator, is_word, split
from .statements import Insert, Modify


def parse_insert(sql: str, items: tuple[Item, ...]) -> Insert:
    """``INSERT INTO "t" ("a", …) VALUES (…), … | SELECT * FROM UNNEST(…) [ON CONFLICT …] [RETURNING …]``.

    Raises:
        Unsure: it has another form.
    """
    is_conditional = len(items) > 1 and is_word(items[1], "OR")
    is_ignoring = False
    if is_conditional:  # SQLite: INSERT OR IGNORE, INSERT OR REPLACE
        is_ignoring = is_word(items[2], "IGNORE")
        items = (items[0], *items[3:])
    if len(items) < 4 or not is_word(items[1], "INTO"):
        raise Unsure("INSERT")
    table = _table(items[2])
    if not isinstance(items[3], Group):
        raise Unsure("INSERT")
    columns = tuple(_identifier(part) for part in split(items[3].items, ","))
    body, tail = _until(items[4:], "ON", "RETURNING")
    if tail and is_word(tail[0], "ON"):
        is_conditional, is_ignoring = True, any(is_word(item, "NOTHING") for item in tail)
    kind = {"is_conditional": is_conditional, "is_ignoring": is_ignoring}
    if body and is_word(body[0], "VALUES"):
        rows = tuple(_row(group, len(columns)) for group in body[1:] if isinstance(group, Group))
        return Insert(table, columns, rows, **kind)
    if (
        len(body) == 5
        and is_word(body[0], "SELECT")
        and is_word(body[3], "UNNEST")
        and isinstance(body[4], Group)
    ):
        return Insert(table, columns, (_row(body[4], len(columns)),), is_columnar=True, **kind)
    raise Unsure("INSERT")


def parse_update(sql: str, items: tuple[Item, ...]) -> Modify:
    """``UPDATE "t" SET "a" = …, … [WHERE …] [RETURNING …]``.

    Raises:
        Unsure: it has another form, such as UPDATE … FROM.
    """
    if len(items) < 4 or not is_word(items[2], "SET"):
        raise Unsure("UPDATE")
    assignments, rest = _until(items[3:], "WHERE", "RETURNING", "FROM")
    columns = tuple(_identifier(part[:1]) for part in split(assignments, ","))
    return _modify(sql, items, _table(items[1]), columns, rest)


def parse_delete(sql: str, items: tuple[Item, ...]) -> Modify:
    """``DELETE FROM "t" [WHERE …] [RETURNING …]``.

    Raises:
        Unsure: it has another form, such as DELETE … USING.
    """
    if len(items) < 3 or not is_word(items[1], "FROM"):
        raise Unsure("DELETE")
    return _modify(sql, items, _table(items[2]), (), items[3:])


def _modify(
    sql: str, items: tuple[Item, ...], table: str, columns: tuple[str, ...], rest: tuple[Item, ...]
) -> Modify:
    where, tail = "", rest
    first = last = 0
    if rest and is_word(rest[0], "WHERE"):
        condition, tail = _until(rest[1:], "RETURNING", "FROM")
        if not condition:
            raise Unsure("WHERE")
        end = tail[0].start if tail else len(sql)
        where = sql[condition[0].start : end].strip().rstrip(";").strip()
        first = _count_parameters(items) - _count_parameters(rest)
        last = first + _count_parameters(condition)
    if tail and not is_word(tail[0], "RETURNING"):
        raise Unsure("tail")
    return Modify(table, columns, where, first, last, is_delete=not columns)


def _until(items: tuple[Item, ...], *words: str) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    for position, item in enumerate(items):
        if is_word(item, *words):
            return items[:position], items[position:]
    return items, ()


def _row(group: Group, width: int) -> tuple[int | None, ...]:
    values = tuple(_only_parameter(part) for part in split(group.items, ","))
    if len(values) != width:
        raise Unsure("VALUES")
    return values


def _only_parameter(part: tuple[Item, ...]) -> int | None:
    """The position of the parameter that a value consists of, a cast aside; None for any other expression."""
    if len(part) >= 3 and is_operator(part[1], "::"):
        part = part[:1]
    if len(part) != 1:
        return None
    if isinstance(part[0], Group):
        return _only_parameter(part[0].items)
    return part[0].position if part[0].kind == "parameter" else None


def _table(item: Item) -> str:
    return _identifier((item,))


def _identifier(part: tuple[Item, ...]) -> str:
    if len(part) != 1 or not isinstance(part[0], Token) or part[0].kind not in ("name", "word"):
        raise Unsure("identifier")
    return part[0].text if is_name(part[0]) else part[0].text.lower()


def _count_parameters(items: tuple[Item, ...]) -> int:
    return sum(1 for _ in _parameters(items))


def _parameters(items: tuple[Item, ...]) -> Iterator[Token]:
    for item in items:
        if isinstance(item, Group):
            yield from _parameters(item.items)
        elif item.kind == "parameter":
            yield item
