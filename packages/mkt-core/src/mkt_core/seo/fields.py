"""Which of a page type's fields are about search engines, for queries over many pages."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.core.exceptions import FieldDoesNotExist


@cache
def has_field(model: Any, name: str) -> bool:
    """Whether pages of this class have a field of this name, their own or inherited."""
    try:
        field = model._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return bool(getattr(field, "concrete", False))


@cache
def image_fields(model: Any) -> tuple[str, ...]:
    """Names of the foreign keys to images in ``seo_image_fields`` of the class and all that it inherits from."""
    names = [name for cls in model.__mro__ for name in vars(cls).get("seo_image_fields", ())]
    return tuple(name for name in dict.fromkeys(names) if has_field(model, name))


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
