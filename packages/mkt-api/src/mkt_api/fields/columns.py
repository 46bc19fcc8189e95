"""Fields that read the row itself."""

from __future__ import annotations

import math
import types
import typing
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Model, Prefetch

from mkt_core.compat import get_page_base

from ..types import JsonSchema, type_of
from .addresses import addresses_of
from .base import Context, Field, FieldError, Json, Row

if TYPE_CHECKING:
    from ..registry import Registry


def nullable(schema: JsonSchema) -> JsonSchema:
    """The schema of the same value or null."""
    if isinstance(schema.get("type"), str):
        return {**schema, "type": [schema["type"], "null"]}
    return {"anyOf": [schema, {"type": "null"}]} if schema else schema


def output_schema(field: models.Field[Any, Any]) -> JsonSchema:
    """How a column looks in an answer. Empty (anything) for columns of unknown types."""
    value_type = type_of(field)
    if value_type is None:
        return {}
    schema = {key: value for key, value in value_type.schema.items() if key != "maxLength"}
    return nullable(schema) if field.null else schema


def plain(field: models.Field[Any, Any]) -> Callable[[Any], Json]:
    """How to make a column's value fit for JSON; dates and UUIDs are left to the encoder."""
    if isinstance(field, models.FloatField):
        # JSON has no word for them, and PostgreSQL stores them.
        return lambda value: value if value is None or math.isfinite(value) else None
    if isinstance(field, models.DecimalField):
        # As text, because a JSON number is binary for most readers: 0.1 would not stay 0.1.
        return lambda value: None if value is None else f"{value:f}"
    if type_of(field) or isinstance(field, models.JSONField):
        return lambda value: value
    return lambda value: None if value is None else str(value)


class Column(Field):
    """A column of the model as it is; of a foreign key, the key."""

    def __init__(self, name: str, column: str | None = None) -> None:
        super().__init__(name)
        self.column = column or name

    def prepare(self, model: type[Model], registry: Registry) -> None:
        field = model._meta.pk if self.column == "pk" else model._meta.get_field(self.column)
        if not isinstance(field, models.Field) or not field.concrete:
            raise FieldError(f"“{self.column}” is not a column")
        if isinstance(field, models.BinaryField):
            raise FieldError(f"“{self.column}” is binary")
        self.attribute = field.attname
        self.columns = (field.attname,)
        self.schema = output_schema(field)
        self.convert = plain(field)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        attribute, convert = self.attribute, self.convert
        return [convert(getattr(row, attribute)) for row in rows]


_SCHEMAS: dict[Any, JsonSchema] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    str: {"type": "string"},
    bool: {"type": "boolean"},
}


def schema_of_annotation(annotation: Any) -> JsonSchema:
    """``int`` gives an integer, ``str | None`` a nullable string, what is not understood anything."""
    if typing.get_origin(annotation) in (typing.Union, types.UnionType):
        arguments = [a for a in typing.get_args(annotation) if a is not type(None)]
        return nullable(schema_of_annotation(arguments[0])) if len(arguments) == 1 else {}
    if typing.get_origin(annotation) is list:
        inner = typing.get_args(annotation)
        return {"type": "array", "items": schema_of_annotation(inner[0]) if inner else {}}
    return dict(_SCHEMAS.get(annotation, {}))


