"""Reading SELECT: which tables it takes rows from, and which columns matter in which way.

Written for the SQL that Django makes (every identifier quoted, every column with its table). Anything else raises
``Unsure``, and the caller notes the tables as a whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Literal

from .conditions import conditions_of, conjuncts
from .lexer import (
    Group,
    Item,
    Token,
    Unsure,
    column_at,
    is_name,
    is_operator,
    is_word,
    split,
)
from .statements import Link, Read, TableUse

_CLAUSES = (
    "FROM",
    "WHERE",
    "GROUP",
    "HAVING",
    "WINDOW",
    "ORDER",
    "LIMIT",
    "OFFSET",
    "FETCH",
    "FOR",
)
_COMBINERS = ("UNION", "INTERSECT", "EXCEPT")
_JOIN_WORDS = ("INNER", "LEFT", "RIGHT", "FULL", "OUTER", "CROSS", "JOIN")
# Words that may stand alone without being the name of a column.
_KEY_WORD_LIST = """
    SELECT DISTINCT ON ALL AS AND OR NOT NULL IS IN LIKE ILIKE GLOB REGEXP MATCH BETWEEN ESCAPE
    EXISTS CASE WHEN THEN ELSE END ASC DESC NULLS FIRST LAST BY TRUE FALSE ANY SOME ARRAY
    INTERVAL OVER PARTITION ROWS RANGE GROUPS UNBOUNDED PRECEDING FOLLOWING CURRENT ROW FILTER
    WITHIN GROUP ORDER LIMIT OFFSET UPDATE SHARE KEY NO OF NOWAIT SKIP LOCKED HAVING WHERE FROM
    USING SIMILAR TO AT TIME ZONE CURRENT_DATE CURRENT_TIME CURRENT_TIMESTAMP SUBQUERY EPOCH
    YEAR MONTH DAY HOUR MINUTE SECOND WEEK QUARTER DOW DOY ISODOW ISOYEAR SYMMETRIC SEPARATOR
