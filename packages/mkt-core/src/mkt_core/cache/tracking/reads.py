"""From what a query reads to the tags that it leaves in a response.

For each table: ``bulk:<table>``; for a look-up by primary key the rows' own tags; else ``rows:<table>`` (rows come and
go) and ``col:<table>.<column>`` for every column that decides. Where a condition holds for all rows of the result,
these two are narrowed to it: ``rows:<table>|<table>.<column>=<value>`` is bumped only by rows that fulfil it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ..collector import Collector
from ..tags import normalised
from .schema import (
    PATH_PREFIX,
    SHADOW_TABLES,
    Table,
    canonical,
    ignored_tables,
    key_kind,
    table_of,
    tables,
)
from .statements import Condition, Read, TableUse, UncertainRead

_MOST_TAGS = 60

Values = Callable[[Sequence[Any]], "list[str] | None"]


@dataclass(frozen=True, slots=True)
class Note:
    """What one use of one table leaves behind."""

    always: tuple[str, ...]
    #: Tags narrowed by the first of ``scopes`` that applies; as they are if none does.
    narrowable: tuple[str, ...]
    #: The same for columns whose values instances cover, when instances are made.
    handed_out: tuple[str, ...]
    #: Those of ``handed_out`` whose changes rows do not tell of.
    drafts: tuple[str, ...]
    #: Tags of rows, for a look-up by primary key, and how to find the keys.
    row_prefix: str
    keys: tuple[Values, ...]
    scopes: tuple[tuple[str, Values], ...]

    def add_to(
        self, collector: Collector, params: Sequence[Any], has_instances: Callable[[], bool]
    ) -> None:
        collector.tags.update(self.always)
        if self.drafts and not has_instances():
            collector.tags.update(self.drafts)
        for values_of in self.keys:
            if (values := values_of(params)) is not None:
                collector.tags.update(normalised(f"{self.row_prefix}{value}") for value in values)
                return
        tags = self.narrowable
        if self.handed_out and not has_instances():
            tags += self.handed_out
        for name, values_of in self.scopes if tags else ():
            values = values_of(params)
            if values is not None and len(values) * len(tags) <= _MOST_TAGS:
                collector.tags.update(
                    normalised(f"{tag}|{name}={value}") for tag in tags for value in values
                )
                return
        collector.tags.update(tags)


def notes_for(read: Read) -> tuple[Note, ...]:
    """What to note whenever this query runs."""
    return tuple(
        _note(use)
        for use in read.uses
        if use.table not in ignored_tables() and not _is_rendition(use.table)
    )


def coarse_tags(read: UncertainRead) -> frozenset[str] | None:
    """Tags for a query that was not understood; None if not even its tables are known."""
    names = {SHADOW_TABLES.get(name, name) for name in read.names}
    found = (names & tables().keys()) | {SHADOW_TABLES.get(name, name) for name in read.tables}
    if read.has_source and not found:
        return None
    return frozenset(normalised(f"table:{name}") for name in found - ignored_tables())


def _is_rendition(name: str) -> bool:
    table = table_of(name)
    return table is not None and table.rendition_of is not None


def _note(use: TableUse) -> Note:
    name = SHADOW_TABLES.get(use.table, use.table)
    table = table_of(name)
    if table is None or name != use.table:
        return Note((f"table:{name}",), (), (), (), "", (), ())
    unseen = {table.key, *(parent.link for parent in table.parents)}
    # Whoever groups by the key groups by nothing else of the row.
    grouped = set() if _is_grouped_by_key(use, table, set()) else use.grouped
    mentioned = (use.mentioned | grouped) - unseen
    ordered = use.ordered - unseen - mentioned
    selected = use.selected - unseen - mentioned
    # Instances tell their keys when they are made; what they hold, and what they are ordered by, is in their rows.
    may_be_instances = use.is_outermost and table.key in use.selected
    covered = (selected | ordered) if may_be_instances else set()
    narrow = [f"rows:{name}"] if not _is_determined(use, table, set()) else []
    narrow += _columns(name, (mentioned | selected | ordered) - covered)
    seen = (mentioned | selected | ordered) - (covered - ordered)
    return Note(
        always=(f"bulk:{name}", *_columns(name, table.invisible & seen)),
        narrowable=tuple(narrow),
        handed_out=tuple(_columns(name, covered)),
        drafts=tuple(_columns(name, table.invisible & covered - seen)),
        row_prefix=table.row_prefix,
        keys=tuple(_keys(use, table, set())),
        scopes=tuple(
            (label, values)
            for _, label, values in sorted(_scopes(use, table, set()), key=lambda s: s[0])
        ),
    )


def _columns(name: str, columns: Iterable[str]) -> list[str]:
    return [f"col:{name}.{column}" for column in sorted(columns)]


def _is_grouped_by_key(use: TableUse, table: Table, seen: set[str]) -> bool:
    """Whether every group has one row of this table. Django leaves a page's own key out beside that of the post."""
    if table.key in use.grouped:
        return True
    seen = seen | {use.alias}
    for link in use.links:
        other = use.siblings[link.other]
        facts = table_of(other.table)
        if (
            link.is_dependent
            and link.other not in seen
            and facts is not None
            and (link.column, link.other_column) == (table.key, facts.key)
            and _is_grouped_by_key(other, facts, seen)
        ):
            return True
    return False


