"""Lists of related objects inside of the statement that fetches the rows, as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connections, models, router
from django.db.models import F, Model, OuterRef, Subquery

from ..types import IntegerType, TextType, type_of
from .paths import Link, walk

# How a table of rows becomes an array of arrays. Both keep the order of the rows.
_TEMPLATES = {
    "postgresql": "(SELECT jsonb_agg(jsonb_build_array({columns}))::text FROM (%(subquery)s) mkt_rows)",
    "sqlite": "(SELECT json_group_array(json_array({columns})) FROM (%(subquery)s) mkt_rows)",
}


class JsonRows(Subquery):
    """``[[column, …], …]`` as text; null or an empty array without rows."""

    output_field = models.TextField()

    def __init__(self, queryset: Any, width: int, vendor: str) -> None:
        columns = ", ".join(f'mkt_rows."mkt_{n}"' for n in range(width))
        super().__init__(queryset, template=_TEMPLATES[vendor].format(columns=columns))


def fits(link: Link, columns: Sequence[str]) -> bool:
    """Whether these columns of the other object pass through JSON unchanged, on this database."""
    if _vendor(link.through) not in _TEMPLATES or link.content_type_of is not None:
        return False
    for column in columns:
        found = walk(link.model, column.split("__"))[-1]
        if not isinstance(type_of(found), IntegerType | TextType):
            return False
        if isinstance(found, models.GenericIPAddressField):
            return False
    return True


def rows_of(link: Link, columns: Sequence[str]) -> JsonRows:
    """The columns of the other objects of one row, in the order they are shown."""
    conditions: dict[str, Any] = {link.source: OuterRef(link.key)}
    if link.prefix:
        conditions[f"{link.prefix}pk__isnull"] = False
    queryset = link.through._base_manager.filter(**conditions).order_by(*link.ordering)
    shown = {f"mkt_{n}": F(link.prefix + column) for n, column in enumerate(columns)}
    return JsonRows(queryset.values(**shown), len(columns), _vendor(link.through))


def _vendor(model: type[Model]) -> str:
    return connections[router.db_for_read(model)].vendor
