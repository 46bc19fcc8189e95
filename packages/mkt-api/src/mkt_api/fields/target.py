"""The object at the other end of a relation: which fields of it are shown, and to whom."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property

from mkt_core.compat import get_page_base

from ..types import JsonSchema
from .base import Context, Field, Json, Row
from .columns import Column, DetailUrl, PageUrl

if TYPE_CHECKING:
    from ..registry import Registry

# What names a thing, in the models of most sites.
LABELS = ("title", "name", "slug")


def default_fields(model: type[Model], registry: Registry) -> list[Field]:
    """Primary key, title, name and slug as far as they exist, and where to read on."""
    fields: list[Field] = [Column("id", "pk")]
    if issubclass(model, AbstractBaseUser):
        # What a user model holds is nobody's business unless fields are named one by one.
        return fields
    fields += [Column(name) for name in LABELS if _is_column(model, name)]
    if issubclass(model, get_page_base()):
        fields.append(PageUrl("url"))
    if resource := registry.resource_of(model):
        fields.append(DetailUrl("detail_url", resource.name))
    return fields


def _is_column(model: type[Model], name: str) -> bool:
    try:
        return bool(model._meta.get_field(name).concrete)
    except FieldDoesNotExist:
        return False


class Target:
    """A related model with the fields that are shown of it."""

    def __init__(self, model: type[Model], fields: Sequence[Field], registry: Registry) -> None:
        self.model = model
        self.fields = [field.bind(model, registry) for field in fields]
        self.resource = registry.resource_of(model)
        # Objects that have a visibility of their own must not show through a relation to them.
        self.restricted = self.resource is not None or issubclass(model, get_page_base())
        self.columns = _unique(column for field in self.fields for column in field.columns or ())

    @property
    def joinable(self) -> bool:
        """Whether the columns may be fetched by a join, together with whatever points here."""
        return not self.restricted and all(
            field.columns is not None
            and not field.needs_instance
            and not field.annotations()
            and not field.prefetches()
            for field in self.fields
        )

    @cached_property
    def row(self) -> Any:
        """A tuple class for joined rows: the primary key, then the columns."""
        return namedtuple("row", ["pk", *self.columns])

    @property
    def schema(self) -> JsonSchema:
        return {
            "type": "object",
            "properties": {field.name: field.schema for field in self.fields},
            "required": [field.name for field in self.fields],
            "additionalProperties": False,
        }

    def serialise(self, rows: Sequence[Row], context: Context) -> list[dict[str, Json]]:
        names = [field.name for field in self.fields]
        columns = [field.values(rows, context) for field in self.fields]
        return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]

    def visible(self, context: Context) -> QuerySet[Any]:
        """The objects that this client may see."""
        if self.resource is not None:
            return self.resource(context.request).get_queryset().order_by()
        queryset: Any = self.model._default_manager.all()
        return queryset.live().public() if self.restricted else queryset

    def load(self, pks: Iterable[Any], context: Context) -> dict[Any, dict[str, Json]]:
        """Primary key to object, for those that may be seen; one query, and those of its fields."""
        wanted = set(pks) - {None}
        if not wanted:
            return {}
        rows = list(select(self.visible(context).filter(pk__in=wanted), self.fields))
        return dict(zip([row.pk for row in rows], self.serialise(rows, context), strict=True))


def select(
    queryset: QuerySet[Any], fields: Sequence[Field], extra_columns: Iterable[str] = ()
) -> QuerySet[Any]:
    """``queryset`` of instances with what the fields read, and nothing else."""
    for field in fields:
        queryset = queryset.annotate(**field.annotations())
    if all(field.columns is not None for field in fields):
        columns = _unique(column for field in fields for column in field.columns or ())
        # What the resource joins for its own purposes may be among the columns left out.
        queryset = queryset.select_related(None).prefetch_related(None)
        queryset = queryset.only("pk", *columns, *extra_columns)
    lookups = [lookup for field in fields for lookup in field.prefetches()]
    return queryset.prefetch_related(*lookups) if lookups else queryset


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
