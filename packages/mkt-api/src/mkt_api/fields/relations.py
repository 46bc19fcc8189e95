"""Fields that show other objects."""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Count, F, Model
from django.db.models.expressions import Combinable
from django.utils.functional import cached_property

from mkt_core.cache.collector import automatic_collector

from .base import Context, Field, FieldError, Json, Row
from .columns import Column, nullable
from .json_rows import fits, rows_of
from .paths import Link, is_to_many, link_of, step
from .target import Target, default_fields

if TYPE_CHECKING:
    from ..query.selection import Inclusion, Term
    from ..registry import Registry


class Related(Field):
    """What ``RelatedOne`` and ``RelatedMany`` share.

    Args:
        path: the relation, if it is not called like the field; ``"author_links__author"``
            leads through the rows of ``author_links``.
        fields: what is shown of the other object: column names or fields. By default its
            primary key, title, name and slug.
        keys_only: show the primary key alone, not an object.
    """

    def __init__(
        self,
        name: str,
        path: str | None = None,
        *,
        fields: Sequence[str | Field] | None = None,
        keys_only: bool = False,
    ) -> None:
        super().__init__(name)
        self.path = path or name
        self.shown = fields
        self.keys_only = keys_only

    def names(self) -> list[str]:
        return [self.name, *(name for field in self.target.fields for name in field.names())]

    def make_target(self, model: type[Model], registry: Registry) -> Target:
        if self.keys_only:
            shown: Sequence[str | Field] = [Column("id", "pk")]
        else:
            shown = default_fields(model, registry) if self.shown is None else self.shown
        fields = [Column(field) if isinstance(field, str) else field for field in shown]
        return Target(model, fields, registry)

    def present(self, value: dict[str, Json] | None) -> Json:
        return value["id"] if value and self.keys_only else value

    def object_schema(self) -> dict[str, Any]:
        return self.target.fields[0].schema if self.keys_only else self.target.schema

    def narrowed(self, terms: Sequence[Term]) -> Self:
        if self.keys_only:
            return super().narrowed(terms)
        return self._with_target(self.target.narrowed(terms))

    def _with_target(self, target: Target) -> Self:
        bound = copy.copy(self)
        bound.__dict__.pop("_fits_in_json", None)
        bound.target = target
        return bound

    def included(self, below: Inclusion) -> Field:
        bound = self._with_target(self.target.full())
        bound.keys_only = False
        for name, deeper in below.below.items():
            bound.target = bound.target.including(name, deeper)
        return bound

    target: Target


class RelatedOne(Related):
    """The object that a foreign key or one-to-one relation points at, or null.

    No query of its own where a join will do; one where the object has a visibility of its own.
    """

    def prepare(self, model: type[Model], registry: Registry) -> None:
        related = model
        for name in self.path.split("__"):
            field = step(related, name)
            if not field.is_relation or is_to_many(field) or field.related_model is None:
                raise FieldError(f"“{self.path}” does not lead to one object")
            related = field.related_model
        self.target = self.make_target(related, registry)
        self.schema = nullable(self.object_schema())

    def annotations(self) -> Mapping[str, Combinable]:
        columns = ["pk", *self.target.columns] if self.target.joinable else ["pk"]
        return {self._alias(column): F(f"{self.path}__{column}") for column in columns}

    def _alias(self, column: str) -> str:
        return f"mkt_{self.name}_{column}"

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        keys = [getattr(row, self._alias("pk")) for row in rows]
        found = self.objects(rows, keys, context)
        return [self.present(found.get(key)) for key in keys]

    def objects(
        self, rows: Sequence[Row], keys: Sequence[Any], context: Context
    ) -> dict[Any, dict[str, Json]]:
        """Key to object, for those that may be seen."""
        if self.target.joinable:
            return self._joined(rows, context)
        return self.target.load(keys, context)

    def _joined(self, rows: Sequence[Row], context: Context) -> dict[Any, dict[str, Json]]:
        aliases = [self._alias(column) for column in ("pk", *self.target.columns)]
        # By key, because many rows tend to point at few objects.
        distinct = {
            getattr(row, aliases[0]): self.target.row(*(getattr(row, alias) for alias in aliases))
            for row in rows
        }
        distinct.pop(None, None)
        objects = self.target.serialise(list(distinct.values()), context)
        return dict(zip(distinct, objects, strict=True))


class RelatedMany(Related):
    """A list of objects: many-to-many, tags, or the rows that point here (or what they point at).

    One query, and a second one where the objects have a visibility of their own.
    """

    link: Link

    def prepare(self, model: type[Model], registry: Registry) -> None:
        self.link = link_of(model, self.path)
        self.columns = (self.link.key,)
        self.target = self.make_target(self.link.model, registry)
        self.schema = {"type": "array", "items": self.object_schema()}

    @cached_property
    def _fits_in_json(self) -> bool:
        return self.target.joinable and fits(self.link, ["pk", *self.target.columns])

    def annotations(self) -> Mapping[str, Combinable]:
        # mkt_core tells rows apart in plain statements only; there the lists have one of their own.
        if not self._fits_in_json or automatic_collector() is not None:
            return {}
        return {f"mkt_{self.name}_rows": rows_of(self.link, ["pk", *self.target.columns])}

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        if rows and hasattr(rows[0], f"mkt_{self.name}_rows"):
            return self._inline(rows, context)
        keys = [getattr(row, self.link.key) for row in rows]
        if not keys:
            return []
        lists = self._joined(keys, context) if self.target.joinable else self._loaded(keys, context)
        return [lists[key] for key in keys]

    def _inline(self, rows: Sequence[Row], context: Context) -> list[Json]:
        stored = [json.loads(getattr(row, f"mkt_{self.name}_rows") or "[]") for row in rows]
        flat = [self.target.row(*values) for one in stored for values in one]
        objects = iter(self.target.serialise(flat, context))
        return [[self.present(next(objects)) for _ in one] for one in stored]

    def _joined(self, keys: Sequence[Any], context: Context) -> dict[Any, list[Json]]:
        pairs = list(self.link.pairs(keys, ["pk", *self.target.columns]))
        objects = self.target.serialise([self.target.row(*row) for _, *row in pairs], context)
        lists: dict[Any, list[Json]] = defaultdict(list)
        for (key, *_), value in zip(pairs, objects, strict=True):
            lists[key].append(self.present(value))
        return lists

    def _loaded(self, keys: Sequence[Any], context: Context) -> dict[Any, list[Json]]:
        pairs = list(self.link.pairs(keys, ["pk"]))
        found = self.target.load((pk for _, pk in pairs), context)
        lists: dict[Any, list[Json]] = defaultdict(list)
        for key, pk in pairs:
            if pk in found:
                lists[key].append(self.present(found[pk]))
        return lists


class RelatedCount(Field):
    """How many objects of another resource, as far as they may be seen, lead here over ``path``; one query."""

    schema = {"type": "integer"}

    def __init__(self, name: str, resource: str, path: str) -> None:
        super().__init__(name)
        self.resource_name = resource
        self.path = path

    def prepare(self, model: type[Model], registry: Registry) -> None:
        self.resource = registry.resources.get(self.resource_name)
        if self.resource is None:
            raise FieldError(f"there is no resource “{self.resource_name}”")

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        assert self.resource is not None
        visible = self.resource(context.request).get_queryset().order_by()
        keys = [row.pk for row in rows]
        counted = (
            visible.filter(**{f"{self.path}__in": keys})
            .values_list(self.path)
            .annotate(count=Count("pk", distinct=True))
        )
        counts = dict(counted)
        return [counts.get(key, 0) for key in keys]