"""
_KEY_WORDS = frozenset(_KEY_WORD_LIST.split())

# Where not all rows come, whatever they are ordered by decides which.
_LIMITS = frozenset({"LIMIT", "OFFSET", "FETCH"})

Aliases = dict[str, TableUse | None]
#: The set of a ``TableUse`` that columns go to.
Purpose = Literal["mentioned", "ordered", "grouped"]
#: Name, table and column of a selected column; no table for any other expression.
Output = tuple[str, TableUse | None, str]


def parse_query(items: tuple[Item, ...]) -> Read:
    """The tables that a query reads.

    Raises:
        Unsure: something in it is not understood.
    """
    reader = _QueryReader(frozenset(_output_names(items)))
    reader.read(items, (), is_outermost=True)
    return Read(tuple(reader.uses))


def _output_names(items: tuple[Item, ...]) -> Iterator[str]:
    for before, item in zip(("", *items), items, strict=False):
        if isinstance(item, Group):
            yield from _output_names(item.items)
        elif item.kind == "name" and not isinstance(before, str) and is_word(before, "AS"):
            yield item.text


class _QueryReader:
    """Walks a query with its subqueries; ``uses`` grows with every FROM clause."""

    def __init__(self, outputs: frozenset[str]) -> None:
        self.uses: list[TableUse] = []
        self._outputs = outputs

    def read(
        self, items: tuple[Item, ...], outer: tuple[Aliases, ...], *, is_outermost: bool = False
    ) -> None:
        parts = _combined(items)
        for part in parts:
            if len(part) == 1 and isinstance(part[0], Group):
                self.read(part[0].items, outer)
            else:
                self._read_select(part, outer, is_outermost=is_outermost and len(parts) == 1)

    def _read_select(
        self, items: tuple[Item, ...], outer: tuple[Aliases, ...], *, is_outermost: bool
    ) -> None:
        clauses = dict(_clauses(items))
        if not is_word(items[0], "SELECT"):
            raise Unsure("no SELECT")
        aliases: Aliases = {}
        scopes = (aliases, *outer)
        self._read_from(clauses.get("FROM", ()), aliases, scopes)
        tables = {alias: use for alias, use in aliases.items() if use is not None}
        for use in tables.values():
            use.siblings = tables
            use.is_outermost = is_outermost
        outputs = self._read_select_list(clauses["SELECT"], scopes)
        purposes: dict[str, Purpose] = {"GROUP": "grouped"}
        if is_outermost and clauses.keys().isdisjoint(_LIMITS):
            purposes["ORDER"] = "ordered"
        for name, use, column in _sort_keys(clauses, outputs):
            getattr(use, purposes.get(name, "mentioned")).add(column)
        for name, clause in clauses.items():
            if name not in ("SELECT", "FROM"):
                self._mention(clause, scopes, purposes.get(name, "mentioned"))
        for alias, condition in conditions_of(clauses.get("WHERE", ())):
            if alias in tables:
                tables[alias].conditions.append(condition)

    def _read_select_list(
        self, items: tuple[Item, ...], scopes: tuple[Aliases, ...]
    ) -> list[Output]:
        outputs: list[Output] = []
        while items and is_word(items[0], "DISTINCT", "ALL"):
            items = items[1:]
        if items and is_word(items[0], "ON"):
            self._mention(items[1:2], scopes)
            items = items[2:]
        for part in split(items, ","):
            column = column_at(part, 0)
            if column and (len(part) == 3 or (is_word(part[3], "AS") and len(part) == 5)):
                use = self._use_of(column[0], scopes)
                # Under another name it is an annotation, or one of ``values()``: no part of an instance.
                (use.selected if len(part) == 3 else use.mentioned).add(column[1])
                outputs.append((str(part[4].text) if len(part) == 5 else "", use, column[1]))  # type: ignore[union-attr]
                continue
            outputs.append(("", None, ""))
            if part and is_operator(part[-1], "*"):
                raise Unsure("*")
            self._mention(part, scopes)
        return outputs

    def _read_from(
        self, items: tuple[Item, ...], aliases: Aliases, scopes: tuple[Aliases, ...]
    ) -> None:
        for words, source, condition in _sources(items):
            if len(source) > 0 and isinstance(source[0], Group):
                if not _is_query(source[0]):
                    raise Unsure("FROM")
                self.read(source[0].items, scopes[1:])
                aliases[_alias(source[1:]) or ""] = None
                continue
            if not source or not is_name(source[0]) or len(source) > 3:
                raise Unsure("FROM")
            table = str(source[0].text)  # type: ignore[union-attr]
            use = TableUse(table, _alias(source[1:]) or table)
            if use.alias in aliases:
                raise Unsure("alias")
            aliases[use.alias] = use
            self.uses.append(use)
            self._mention(condition, scopes)
            _link(use, aliases, condition, is_inner="INNER" in words or words == {"JOIN"})

    def _mention(
        self,
        items: tuple[Item, ...],
        scopes: tuple[Aliases, ...],
        purpose: Purpose = "mentioned",
    ) -> None:
        """Note every column in ``items``, subqueries included."""
        position = 0
        while position < len(items):
            item = items[position]
            if isinstance(item, Group):
                if _is_query(item):
                    self.read(item.items, scopes)
                else:
                    self._mention(item.items, scopes, purpose)
            elif column := column_at(items, position):
                if position + 3 < len(items) and is_operator(items[position + 3], "."):
                    raise Unsure("schema")
                if column[0] not in scopes[0] or scopes[0][column[0]] is not None:
                    getattr(self._use_of(column[0], scopes), purpose).add(column[1])
                position += 2
            elif item.kind == "word":
                position += self._check_word(items, position)
            elif item.kind == "name":
                self._check_lone_name(items, position, scopes)
            position += 1

    def _check_word(self, items: tuple[Item, ...], position: int) -> int:
        """How many of the following items belong to this word."""
        item, rest = items[position], items[position + 1 :]
        if is_word(item, "AS", "COLLATE"):
            return 1
        is_call = bool(rest) and isinstance(rest[0], Group)
        after_cast = position > 0 and is_operator(items[position - 1], "::")
        is_type = after_cast or (position > 0 and is_word(items[position - 1], *_TYPE_WORDS))
        if not (is_call or is_type or is_word(item, *_KEY_WORDS)):
            raise Unsure(item.text)  # type: ignore[union-attr]
        return 0

    def _check_lone_name(
        self, items: tuple[Item, ...], position: int, scopes: tuple[Aliases, ...]
    ) -> None:
        """A lone quoted name is that of an output column; in SQL written by hand it may be a column of any table."""
        before = items[position - 1] if position else None
        is_sort_key = before is not None and (is_word(before, "BY") or is_operator(before, ","))
        only_subqueries = not any(scopes[0].values())
        if str(items[position].text) not in self._outputs or not (is_sort_key or only_subqueries):  # type: ignore[union-attr]
            raise Unsure("lone name")

    def _use_of(self, alias: str, scopes: tuple[Aliases, ...]) -> TableUse:
        for aliases in scopes:
            if alias in aliases:
                # Columns of a subquery in FROM were noted where the subquery takes them from.
                return aliases[alias] or TableUse("", alias)
        raise Unsure(alias)


_TYPE_WORDS = ("DOUBLE", "CHARACTER", "TIMESTAMP", "TIME", "WITH", "WITHOUT")


def _combined(items: tuple[Item, ...]) -> list[tuple[Item, ...]]:
    parts: list[list[Item]] = [[]]
    for item in items:
        if is_word(item, *_COMBINERS):
            parts.append([])
        elif parts[-1] or not (is_word(item, "ALL") and len(parts) > 1):
            parts[-1].append(item)
    if len(parts) == 1:
        return [items]
    # ORDER BY and LIMIT of the whole follow the last parenthesis; they speak of output columns.
    last = parts[-1]
    if last and isinstance(last[0], Group):
        parts[-1] = last[:1]
    if not all(parts):
        raise Unsure("combination")
    return [tuple(part) for part in parts]


def _clauses(items: tuple[Item, ...]) -> Iterator[tuple[str, tuple[Item, ...]]]:
    name, start, seen = "SELECT", 1, {"SELECT"}
    for position, item in enumerate(items):
        if position and is_word(item, *_CLAUSES) and not _is_inside_expression(items, position):
            yield name, items[start:position]
            name, start = item.text, position + 1  # type: ignore[union-attr]
            if name in seen and name != "FOR":
                raise Unsure(name)
            seen.add(name)
    yield name, items[start:]


def _is_inside_expression(items: tuple[Item, ...], position: int) -> bool:
    """``IS DISTINCT FROM`` is no clause."""
    return (
        is_word(items[position], "FROM")
        and position > 1
        and (is_word(items[position - 1], "DISTINCT") and is_word(items[position - 2], "IS", "NOT"))
    )


def _sources(
    items: tuple[Item, ...],
) -> Iterator[tuple[set[str], tuple[Item, ...], tuple[Item, ...]]]:
    """Each source in FROM: the words that join it, what it is, and its ON condition."""
    words: set[str] = set()
    source: list[Item] = []
    condition: list[Item] | None = None
    for item in items:
        if is_word(item, *_JOIN_WORDS) or is_operator(item, ","):
            if source:
                yield words, tuple(source), tuple(condition or ())
                words, source, condition = set(), [], None
            words.add(item.text)  # type: ignore[union-attr]
        elif is_word(item, "ON") and condition is None:
            condition = []
        elif is_word(item, "USING", "LATERAL", "NATURAL", "TABLESAMPLE", "ONLY"):
            raise Unsure("join")
        elif condition is not None:
            condition.append(item)
        else:
            source.append(item)
    if source:
        yield words, tuple(source), tuple(condition or ())


def _alias(items: tuple[Item, ...]) -> str | None:
    if items and is_word(items[0], "AS"):
        items = items[1:]
    if not items:
        return None
    if len(items) != 1 or not isinstance(items[0], Token) or items[0].kind not in ("name", "word"):
        raise Unsure("alias")
    return items[0].text


def _link(use: TableUse, aliases: Aliases, condition: tuple[Item, ...], *, is_inner: bool) -> None:
    """Remember the equalities of columns in a join on both sides."""
    for piece in conjuncts(condition):
        left, right = column_at(piece, 0), column_at(piece, 4)
        if not (left and right and len(piece) == 7 and is_operator(piece[3], "=")):
            continue
        mine, theirs = (left, right) if left[0] == use.alias else (right, left)
        other = aliases.get(theirs[0])
        if mine[0] != use.alias or other is None or other is use:
            continue
        use.links.append(Link(mine[1], theirs[0], theirs[1], is_dependent=True))
        other.links.append(Link(theirs[1], use.alias, mine[1], is_dependent=is_inner))


def _sort_keys(
    clauses: dict[str, tuple[Item, ...]], outputs: list[Output]
) -> Iterator[tuple[str, TableUse, str]]:
    """``ORDER BY 2`` and ``ORDER BY "name"`` speak of selected columns without naming them."""
    for clause in ("ORDER", "GROUP"):
        for before, item in pairwise(clauses.get(clause, ())):
            if not isinstance(item, Token) or not (
                is_word(before, "BY") or is_operator(before, ",")
            ):
                continue
            for position, (name, use, column) in enumerate(outputs, start=1):
                is_meant = item.text == (str(position) if item.kind == "number" else name)
                if use is not None and item.kind in ("number", "name") and is_meant:
                    yield clause, use, column


def _is_query(group: Group) -> bool:
    first = group.items[0] if group.items else None
    if isinstance(first, Group):
        return _is_query(first) and (len(group.items) == 1 or is_word(group.items[1], *_COMBINERS))
    return first is not None and is_word(first, "SELECT")
