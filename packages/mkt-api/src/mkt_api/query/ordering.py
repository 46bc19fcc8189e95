"""Orders a client may ask for. Every order ends with the primary key, so that it is total."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import F, Model, OrderBy, Q

from ..fields.base import FieldError
from ..fields.paths import is_to_many, walk
from ..types import MAX_TEXT_LENGTH, TextType, ValueType, type_of

MAX_ORDER_TERMS = 4


@dataclass(frozen=True, slots=True)
class OrderColumn:
    """One column of an order. Rows without a value come last, in either direction."""

    name: str
    # Where the rows carry the value: a column, or an annotation for a column of another object.
    attribute: str
    path: str
    type: ValueType
    nullable: bool
    descending: bool = False

    def towards(self, descending: bool) -> OrderColumn:
        return replace(self, descending=descending)

    @property
    def term(self) -> str:
        """As a client writes it."""
        return f"-{self.name}" if self.descending else self.name

    def order_by(self, *, backwards: bool) -> OrderBy:
        descending = self.descending is not backwards
        # NULLS FIRST/LAST only where needed: it keeps databases from using a plain index.
        nulls = {"nulls_first" if backwards else "nulls_last": True} if self.nullable else {}
        column = F(self.path)
        return column.desc(**nulls) if descending else column.asc(**nulls)

    def same(self, value: Any) -> Q:
        """Rows with this very value."""
        return Q(**{f"{self.path}__isnull": True}) if value is None else Q(**{self.path: value})

    def beyond(self, value: Any, *, backwards: bool) -> Q | None:
        """Rows strictly further on; None when there cannot be any."""
        if value is None:
            return Q(**{f"{self.path}__isnull": False}) if backwards else None
        comparison = "lt" if self.descending is not backwards else "gt"
        further = Q(**{f"{self.path}__{comparison}": value})
        if self.nullable and not backwards:
            further |= Q(**{f"{self.path}__isnull": True})
        return further

    def bound(self, value: Any, *, backwards: bool) -> Q:
        """Rows not before the value: implied by the rest, but databases can look it up in an index."""
        if self.nullable or value is None:
            return Q()
        comparison = "lte" if self.descending is not backwards else "gte"
        return Q(**{f"{self.path}__{comparison}": value})


def compile_order(
    model: type[Model], declared: Sequence[str]
) -> tuple[dict[str, OrderColumn], tuple[OrderColumn, ...], list[tuple[str, str]]]:
    """Name -> column, the default order, and what is wrong as (code, sentence)."""
    columns: dict[str, OrderColumn] = {}
    faults: list[tuple[str, str]] = []
    for term in declared:
        name = term.removeprefix("-")
        try:
            columns[name] = _compile(model, name)
        except FieldError as error:
            faults.append(("E004", f"it cannot be sorted by “{name}”: {error}"))
        except LookupError as error:
            faults.append(("E006", f"it cannot be sorted by “{name}”: {error.args[0]}"))
    first = [
        columns[name].towards(term.startswith("-"))
        for term in declared[:1]
        if (name := term.removeprefix("-")) in columns
    ]
    return columns, with_tie_breaker(model, first), faults


def with_tie_breaker(model: type[Model], columns: Sequence[OrderColumn]) -> tuple[OrderColumn, ...]:
    """The same order, made total. The key runs the way of the first column, to fit one index."""
    key = _compile(model, "pk")
    if any(column.attribute == key.attribute for column in columns):
        return tuple(columns)
    return (*columns, key.towards(bool(columns) and columns[0].descending))


def _compile(model: type[Model], name: str) -> OrderColumn:
    fields = walk(model, name.split("__"))
    for part in fields:
        if is_to_many(part):
            raise LookupError(f"“{part.name}” leads to several objects")
    nullable = any(part.null or not part.concrete for part in fields)
    field = fields[-1]
    value_type = type_of(field) if field.concrete else None
    if value_type is None:
        raise LookupError("its values have no order that the API knows")
    if isinstance(value_type, TextType) and not 0 < (field.max_length or 0) <= MAX_TEXT_LENGTH:
        # The value becomes part of a cursor, hence of a URL.
        raise LookupError("its values can be too long")
    local = "__" not in name
    return OrderColumn(
        name=name,
        attribute=field.attname if local else f"mkt_order_{name.replace('__', '_')}",
        path=field.attname if local else name,
        type=value_type,
        nullable=nullable,
    )
