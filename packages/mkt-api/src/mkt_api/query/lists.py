"""The query string of a list, understood."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from ..conf import api_settings
from ..deprecation import Deprecated
from ..fields import Field
from ..fields.rich_text import FORMATS, RichTextFormat
from ..plan import Plan
from ..problems import MAX_ECHO, with_nearest
from ..types import IntegerType
from .alternatives import Narrowing, parse_alternatives
from .counting import COUNT_CHOICES, parse_count
from .cursors import Cursor, read_cursor
from .filters import Apply
from .ordering import MAX_ORDER_TERMS, OrderColumn, with_tie_breaker
from .parameters import Parameters
from .places import Place, parse_offset, parse_page
from .selection import choose, parse_include, parse_terms

__all__ = ["COUNT_CHOICES", "ListQuery", "Shape", "read_list_query", "read_shape"]

SHAPE_PARAMETERS = ("fields", "include", "richtext")
LIST_PARAMETERS = (
    *SHAPE_PARAMETERS,
    *("limit", "cursor", "offset", "page", "order", "count", "or"),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What of an object is shown, and how."""

    fields: Mapping[str, Field]
    richtext: RichTextFormat
    #: Names of those that will be taken away; one that several page types have may be there several times.
    deprecated: tuple[tuple[str, Deprecated], ...] = ()


@dataclass(frozen=True, slots=True)
class ListQuery:
    """What a client asked of a list."""

    shape: Shape
    limit: int
    order: tuple[OrderColumn, ...]
    cursor: Cursor | None
    place: Place | None
    count: str
    narrowings: tuple[Narrowing, ...]

    def narrow(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """``queryset`` with all filters applied."""
        for narrowing in self.narrowings:
            queryset = narrowing(queryset)
        return queryset


def read_list_query(query: QueryDict, plan: Plan, also: Sequence[str] = ()) -> ListQuery:
    """Raises the 400 problem if anything in the query string is wrong.

    ``also`` are further parameters that somebody else reads.
    """
    parameters = Parameters(query, (*LIST_PARAMETERS, *plan.filters, *also))
    order = parameters.read("order", lambda text: parse_order(text, plan), plan.default_order)
    limit = parameters.read("limit", parse_limit, api_settings.current.PAGE_SIZE)
    narrowings = read_filters(parameters, plan)
    either = parameters.read("or", lambda text: parse_alternatives(text, plan.filters), None)
    if either is not None:
        narrowings.append(either)
    understood = ListQuery(
        shape=shape_of(parameters, plan, plan.list_fields),
        limit=limit,
        order=order,
        cursor=parameters.read("cursor", lambda text: read_cursor(text, order), None),
        place=_place(parameters, limit),
        count=parameters.read("count", parse_count, "none"),
        narrowings=tuple(narrowings),
    )
    parameters.finish()
    return understood


def read_shape(query: QueryDict, plan: Plan, also: Sequence[str] = ()) -> Shape:
    """What is asked of one object; raises the 400 problem."""
    parameters = Parameters(query, (*SHAPE_PARAMETERS, *also))
    shape = shape_of(parameters, plan, plan.detail_fields)
    parameters.finish()
    return shape


def shape_of(parameters: Parameters, plan: Plan, default: Sequence[str]) -> Shape:
    """The parameters ``fields``, ``include`` and ``richtext``; notes what is wrong with them."""
    living = plan.living()
    shown = [name for name in default if name in living]
    fields = parameters.read(
        "fields",
        lambda text: choose(living, shown, parse_terms(text)),
        {name: living[name] for name in shown},
    )
    include = parameters.read("include", lambda text: parse_include(text, living), None)
    if include is not None:
        for name, below in include.below.items():
            try:
                fields[name] = fields.get(name, plan.fields[name]).included(below)
            except ValueError as error:
                parameters.error("include", str(error))
    return Shape(
        fields=fields,
        richtext=parameters.read("richtext", parse_richtext, "html"),
        deprecated=tuple((name, entry) for name in fields for entry in plan.deprecations(name)),
    )


def _place(parameters: Parameters, limit: int) -> Place | None:
    given = [name for name in ("cursor", "offset", "page") if name in parameters.query]
    if len(given) > 1:
        detail = _("cannot be combined with “%(other)s”.") % {"other": given[0]}
        parameters.error(given[1], detail, "conflict")
        return None
    if "offset" in given:
        return Place("offset", parameters.read("offset", parse_offset, 0))
    if "page" in given:
        return Place("page", parameters.read("page", lambda text: parse_page(text, limit), 0))
    return None


def parse_richtext(text: str) -> RichTextFormat:
    for form in FORMATS:
        if form == text:
            return form
    sentence = _("cannot be “%(name)s”.") % {"name": text[:MAX_ECHO]}
    raise ValueError(with_nearest(sentence, text, FORMATS))


def parse_limit(text: str) -> int:
    limit, maximum = IntegerType().parse(text), api_settings.current.MAX_PAGE_SIZE
    if not 1 <= limit <= maximum:
        raise ValueError(_("must be from 1 to %(maximum)d.") % {"maximum": maximum})
    return limit


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


def read_filters(parameters: Parameters, plan: Plan) -> list[Narrowing]:
    """What the filters that are given do to a queryset; notes what is wrong with them."""
    narrowings: list[Narrowing] = []
    absent = object()
    for name, definition in plan.filters.items():
        value: Any = parameters.read(name, definition.parse, absent)
        if value is not absent:
            narrowings.append(_narrowing(definition.apply, value))
    return narrowings


def _narrowing(apply: Apply, value: Any) -> Narrowing:
    return lambda queryset: apply(queryset, value)
