"""The query string of a list, understood."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..conf import api_settings
from ..plan import Plan
from ..problems import MAX_ECHO, with_nearest
from ..types import IntegerType
from .cursors import Cursor, read_cursor
from .ordering import MAX_ORDER_TERMS, OrderColumn, with_tie_breaker
from .parameters import Parameters
from .selection import parse_fields

LIST_PARAMETERS = ("fields", "limit", "cursor", "order", "count")
COUNT_CHOICES = ("none", "exact")


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a client asked of a list."""

    fields: tuple[str, ...]
    limit: int
    order: tuple[OrderColumn, ...]
    cursor: Cursor | None
    count: bool
    narrowings: tuple[Callable[[QuerySet[Any]], QuerySet[Any]], ...]

    def narrow(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """``queryset`` with all filters applied."""
        for narrowing in self.narrowings:
            queryset = narrowing(queryset)
        return queryset


def read_list_query(query: QueryDict, plan: Plan) -> ListQuery:
    """Raises the 400 problem if anything in the query string is wrong."""
    parameters = Parameters(query, (*LIST_PARAMETERS, *plan.filters))
    order = parameters.read("order", lambda text: parse_order(text, plan), plan.default_order)
    understood = ListQuery(
        fields=parameters.read(
            "fields",
            lambda text: parse_fields(text, tuple(plan.fields), plan.list_fields),
            plan.list_fields,
        ),
        limit=parameters.read("limit", parse_limit, api_settings.current.PAGE_SIZE),
        order=order,
        cursor=parameters.read("cursor", lambda text: read_cursor(text, order), None),
        count=parameters.read("count", parse_count, default=False),
        narrowings=tuple(_narrowings(parameters, plan)),
    )
    parameters.finish()
    return understood


def read_detail_fields(query: QueryDict, plan: Plan) -> tuple[str, ...]:
    """The fields asked of one object; raises the 400 problem."""
    every = plan.detail_fields
    parameters = Parameters(query, ("fields",))
    chosen = parameters.read("fields", lambda text: parse_fields(text, every, every), every)
    parameters.finish()
    return chosen


def parse_limit(text: str) -> int:
    limit, maximum = IntegerType().parse(text), api_settings.current.MAX_PAGE_SIZE
    if not 1 <= limit <= maximum:
        raise ValueError(_("must be from 1 to %(maximum)d.") % {"maximum": maximum})
    return limit


def parse_count(text: str) -> bool:
    if text not in COUNT_CHOICES:
        raise ValueError(_("must be “none” or “exact”."))
    return text == "exact"


def parse_order(text: str, plan: Plan) -> tuple[OrderColumn, ...]:
    """``-date,title`` as columns, with the primary key at the end."""
    columns: dict[str, OrderColumn] = {}
    for term in text.split(","):
        name = term.removeprefix("-")
        if name not in plan.order:
            sentence = _("cannot be “%(name)s”.") % {"name": name[:MAX_ECHO]}
            raise ValueError(with_nearest(sentence, name, plan.order))
        if name in columns:
            raise ValueError(_("names “%(name)s” twice.") % {"name": name})
        columns[name] = plan.order[name].towards(term.startswith("-"))
    if len(columns) > MAX_ORDER_TERMS:
        raise ValueError(_("must have at most %(limit)d names.") % {"limit": MAX_ORDER_TERMS})
    return with_tie_breaker(plan.resource.model, list(columns.values()))


def _narrowings(
    parameters: Parameters, plan: Plan
) -> Sequence[Callable[[QuerySet[Any]], QuerySet[Any]]]:
    narrowings = []
    for name, definition in plan.filters.items():
        absent = object()
        value: Any = parameters.read(name, definition.parse, absent)
        if value is not absent:
            narrowings.append(_narrowing(definition.apply, value))
    return narrowings


def _narrowing(apply: Callable[..., Any], value: Any) -> Callable[[QuerySet[Any]], QuerySet[Any]]:
    return lambda queryset: apply(queryset, value)
