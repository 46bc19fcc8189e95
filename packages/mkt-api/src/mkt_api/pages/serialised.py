"""An ``APIField`` with a serializer of its own: it runs as it is, on objects that were fetched together."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Model, Prefetch
from rest_framework import serializers
from rest_framework.fields import SkipField

from ..fields.base import Context, Field, Json, Row
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
        return [_value(field, row, context) for row in rows]

    def _bound(self, context: dict[str, Any]) -> Any:
        # A copy, because binding changes it, and it belongs to the page class.
        declared = {self.name: copy.deepcopy(self.serializer)}
        parent = type("ApiFields", (serializers.Serializer,), declared)(context=context)
        return parent.fields[self.name]


def _value(field: Any, row: Row, context: Context) -> Json:
    try:
        attribute = field.get_attribute(row)
    except SkipField:
        return None
    if attribute is None or _is_hidden(attribute, row, context):
        return None
    return field.to_representation(attribute)


def _is_hidden(attribute: Any, row: Row, context: Context) -> bool:
    """Whether the serializer would show another object that the client may not see."""
    is_other = isinstance(attribute, Model) and attribute is not row
    return is_other and not may_be_seen(attribute, context.request)


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