def _is_determined(use: TableUse, table: Table, seen: set[str]) -> bool:
    """Whether its rows come only with rows of another table that refer to them by an enforced foreign key."""
    seen = seen | {use.alias}
    for link in use.links:
        other = use.siblings[link.other]
        facts = table_of(other.table)
        if (
            link.is_dependent
            and link.other not in seen
            and link.column == table.key
            and facts is not None
            and facts.references.get(link.other_column) == (table.name, table.key)
            and not _depends_on(other, use)
        ):
            return True
    return False


def _depends_on(other: TableUse, use: TableUse) -> bool:
    """Two rows that refer to each other do not determine one another."""
    facts = table_of(other.table)
    own = table_of(use.table)
    return bool(facts and own) and any(
        link.other == use.alias
        and link.column == facts.key  # type: ignore[union-attr]
        and own.references.get(link.other_column) == (facts.name, facts.key)  # type: ignore[union-attr]
        for link in other.links
    )


def _parent_uses(use: TableUse, table: Table) -> Iterator[tuple[TableUse, Table]]:
    for link in use.links:
        other = use.siblings[link.other]
        for parent in table.parents:
            facts = table_of(parent.table)
            if facts and (link.column, other.table, link.other_column) == (
                parent.link,
                parent.table,
                parent.key,
            ):
                yield other, facts


def _child_uses(use: TableUse, table: Table) -> Iterator[tuple[TableUse, Table]]:
    for link in use.links:
        other = use.siblings[link.other]
        facts = table_of(other.table)
        if (
            facts
            and link.column == table.key
            and link.other_column == facts.key
            and facts.row_prefix == table.row_prefix
        ):
            yield other, facts


def _keys(use: TableUse, table: Table, seen: set[str]) -> Iterator[Values]:
    """Ways to learn the primary keys of the rows, from this table or from those that share its key."""
    kind = key_kind(table)
    for condition in use.conditions:
        if condition.column == table.key and kind and condition.comparison in ("equals", "in"):
            yield _values(condition, kind)
    seen.add(use.alias)
    for other, facts in (*_parent_uses(use, table), *_child_uses(use, table)):
        if other.alias not in seen and facts.row_prefix == table.row_prefix:
            yield from _keys(other, facts, seen)


def _scopes(use: TableUse, table: Table, seen: set[str]) -> Iterator[tuple[int, str, Values]]:
    for condition in use.conditions:
        if (
            table.step
            and condition.column == "path"
            and condition.comparison in ("between", "like")
        ):
            yield 3, f"{table.name}.{PATH_PREFIX}", _prefix(condition, table.step)
        elif condition.column in table.scopes and condition.comparison in ("equals", "in"):
            kind, rank = table.scopes[condition.column]
            usual = table.usual.get(condition.column)
            yield rank, f"{table.name}.{condition.column}", _values(condition, kind, usual)
    seen.add(use.alias)
    for other, facts in _parent_uses(use, table):
        if other.alias not in seen:
            yield from _scopes(other, facts, seen)


def _values(condition: Condition, kind: str, usual: int | None = None) -> Values:
    def values(params: Sequence[Any]) -> list[str] | None:
        given = [params[index] for index in condition.parameters] or [condition.constant]
        found = {canonical(value, kind) for value in given}
        if None in found or (usual is not None and str(usual) in found):
            return None
        return sorted(value for value in found if value is not None)

    return values


def _prefix(condition: Condition, step: int) -> Values:
    def values(params: Sequence[Any]) -> list[str] | None:
        given = [params[index] for index in condition.parameters]
        if not all(isinstance(value, str) for value in given):
            return None
        if condition.comparison == "like":
            pattern = given[0].removesuffix("%")
            if pattern == given[0] or not pattern.isalnum() or pattern != pattern.upper():
                return None
            given = [pattern]
        low, high = given[0], given[-1]
        same = 0
        while same < min(len(low), len(high)) and low[same] == high[same]:
            same += 1
        prefix = low[: same - same % step]
        return [prefix] if prefix else None

    return values
