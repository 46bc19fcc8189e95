"""Images of Wagtail, whichever image model the site has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import Model

from .base import Context, Field, FieldError, Json, Row
from .columns import Column, FileUrl
from .relations import RelatedOne

if TYPE_CHECKING:
    from ..registry import Registry


class ImageAlt(Field):
    """The image's own alternative text (``default_alt_text``)."""

    schema = {"type": "string"}

    def prepare(self, model: type[Model], registry: Registry) -> None:
        from wagtail.images.models import AbstractImage

        image_model: Any = model
        if not issubclass(image_model, AbstractImage):
            raise FieldError(f"{model.__name__} is not an image model")
        if image_model.default_alt_text is AbstractImage.default_alt_text:
            self.columns = ("title", "description")
        else:
            # The site's own property may read any column.
            self.columns, self.needs_instance = None, True

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        if self.needs_instance:
            return [str(row.default_alt_text) for row in rows]
        return [row.description or row.title for row in rows]


class ImageObject(RelatedOne):
    """An image: ``{"id", "title", "alt", "width", "height", "url"}``; ``url`` is the original file."""

    def __init__(self, name: str, path: str | None = None) -> None:
        shown = [
            Column("id", "pk"),
            Column("title"),
            ImageAlt("alt"),
            Column("width"),
            Column("height"),
            FileUrl("url", "file"),
        ]
        super().__init__(name, path, fields=shown)
