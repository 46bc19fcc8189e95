"""What is shown of images, documents and pages where they are objects."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.apps import apps
from django.db.models import Model
from django.urls import NoReverseMatch

from mkt_core.compat import get_page_base

from .base import Context, Field, FieldError, Json, Row
from .columns import Column

if TYPE_CHECKING:
    from ..registry import Registry


def media_fields(model: type[Model], registry: Registry) -> list[Field]:
    """The fields of an image, a document or a page; empty for anything else."""
    if is_image(model):
        from .images import image_fields
        from .renditions import Renditions

        return [*image_fields(), Renditions("renditions")]
    if is_document(model):
        return document_fields()
    if issubclass(model, get_page_base()):
        from .pages import link_fields

        return link_fields(registry)
    return []


def is_image(model: type[Model]) -> bool:
    """Whether it is an image model of Wagtail, whichever the site has."""
    if not apps.is_installed("wagtail.images"):
        return False
    from wagtail.images.models import AbstractImage

    return issubclass(model, AbstractImage)


def is_document(model: type[Model]) -> bool:
    if not apps.is_installed("wagtail.documents"):
        return False
    from wagtail.documents.models import AbstractDocument

    return issubclass(model, AbstractDocument)


class DocumentUrl(Field):
    """Where a document is downloaded: at Wagtail's own view, which looks at restrictions, where there is one."""

    needs_instance = True
    schema = {"type": ["string", "null"], "format": "uri"}

    def prepare(self, model: type[Model], registry: Registry) -> None:
        if not is_document(model):
            raise FieldError(f"{model.__name__} is not a document model")
        self.columns = ("file",)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        urls: list[Json] = []
        for row in rows:
            try:
                urls.append(context.absolute(row.url))
            except (NoReverseMatch, ValueError):
                urls.append(None)
        return urls


class FileName(Field):
    """The name of a file without its folders."""

    schema = {"type": "string"}

    def __init__(self, name: str, column: str) -> None:
        super().__init__(name)
        self.column = column

    def prepare(self, model: type[Model], registry: Registry) -> None:
        model._meta.get_field(self.column)
        self.columns = (self.column,)

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        return [os.path.basename(str(getattr(row, self.column) or "")) for row in rows]


def document_fields() -> list[Field]:
    return [
        Column("id", "pk"),
        Column("title"),
        FileName("filename", "file"),
        Column("size", "file_size"),
        DocumentUrl("url"),
    ]