class Computed(Field):
    """A property, a method without arguments, or ``function(row)``.

    Name the ``columns`` and ``prefetch`` lookups it reads: a column that is not named costs one
    query for each row. Without ``columns`` the whole row is fetched.
    """

    needs_instance = True

    def __init__(
        self,
        name: str,
        function: Callable[[Row], Json] | None = None,
        *,
        columns: Sequence[str] | None = None,
        prefetch: Sequence[str | Prefetch] = (),
        schema: JsonSchema | None = None,
    ) -> None:
        super().__init__(name)
        self.function = function
        # A function is content with the columns it names.
        self.needs_instance = function is None or columns is None or bool(prefetch)
        self.columns = columns
        self.prefetch = tuple(prefetch)
        self.declared_schema = schema

    def prepare(self, model: type[Model], registry: Registry) -> None:
        source = self.function
        if source is None:
            attribute = getattr(model, self.name, None)
            if attribute is None:
                raise FieldError(f"{model.__name__} has no attribute “{self.name}”")
            source = getattr(attribute, "fget", None) or getattr(attribute, "func", attribute)
        for column in self.columns or ():
            model._meta.get_field(column)
        self.schema = self.declared_schema or schema_of_annotation(_return_annotation(source))

    def prefetches(self) -> Sequence[str | Prefetch]:
        return self.prefetch

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        if self.function is not None:
            return [self.function(row) for row in rows]
        values = [getattr(row, self.name) for row in rows]
        return [value() if callable(value) else value for value in values]


def _return_annotation(source: Any) -> Any:
    try:
        return typing.get_type_hints(source).get("return")
    except (TypeError, NameError, AttributeError):
        # No function, or a name that is only imported for type checkers.
        return None


class FileUrl(Field):
    """The full URL of an uploaded file, or null."""

    schema = {"type": ["string", "null"], "format": "uri"}

    def __init__(self, name: str, column: str | None = None) -> None:
        super().__init__(name)
        self.column = column or name

    def prepare(self, model: type[Model], registry: Registry) -> None:
        field = model._meta.get_field(self.column)
        if not isinstance(field, models.FileField):
            raise FieldError(f"“{self.column}” is not a file")
        self.storage = field.storage
        self.columns = (self.column,)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        # A row may hold the bare name instead of a file object.
        names = [str(getattr(row, self.column) or "") for row in rows]
        return [context.absolute(self.storage.url(name)) if name else None for name in names]


class PageUrl(Field):
    """The full URL at which visitors see the object, or null if it has none.

    For pages Wagtail's own, otherwise ``get_absolute_url()``. ``columns`` are those that a method of the model's
    own reads; without them the whole row is fetched.
    """

    def __init__(self, name: str, *, columns: Sequence[str] | None = None) -> None:
        super().__init__(name)
        self.read_columns = columns

    schema = {"type": ["string", "null"], "format": "uri"}

    def prepare(self, model: type[Model], registry: Registry) -> None:
        base: Any = get_page_base()
        self.of_page = issubclass(model, base)
        if not self.of_page and not hasattr(model, "get_absolute_url"):
            raise FieldError(f"{model.__name__} has no get_absolute_url()")
        self.routed_by_wagtail = self.of_page and all(
            getattr(model, method) is getattr(base, method)
            for method in ("get_url_parts", "get_full_url")
        )
        # A method of the site's own may read any column.
        self.columns = ("url_path",) if self.routed_by_wagtail else self.read_columns
        self.needs_instance = not self.routed_by_wagtail
        # A class that overrides Wagtail's methods may know that it changes nothing on this site.
        self.has_own_addresses = getattr(model, "mkt_core_has_own_addresses", None)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        own = not self.routed_by_wagtail
        if own and self.of_page and self.has_own_addresses is not None:
            own = self.has_own_addresses()
        if self.of_page and not own:
            addresses = addresses_of(context.request)
            urls = [addresses.url(row.url_path) for row in rows]
        elif self.of_page:
            urls = [row.get_full_url(context.request) for row in rows]
        else:
            urls = [row.get_absolute_url() for row in rows]
        return [context.absolute(url) if url else None for url in urls]


class DetailUrl(Field):
    """The full URL of the object in this API."""

    schema = {"type": "string", "format": "uri"}

    def __init__(self, name: str, resource_name: str) -> None:
        super().__init__(name)
        self.resource_name = resource_name

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        return list(context.detail_urls(self.resource_name, [row.pk for row in rows]))
