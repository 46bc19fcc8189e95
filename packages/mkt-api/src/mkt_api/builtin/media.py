"""Images and documents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from wagtail.documents import get_document_model
from wagtail.images import get_image_model

from ..fields.base import Context, Field, Json, Row
from ..fields.images import image_fields
from ..fields.media import document_fields
from ..fields.relations import RelatedMany
from ..fields.renditions import FOCAL_COLUMNS, Renditions
from ..resources import Resource


class FocalPoint(Field):
    """What must stay in sight when the image is cropped: ``{"x", "y", "width", "height"}`` in pixels, or null."""

    columns = FOCAL_COLUMNS
    schema = {
        "type": ["object", "null"],
        "properties": {name: {"type": "integer"} for name in ("x", "y", "width", "height")},
    }

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        return [
            None
            if row.focal_point_x is None
            else {
                "x": row.focal_point_x,
                "y": row.focal_point_y,
                "width": row.focal_point_width,
                "height": row.focal_point_height,
            }
            for row in rows
        ]


def image_resource() -> type[Resource]:
    """The resource of the site's image model."""
    attributes: dict[str, Any] = {
        "__doc__": "Images of collections that are open to everybody.",
        "__module__": __name__,
        "name": "images",
        "model": get_image_model(),
        "fields": [
            *image_fields(),
            FocalPoint("focal_point"),
            Renditions("renditions"),
            "created_at",
            RelatedMany("tags", fields=["name", "slug"]),
        ],
        "filters": _FILTERS,
        "order": _ORDER,
    }
    return type("ImageResource", (Resource,), attributes)


def document_resource() -> type[Resource]:
    """The resource of the site's document model."""
    attributes: dict[str, Any] = {
        "__doc__": "Documents of collections that are open to everybody.",
        "__module__": __name__,
        "name": "documents",
        "model": get_document_model(),
        "fields": [
            *document_fields(),
            "created_at",
            RelatedMany("tags", fields=["name", "slug"]),
        ],
        "filters": _FILTERS,
        "order": _ORDER,
    }
    return type("DocumentResource", (Resource,), attributes)


_FILTERS: dict[str, Sequence[str]] = {
    "id": ["in"],
    "title": ["exact", "icontains"],
    "tags": ["name", "slug", "slug__in"],
    "created_at": ["gte", "gt", "lte", "lt"],
}
_ORDER = ["-created_at", "title", "id"]
