"""Reading WHERE: conditions that every row of the result fulfils."""

from __future__ import annotations

from collections.abc import Iterator

from .lexer import Group, Item, Token, column_at, is_operator, is_word
from .statements import Condition


def conjuncts(items: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    """The parts of a condition that are joined by AND, parentheses opened; nothing where OR decides."""
    while len(items) == 1 and isinstance(items[0], Group):
        items = items[0].items
    if any(is_word(item, "OR", "SELECT") for item in items):
        return
    pieces = list(_split_at_and(items))
    if len(pieces) == 1:
        yield pieces[0]
        return
    for piece in pieces:
        yield from conjuncts(piece)


def _split_at_and(items: tuple[Item, ...]) -> Iterator[tuple[Item, ...]]:
    piece: list[Item] = []
    in_between = False
    for item in items:
        if is_word(item, "AND") and not in_between:
            yield tuple(piece)
            piece = []
            continue
        if is_word(item, "BETWEEN"):
            in_between = True
        elif is_word(item, "AND"):
            in_between = False
        piece.append(item)
    yield tuple(piece)


def conditions_of(items: tuple[Item, ...]) -> Iterator[tuple[str, Condition]]:
    """The conditions in a WHERE clause that compare one column with parameters, with the alias of its table."""
    for piece in conjuncts(items):
        if is_word(piece[0], "NOT") if piece else False:
            column = column_at(piece, 1)
            if column and len(piece) == 4:
                yield column[0], Condition(column[1], "equals", constant=0)
        elif column := column_at(piece, 0):
            condition = _comparison(column[1], _without_cast(piece[3:]))
            if condition is not None:
                yield column[0], condition


def _without_cast(rest: tuple[Item, ...]) -> tuple[Item, ...]:
    if len(rest) > 2 and is_operator(rest[0], "::"):
        return rest[2:]
    return rest


def _comparison(column: str, rest: tuple[Item, ...]) -> Condition | None:
    if not rest:
        return Condition(column, "equals", constant=1)
    if len(rest) == 2 and is_operator(rest[0], "="):
        return _equality(column, rest[1])
    if len(rest) == 2 and is_word(rest[0], "IN") and isinstance(rest[1], Group):
        values = [_parameter(item) for item in rest[1].items if not is_operator(item, ",")]
        known = tuple(value for value in values if value is not None)
        if known and len(known) == len(values):
            return Condition(column, "in", known)
    first = _parameter(rest[1]) if len(rest) > 1 else None
    if first is None:
        return None
    if len(rest) == 4 and is_word(rest[0], "BETWEEN"):
        last = _parameter(rest[3])
        return None if last is None else Condition(column, "between", (first, last))
    if is_word(rest[0], "LIKE") and (
        len(rest) == 2 or (len(rest) == 4 and is_word(rest[2], "ESCAPE"))
    ):
        return Condition(column, "like", (first,))
    return None


def _equality(column: str, value: Item) -> Condition | None:
    if isinstance(value, Group):
        return _equality(column, value.items[0]) if len(value.items) == 1 else None
    if value.kind == "parameter":
        return Condition(column, "equals", (value.position,))
    if value.kind == "number" and value.text.isdigit():
        return Condition(column, "equals", constant=int(value.text))
    return None


def _parameter(item: Item) -> int | None:
    """Which parameter this is; None for anything else."""
    return item.position if isinstance(item, Token) and item.kind == "parameter" else None
