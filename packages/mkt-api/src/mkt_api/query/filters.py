"""Filters: typed, from a closed list."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, Model, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from ..fields.base import FieldError
from ..fields.paths import is_to_many, walk
from ..types import (
    BooleanType,
    DateOrDateTimeType,
    IntegerType,
    JsonSchema,
    TextType,
    ValueType,
    type_of,
)

# Values in one ``__in`` list.
MAX_IN = 100

TEXT = TextType()

Apply = Callable[[QuerySet[Any], Any], QuerySet[Any]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A query parameter that narrows a list.

    ``apply(queryset, value)`` gets the value as ``type`` parsed it. It must not return an object twice.
    """

    apply: Apply
    type: ValueType = TEXT
    description: str | Promise = ""
    # The client gives several values, separated by commas; ``apply`` gets a list.
    many: bool = False

    def parse(self, text: str) -> Any:
        """Raises ``ValueError`` with a sentence for the client."""
        if not self.many:
            return self.type.parse(text)
        parts = text.split(",")
        if len(parts) > MAX_IN:
            raise ValueError(_("must have at most %(limit)d values.") % {"limit": MAX_IN})
        return [self.type.parse(part) for part in parts]

    @property
    def schema(self) -> JsonSchema:
        if not self.many:
            return dict(self.type.schema)
        return {"type": "array", "items": dict(self.type.schema), "minItems": 1, "maxItems": MAX_IN}


class YearType(IntegerType):
    schema = {"type": "integer", "minimum": 2, "maximum": 9998}

    def parse(self, text: str) -> int:
        value = super().parse(text)
        if not datetime.MINYEAR < value < datetime.MAXYEAR:
            raise ValueError(_("must be a year from 2 to 9998."))
        return value


ORDERED = frozenset({"gt", "gte", "lt", "lte"})
TEXTUAL = frozenset({"iexact", "contains", "icontains", "startswith", "istartswith"})
CALENDAR = frozenset({"year", "month", "day"})
LOOKUPS = frozenset({"exact", "in", "isnull"}) | ORDERED | TEXTUAL | CALENDAR

Faults = list[tuple[str, str]]


def compile_filters(
    model: type[Model], declared: Mapping[str, Sequence[str] | Filter]
) -> tuple[dict[str, Filter], Faults]:
    """Parameter name -> filter, and what is wrong with the declaration as (code, sentence)."""
    filters: dict[str, Filter] = {}
    faults: Faults = []
    for name, lookups in declared.items():
        if isinstance(lookups, Filter):
            filters[name] = lookups
            continue
        for lookup in lookups:
            try:
                parameter, compiled = _compile(model, [*name.split("__"), *lookup.split("__")])
            except FieldError as error:
                faults.append(("E004", f"the filter “{name}: {lookup}” cannot be used: {error}"))
            except LookupError as error:
                faults.append(
                    ("E008", f"the filter “{name}: {lookup}” cannot be used: {error.args[0]}")
                )
            else:
                filters[parameter] = compiled
    return filters, faults


def _compile(model: type[Model], parts: list[str]) -> tuple[str, Filter]:
    lookup = parts.pop() if parts[-1] in LOOKUPS else "exact"
    fields = walk(model, parts)
    to_many = any(is_to_many(field) for field in fields)
    path = "__".join(parts)
    value_type = _value_type(fields[-1], lookup)
    apply = _apply_day if isinstance(value_type, DateOrDateTimeType) else _apply
    narrow = _through_key(model, apply, path, lookup) if to_many else _direct(apply, path, lookup)
    parameter = path if lookup == "exact" else f"{path}__{lookup}"
    return parameter, Filter(apply=narrow, type=value_type, many=lookup == "in")


def _value_type(field: Any, lookup: str) -> ValueType:
    column = field.related_model._meta.pk if is_to_many(field) else field
    value_type = type_of(column)
    if value_type is None:
        raise LookupError(f"columns of the type {type(column).__name__} cannot be filtered")
    if lookup == "isnull":
        return BooleanType()
    textual = isinstance(value_type, TextType)
    dated = "date" in str(value_type.schema.get("format"))
    unfit = (
        (lookup in TEXTUAL and not textual)
        or (lookup in ORDERED and not value_type.ordered)
        or (lookup in CALENDAR and not dated)
    )
    if unfit:
        raise LookupError(f"“{lookup}” does not fit a {type(column).__name__}")
    if lookup in CALENDAR:
        return YearType() if lookup == "year" else IntegerType()
    if isinstance(column, DateTimeField) and lookup in {"exact", *ORDERED}:
        return DateOrDateTimeType()
    return value_type


def _apply(queryset: QuerySet[Any], path: str, lookup: str, value: Any) -> QuerySet[Any]:
    return queryset.filter(**{f"{path}__{lookup}": value})


def _apply_day(queryset: QuerySet[Any], path: str, lookup: str, value: Any) -> QuerySet[Any]:
    """Like ``_apply``; where a date is compared with a moment, the date means the whole day."""
    if isinstance(value, datetime.datetime):
        return _apply(queryset, path, lookup, value)
    start, end = _midnight(value), _midnight(value + datetime.timedelta(days=1))
    conditions = {
        "exact": {"gte": start, "lt": end},
        "gte": {"gte": start},
        "lt": {"lt": start},
        "lte": {"lt": end},
        "gt": {"gte": end},
    }[lookup]
    return queryset.filter(**{f"{path}__{name}": moment for name, moment in conditions.items()})


def _midnight(day: datetime.date) -> datetime.datetime:
    moment = datetime.datetime.combine(day, datetime.time.min)
    return timezone.make_aware(moment) if settings.USE_TZ else moment


def _direct(apply: Callable[..., QuerySet[Any]], path: str, lookup: str) -> Apply:
    return lambda queryset, value: apply(queryset, path, lookup, value)


def _through_key(
    model: type[Model], apply: Callable[..., QuerySet[Any]], path: str, lookup: str
) -> Apply:
    """Across a to-many relation: by primary key, because a join gives an object once per match."""

    def narrow(queryset: QuerySet[Any], value: Any) -> QuerySet[Any]:
        matches = apply(model._base_manager.order_by(), path, lookup, value)
        return queryset.filter(pk__in=matches.values("pk"))

    return narrow
