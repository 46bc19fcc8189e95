"""From a name in ``Resource.fields`` or ``Resource.expand`` to the field that serves it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model
from wagtail.fields import RichTextField, StreamField

from mkt_core.compat import get_page_base

from .base import Field, FieldError
from .columns import Column, Computed, DetailUrl, FileUrl, PageUrl
from .content import HtmlText, Stream
from .images import ImageObject
from .media import is_image
from .paths import has_column, is_to_many, step
from .relations import RelatedMany, RelatedOne


def resolve_field(model: type[Model], name: str, resource_name: str) -> Field:
    """The field for a name in ``Resource.fields``.

    Raises:
        FieldError: the model has neither a field nor an attribute of that name.
    """
    if name == "detail_url":
        return DetailUrl(name, resource_name)
    if name == "url" and not has_column(model, name):
        return PageUrl(name)
    if name == "pk":
        return Column(name)
    try:
        found: Any = model._meta.get_field(name)
    except FieldDoesNotExist:
        return _attribute(model, name)
    return _from_model_field(found, name)


def resolve_expansion(model: type[Model], name: str) -> Field:
    """The field for a name in ``Resource.expand``.

    Raises:
        FieldError: the name is not a relation of the model.
    """
    found = step(model, name.partition("__")[0])
    if not found.is_relation or found.related_model is None:
        raise FieldError(f"“{name}” is not a relation to another model")
    if is_to_many(found):
        return RelatedMany(name)
    return ImageObject(name) if is_image(found.related_model) else RelatedOne(name)


def _from_model_field(found: Any, name: str) -> Field:
    if isinstance(found, StreamField):
        return Stream(name)
    if isinstance(found, RichTextField):
        return HtmlText(name)
    if isinstance(found, models.FileField):
        return FileUrl(name)
    if found.is_relation and is_to_many(found):
        return RelatedMany(name, keys_only=True)
    if found.is_relation and (
        not found.concrete or issubclass(found.related_model, get_page_base())
    ):
        # Also pages: the key of one that may not be seen is not shown.
        return RelatedOne(name, keys_only=True)
    return Column(name)


def _attribute(model: type[Model], name: str) -> Field:
    if not hasattr(model, name):
        raise FieldError(f"{model.__name__} has neither a field nor an attribute “{name}”")
    return Computed(name)
