"""Which of a page type's fields are about search engines, for queries over many pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.core.exceptions import FieldDoesNotExist


def has_field(model: type[Any], name: str) -> bool:
    """Whether pages of this class have a field of this name, their own or inherited."""
    return _has_field(model._meta.label, name)


def image_fields(model: type[Any]) -> tuple[str, ...]:
    """Names of the foreign keys to images in ``seo_image_fields`` of the class and all that it inherits from."""
    return _image_fields(model._meta.label)


def indexed(pages: Any) -> Any:
    """Those of ``pages``, all of one class, that search engines may show at their own address; no matter to whom they
    are shown. A page type narrows them further by a class method ``mkt_core_indexed_pages(pages)``.
    """
    model = pages.model
    pages = pages.live()
    if has_field(model, "seo_noindex"):
        pages = pages.filter(seo_noindex=False)
    if has_field(model, "seo_canonical"):
        pages = pages.filter(seo_canonical="")
    hook = getattr(model, "mkt_core_indexed_pages", None)
    return hook(pages) if hook else pages


@cache
def _has_field(label: str, name: str) -> bool:
    try:
        field = apps.get_model(label)._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(getattr(field, "concrete", False))


@cache
def _image_fields(label: str) -> tuple[str, ...]:
    classes = apps.get_model(label).__mro__
    names = [name for cls in classes for name in vars(cls).get("seo_image_fields", ())]
    return tuple(name for name in dict.fromkeys(names) if _has_field(label, name))
