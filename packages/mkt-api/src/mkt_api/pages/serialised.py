"""An ``APIField`` with a serializer of its own: it runs as it is, on objects that were fetched together."""

from __future__ import annotations

import copy
from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Prefetch
from rest_framework import serializers
from rest_framework.fields import SkipField

from mkt_core.compat import get_page_model

from ..fields.base import Context, Field, Json, Row
from ..fields.chosen import visible_keys
from ..visibility import may_be_seen
from .reading import lookups_in, lookups_of_code, relation_names, with_renditions

if TYPE_CHECKING:
    from ..registry import Registry


class Serialised(Field):
    """What a field or serializer of REST framework makes of the instance."""

    needs_instance = True
    columns = None

    def __init__(self, name: str, serializer: Any) -> None:
        super().__init__(name)
        self.serializer = serializer
        self.lookups: list[str] = []

    def prepare(self, model: type[Model], registry: Registry) -> None:
        self.lookups = list(dict.fromkeys(_lookups(model, self._bound({}))))

    def prefetches(self) -> Sequence[str | Prefetch]:
        return tuple(self.lookups)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        field = self._bound({"request": context.request, "view": None, "router": None})
        attributes = [_attribute(field, row) for row in rows]
        shown = _visible_others(attributes, rows, context)
        return [
            field.to_representation(attribute) if is_shown else None
            for attribute, is_shown in zip(attributes, shown, strict=True)
        ]

    def _bound(self, context: dict[str, Any]) -> Any:
        # A copy, because binding changes it, and it belongs to the page class.
        declared = {self.name: copy.deepcopy(self.serializer)}
        parent = type("ApiFields", (serializers.Serializer,), declared)(context=context)
        return parent.fields[self.name]


def _attribute(field: Any, row: Row) -> Any:
    try:
        return field.get_attribute(row)
    except SkipField:
        return None


def _visible_others(attributes: Sequence[Any], rows: Sequence[Row], context: Context) -> list[bool]:
    """Whether each may be shown: what is another object only if the client may see that.

    One query for each class of pages that a resource shows less of, such as posts that are not due.
    """
    others: dict[type[Model], set[Any]] = defaultdict(set)
    shown: list[bool] = []
    for attribute, row in zip(attributes, rows, strict=True):
        is_other = isinstance(attribute, Model) and attribute is not row
        is_shown = attribute is not None
        if is_other and (is_shown := may_be_seen(attribute, context.request)):
            others[type(attribute)].add(attribute.pk)
        shown.append(is_shown)
    for model, keys in others.items():
        if _resource_decides(model, context.registry):
            found = visible_keys(model, keys, context)
            shown = [
                is_shown and (type(attribute) is not model or attribute.pk in found)
                for attribute, is_shown in zip(attributes, shown, strict=True)
            ]
    return shown


def _resource_decides(model: type[Model], registry: Registry) -> bool:
    if model is get_page_model():
        return any(resource.has_own_visibility() for resource in registry.page_resources)
    resource = registry.resource_of(model)
    if resource is None or resource.open_to_relations:
        return False
    return resource.has_own_visibility()


def _lookups(model: type[Model], field: Any, prefix: str = "") -> Iterator[str]:
    """What the serializer reads of the model, for ``prefetch_related``."""
    relations = relation_names(model)
    attributes = list(getattr(field, "source_attrs", ()))
    if not attributes:
        # ``source="*"``: it is given the whole instance.
        yield from _read_by_code(model, field, prefix)
        return
    first = attributes[0]
    if first not in relations:
        yield from (prefix + lookup for lookup in lookups_in(model, [first]))
        return
    yield from (prefix + lookup for lookup in with_renditions(model, [first]))
    related = relations[first]
    inner = getattr(field, "child", field)
    if len(attributes) > 1:
        rest = copy.copy(field)
        rest.source_attrs = attributes[1:]
        yield from _lookups(related, rest, f"{prefix}{first}__")
    elif isinstance(inner, serializers.Serializer):
        for child in inner.fields.values():
            yield from _lookups(related, child, f"{prefix}{first}__")
    else:
        yield from _read_by_code(related, inner, f"{prefix}{first}__")


def _read_by_code(model: type[Model], field: Any, prefix: str) -> Iterator[str]:
    functions = [type(field).to_representation, type(field).get_attribute]
    if isinstance(field, serializers.SerializerMethodField):
        functions.append(getattr(type(field.parent), field.method_name or "", None))
    if isinstance(field, serializers.Serializer):
        for child in field.fields.values():
            yield from _lookups(model, child, prefix)
        return
    for lookup in lookups_of_code(model, functions):
        yield prefix + lookup
