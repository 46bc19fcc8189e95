"""What one key of an item is made of: where it comes from, what it costs, how it is described."""

from .base import Context, Field, FieldError, Json, Row
from .columns import Column, Computed, DetailUrl, FileUrl, PageUrl
from .content import HtmlText, Stream
from .images import ImageObject
from .relations import RelatedCount, RelatedMany, RelatedOne

__all__ = [
    "Column",
    "Computed",
    "Context",
    "DetailUrl",
    "Field",
    "FieldError",
    "FileUrl",
    "HtmlText",
    "ImageObject",
    "Json",
    "PageUrl",
    "RelatedCount",
    "RelatedMany",
    "RelatedOne",
    "Row",
    "Stream",
]
