"""What a statement reads or writes, as far as its text can tell."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

#: How a column is compared: ``=``, ``IN``, ``BETWEEN`` or ``LIKE``.
Comparison = Literal["equals", "in", "between", "like"]


@dataclass(frozen=True, slots=True)
class Condition:
    """A condition that every row of the result fulfils: a column compared with parameters or with a constant."""

    column: str
    comparison: Comparison
    #: Positions of the parameters; empty when ``constant`` is the value.
    parameters: tuple[int, ...] = ()
    constant: int | str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """``"alias"."column" = "other"."other_column"`` in a join."""

    column: str
    other: str
    other_column: str
    #: The rows of this table come only where the other's do: an inner join, or this is the side joined to the other.
    is_dependent: bool


@dataclass(slots=True)
class TableUse:
    """One table in one FROM clause."""

    table: str
    alias: str
    #: Columns that decide which rows come, in which order, or that expressions are made of.
    mentioned: set[str] = field(default_factory=set)
    #: Columns that are merely handed out, under their own names.
    selected: set[str] = field(default_factory=set)
    #: Columns of ORDER BY where all rows come: they matter as far as those rows do.
    ordered: set[str] = field(default_factory=set)
    #: Columns of GROUP BY.
    grouped: set[str] = field(default_factory=set)
    conditions: list[Condition] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    #: Whether model instances may be made of the selected columns.
    is_outermost: bool = False
    #: The other tables of the same FROM clause, by alias.
    siblings: dict[str, TableUse] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """A query, understood completely."""

    uses: tuple[TableUse, ...]


@dataclass(frozen=True, slots=True)
class UncertainRead:
    """A query that was not understood. ``names`` are all its identifiers, ``tables`` what follows FROM and JOIN."""

    names: frozenset[str]
    tables: frozenset[str]
    has_source: bool


@dataclass(frozen=True, slots=True)
class Insert:
    """INSERT of rows given as parameters: for each column the parameter's position within a row, or None."""

    table: str
    columns: tuple[str, ...]
    #: One entry per row, each with one parameter position per column (None: an expression).
    rows: tuple[tuple[int | None, ...], ...]
    #: The parameters are lists with one value per row (PostgreSQL's UNNEST).
    is_columnar: bool = False
    #: Rows may already be there (ON CONFLICT): nothing is known about what happens …
    is_conditional: bool = False
    #: … except that those which were there stay as they were.
    is_ignoring: bool = False


@dataclass(frozen=True, slots=True)
class Modify:
    """UPDATE or DELETE of the rows of ``table`` that ``where`` (SQL text, "" for all) selects."""

    table: str
    #: Columns set by UPDATE; empty for DELETE.
    columns: tuple[str, ...]
    where: str
    #: Slice of the parameters that ``where`` takes.
    first_parameter: int
    last_parameter: int
    is_delete: bool


@dataclass(frozen=True, slots=True)
class UncertainWrite:
    """A write that was not understood; identifiers and tables as in ``UncertainRead``."""

    names: frozenset[str]
    tables: frozenset[str]


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """DDL, TRUNCATE and the like: afterwards nothing is known."""


@dataclass(frozen=True, slots=True)
class Nothing:
    """Neither reads nor writes rows: transactions, settings, explanations."""


Statement = Read | UncertainRead | Insert | Modify | UncertainWrite | SchemaChange | Nothing
