"""The compiled plan of each page type, and of the list of all of them."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Model, QuerySet

from ..deprecation import Deprecated
from ..fields import Field, FieldError, Json, Row
from ..fields.base import Context
from ..fields.columns import Column
from ..plan import Fault, Plan, compile_plan
from ..types import JsonSchema, type_of
from ..visibility import visible
from .api_fields import api_fields_of
from .resource import PageResource
from .types import page_types

if TYPE_CHECKING:
    from ..query.selection import Inclusion, Term
    from ..registry import Registry
    from ..resources import Resource

# What can be filtered and sorted without being asked: columns of these kinds among the api_fields.
_FILTER_LOOKUPS: Mapping[bool, Sequence[str]] = {
    True: ("exact", "in", "gte", "gt", "lte", "lt"),
    False: ("exact", "in"),
}


class Specific(Field):
    """Stands for a field that only some types have; the types' own plans show it."""

    columns = ("content_type_id",)

    def __init__(self, name: str, plans: Sequence[Plan]) -> None:
        super().__init__(name)
        self.plans = plans
        self.changes: tuple[Callable[[Field], Field], ...] = ()

    @cached_property
    def schema(self) -> JsonSchema:  # type: ignore[override]
        distinct: list[JsonSchema] = []
        for plan in self.plans:
            schema = plan.fields[self.name].schema
            if schema not in distinct:
                distinct.append(schema)
        return dict(distinct[0]) if len(distinct) == 1 else {"anyOf": distinct}

    def narrowed(self, terms: Sequence[Term]) -> Self:
        return self._changed(lambda field: field.narrowed(terms))

    def included(self, below: Inclusion) -> Self:
        return self._changed(lambda field: field.included(below))

    def _changed(self, change: Callable[[Field], Field]) -> Self:
        errors: list[ValueError] = []
        for plan in self.plans:
            try:
                change(plan.fields[self.name])
                break
            except ValueError as error:
                errors.append(error)
        else:
            # No type has a field of this name that could be changed so.
            raise errors[0]
        bound = copy.copy(self)
        bound.changes = (*self.changes, change)
        return bound

    def of_type(self, plan: Plan) -> Field:
        """The field of one type that this one stands for, as the client wants it."""
        field = plan.fields[self.name]
        for change in self.changes:
            with suppress(ValueError):
                field = change(field)
        return field

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        raise NotImplementedError


def compile_all(registry: Registry) -> Plan:
    """The plan of ``pages``: what all have, and the names of what some have. No query."""
    core, _ = compile_plan(registry.resources["pages"], registry)
    by_name: dict[str, list[Plan]] = {}
    deprecated: dict[str, tuple[Deprecated, ...]] = {}
    for model in page_types().values():
        plan = registry.page_plan(model)
        for name in plan.fields:
            if name not in core.fields:
                by_name.setdefault(name, []).append(plan)
        for name, entry in plan.resource.deprecated_fields.items():
            deprecated[name] = (*deprecated.get(name, ()), entry)
    specific = {name: Specific(name, plans) for name, plans in by_name.items()}
    return replace(core, fields={**core.fields, **specific}, deprecated_by_types=deprecated)


def compile_type(model: type[Model], registry: Registry) -> tuple[Plan, list[Fault]]:
    """The plan of one page type: its resource's fields if it has one, else its ``api_fields``. No query."""
    resource = registry.resource_of(model)
    if resource is not None and resource.name != PageResource.name:
        made: type[Resource] = _from_resource(model, resource)
        unknown: list[tuple[str, FieldError]] = []
    else:
        made, unknown = _from_api_fields(model, registry)
    plan, faults = compile_plan(made, registry)
    faults += [
        Fault(made, "W009", f"{model.__name__}.api_fields: {error}.", "") for _, error in unknown
    ]
    return plan, faults


def _from_resource(model: type[Model], resource: type[Resource]) -> type[Resource]:
    core = _names(PageResource.fields)
    own = [entry for entry in resource.fields if _name(entry) not in core]
    expand = [entry for entry in resource.expand if _name(entry) not in core]
    return type(
        f"{model.__name__}Page",
        (PageResource,),
        {
            "__doc__": resource.__doc__,
            "__module__": model.__module__,
            "model": model,
            "fields": [*PageResource.fields, *own],
            "expand": expand,
            "detail_only": [*PageResource.detail_only, *_names([*own, *expand])],
            "filters": {**resource.filters, **PageResource.filters},
            "order": [*PageResource.order, *_new(resource.order, PageResource.order)],
            "get_queryset": _queryset_of(resource),
            "deprecated_fields": resource.deprecated_fields,
        },
    )


def _queryset_of(resource: type[Resource]) -> Any:
    def get_queryset(self: Resource) -> QuerySet[Any]:
        return resource(self.request).get_queryset()

    return get_queryset


def _from_api_fields(
    model: type[Model], registry: Registry
) -> tuple[type[Resource], list[tuple[str, FieldError]]]:
    core = _names(PageResource.fields)
    fields: list[Field] = []
    unknown: list[tuple[str, FieldError]] = []
    for name, field in api_fields_of(model, registry):
        if isinstance(field, FieldError):
            unknown.append((name, field))
        elif name not in core:
            fields.append(field)
    filters, order = _sortable(model, fields)
    made = type(
        f"{model.__name__}Page",
        (PageResource,),
        {
            "__doc__": f"Pages of the type {model.__name__}.",
            "__module__": model.__module__,
            "model": model,
            "fields": [*PageResource.fields, *fields],
            "detail_only": [*PageResource.detail_only, *_names(fields)],
            "filters": {**filters, **PageResource.filters},
            "order": [*PageResource.order, *order],
            "get_queryset": _visible,
        },
    )
    return made, unknown


def _visible(self: Resource) -> QuerySet[Any]:
    return visible(self.model._default_manager.all(), self.request)


def _sortable(
    model: type[Model], fields: Sequence[Field]
) -> tuple[dict[str, Sequence[str]], list[str]]:
    """Filters and orders for the plain columns among the fields, as Wagtail's API v2 has them."""
    filters: dict[str, Sequence[str]] = {}
    order: list[str] = []
    for field in fields:
        if type(field) is not Column or field.name in PageResource.filters:
            continue
        column: Any = model._meta.get_field(field.column)
        value_type = type_of(column)
        if value_type is None:
            continue
        filters[field.name] = _FILTER_LOOKUPS[value_type.ordered]
        short = (
            not hasattr(column, "max_length")
            or value_type.ordered
            or (0 < (column.max_length or 0) <= MAX_ORDERED_LENGTH)
        )
        if short and field.name not in PageResource.order:
            order.append(field.name)
    return filters, order


# Longer values would make a cursor, and so an address, too long.
MAX_ORDERED_LENGTH = 255


def _name(entry: str | Field) -> str:
    return entry if isinstance(entry, str) else entry.name


def _names(entries: Sequence[str | Field]) -> list[str]:
    return [_name(entry) for entry in entries]


def _new(terms: Sequence[str], known: Sequence[str]) -> list[str]:
    names = {term.removeprefix("-") for term in known}
    return [term for term in terms if term.removeprefix("-") not in names]
