"""From Wagtail's ``api_fields`` to fields of this API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model

from mkt_core.compat import get_page_base

from ..fields import Column, Computed, Field, FieldError, ImageObject, RelatedMany, RelatedOne
from ..fields.media import document_fields, is_document, is_image
from ..fields.pages import link_fields
from ..fields.paths import is_to_many
from ..fields.resolve import resolve_field
from ..fields.target import default_fields
from .reading import lookups_in
from .serialised import Serialised

if TYPE_CHECKING:
    from ..registry import Registry

# How far relations are followed through the api_fields of related models.
MAX_DEPTH = 3


def declared(model: type[Model]) -> Iterator[tuple[str, Any]]:
    """Name and serializer (or None) of each of the model's ``api_fields``."""
    for entry in getattr(model, "api_fields", ()):
        if isinstance(entry, str):
            yield entry, None
        else:
            yield entry.name, entry.serializer


def api_fields_of(
    model: type[Model], registry: Registry, depth: int = 0
) -> Iterator[tuple[str, Field | FieldError]]:
    """The model's ``api_fields``; a ``FieldError`` in place of one that cannot be shown."""
    for name, serializer in declared(model):
        try:
            yield name, _field(model, name, serializer, registry, depth)
        except FieldError as error:
            yield name, error


def _field(model: type[Model], name: str, serializer: Any, registry: Registry, depth: int) -> Field:
    if serializer is not None:
        return Serialised(name, serializer)
    found = _model_field(model, name)
    if found is None:
        if not hasattr(model, name):
            raise FieldError(f"{model.__name__} has neither a field nor an attribute “{name}”")
        return Computed(name, prefetch=lookups_in(model, [name]))
    if not found.is_relation:
        return resolve_field(model, name, "")
    return _relation(found, name, registry, depth)


def _model_field(model: type[Model], name: str) -> Any:
    try:
        return model._meta.get_field(name)
    except FieldDoesNotExist:
        # A reverse relation without related_name is declared by its accessor.
        reverse = (field for field in model._meta.related_objects)
        return next((f for f in reverse if f.get_accessor_name() == name), None)


def _relation(found: Any, name: str, registry: Registry, depth: int) -> Field:
    related = found.related_model
    if related is None:
        # Generic relations to anything have no fixed model.
        raise FieldError(f"“{name}” leads to objects of no fixed model")
    path = str(found.name)
    if is_to_many(found):
        return RelatedMany(name, path, fields=related_fields(related, registry, depth + 1))
    if is_image(related):
        return ImageObject(name, path)
    return RelatedOne(name, path, fields=related_fields(related, registry, depth + 1))


def related_fields(model: type[Model], registry: Registry, depth: int = 1) -> list[Field]:
    """What is shown of a related object: its kind's own fields, then its model's ``api_fields``."""
    if issubclass(model, AbstractBaseUser):
        return [Column("id", "pk")]
    if issubclass(model, get_page_base()):
        return link_fields(registry)
    if is_document(model):
        return document_fields()
    fields: dict[str, Field] = {field.name: field for field in default_fields(model, registry)}
    if depth < MAX_DEPTH:
        own = api_fields_of(model, registry, depth)
        fields |= {name: field for name, field in own if isinstance(field, Field)}
    return list(fields.values())
