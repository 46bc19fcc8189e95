"""The object at the other end of a relation: which fields of it are shown, and to whom."""

from __future__ import annotations

from collections import namedtuple
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db.models import Model, QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from mkt_core.compat import get_page_base, get_page_model

from ..problems import MAX_ECHO, with_nearest
from ..types import JsonSchema
from ..visibility import as_resources_say, has_collection, visible
from .base import Context, Field, Json, Row
from .columns import Column, DetailUrl, PageUrl
from .paths import has_column

if TYPE_CHECKING:
    from ..query.selection import Inclusion, Term
    from ..registry import Registry
    from ..resources import Resource

# What names a thing, in the models of most sites.
LABELS = ("title", "name", "slug")


def default_fields(model: type[Model], registry: Registry) -> list[Field]:
    """Primary key, title, name and slug as far as they exist, and where to read on."""
    fields: list[Field] = [Column("id", "pk")]
    if issubclass(model, AbstractBaseUser):
        # What a user model holds is nobody's business unless fields are named one by one.
        return fields
    fields += [Column(name) for name in LABELS if has_column(model, name)]
    if issubclass(model, get_page_base()):
        fields.append(PageUrl("url"))
    if resource := registry.resource_of(model):
        fields.append(DetailUrl("detail_url", resource.name))
    return fields


def object_fields(model: type[Model], registry: Registry) -> list[Field]:
    """What is shown of an object where a client includes it and nobody has said which fields."""
    from .media import media_fields

    return media_fields(model, registry) or default_fields(model, registry)


class Target:
    """A related model with the fields that are shown of it."""

    def __init__(
        self,
        model: type[Model],
        fields: Sequence[Field],
        registry: Registry,
        *,
        are_bound: bool = False,
    ) -> None:
        self.model = model
        self.registry = registry
        self.fields = list(fields) if are_bound else [f.bind(model, registry) for f in fields]
        self.resource = registry.resource_of(model)
        # Objects that have a visibility of their own must not show through a relation to them.
        self.restricted = is_restricted(model, self.resource)
        self.columns = _unique(column for field in self.fields for column in field.columns or ())

    def narrowed(self, terms: Sequence[Term]) -> Target:
        """With some of the fields only; raises ``ValueError`` with a sentence for the client."""
        from ..query.selection import choose

        fields = {field.name: field for field in self.fields if not field.name.startswith("mkt_")}
        chosen = choose(fields, tuple(fields), terms)
        hidden = [field for field in self.fields if field.name.startswith("mkt_")]
        return self._with([*chosen.values(), *hidden])

    def full(self) -> Target:
        """With all that a list of these objects shows, or else all that is known to be shown of them."""
        if self.resource is not None:
            plan = self.registry.plan(self.resource.name)
            return self._with([plan.fields[name] for name in plan.list_fields])
        known = {field.name: field for field in self.fields}
        for field in object_fields(self.model, self.registry):
            known.setdefault(field.name, field.bind(self.model, self.registry))
        return self._with(list(known.values()))

    def including(self, name: str, below: Inclusion) -> Target:
        """With objects in the place of keys in one of the fields."""
        known = {field.name: field for field in self.fields}
        field = known.get(name)
        if field is None and self.resource is not None:
            field = self.registry.plan(self.resource.name).fields.get(name)
        if field is None:
            sentence = _("has no field “%(name)s”.") % {"name": name[:MAX_ECHO]}
            raise ValueError(with_nearest(sentence, name, known))
        known[name] = field.included(below)
        return self._with(list(known.values()))

    def _with(self, fields: Sequence[Field]) -> Target:
        return Target(self.model, fields, self.registry, are_bound=True)

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
        return show_rows(rows, {field.name: field for field in self.fields}, context)

    def visible(self, context: Context) -> QuerySet[Any]:
        """The objects that this client may see."""
        if self.resource is not None:
            return self.resource(context.request).get_queryset().order_by()
        queryset = visible(self.model._default_manager.all(), context.request)
        if self.model is get_page_model():
            queryset = as_resources_say(queryset, context.request, context.registry)
        return queryset

    def load(self, pks: Iterable[Any], context: Context) -> dict[Any, dict[str, Json]]:
        """Primary key to object, for those that may be seen; one query, and those of its fields."""
        wanted = set(pks) - {None}
        if not wanted:
            return {}
        rows = list(select(self.visible(context).filter(pk__in=wanted), self.fields))
        return dict(zip([row.pk for row in rows], self.serialise(rows, context), strict=True))


def show_rows(
    rows: Sequence[Row], fields: Mapping[str, Field], context: Context
) -> list[dict[str, Json]]:
    """``{name: value}`` for each row."""
    columns = [field.values(rows, context) for field in fields.values()]
    return [dict(zip(fields, values, strict=True)) for values in zip(*columns, strict=True)]


def select(
    queryset: QuerySet[Any], fields: Sequence[Field], extra_columns: Iterable[str] = ()
) -> QuerySet[Any]:
    """``queryset`` of instances with what the fields read, and nothing else."""
    annotations: dict[str, Any] = {}
    for field in fields:
        annotations |= field.annotations()
    if annotations:
        queryset = queryset.annotate(**annotations)
    if all(field.columns is not None for field in fields):
        columns = _unique(column for field in fields for column in field.columns or ())
        # What the resource joins for its own purposes may be among the columns left out.
        queryset = queryset.select_related(None).prefetch_related(None)
        queryset = queryset.only("pk", *columns, *extra_columns)
    lookups = [lookup for field in fields for lookup in field.prefetches()]
    return queryset.prefetch_related(*lookups) if lookups else queryset


def is_restricted(model: type[Model], resource: type[Resource] | None) -> bool:
    """Whether not every object of the model may be seen by everybody."""
    if resource is not None and resource.open_to_relations:
        return False
    if resource is not None and resource.has_own_visibility():
        return True
    return issubclass(model, get_page_base()) or has_collection(model)


def _unique(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
