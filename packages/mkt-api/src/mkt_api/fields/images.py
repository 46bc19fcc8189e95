"""Images of Wagtail, whichever image model the site has."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Model

from ..facts import facts_of
from .base import Context, Field, FieldError, Json, Row
from .columns import Column, FileUrl, nullable
from .relations import RelatedOne
from .renditions import Renditions, rendition_sets

if TYPE_CHECKING:
    from ..query.selection import Term
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


def image_fields() -> list[Field]:
    """What is shown of every image."""
    return [
        Column("id", "pk"),
        Column("title"),
        ImageAlt("alt"),
        Column("width"),
        Column("height"),
        FileUrl("url", "file"),
    ]


class ImageObject(RelatedOne):
    """An image: ``{"id", "title", "alt", "width", "height", "url"}``; ``url`` is the original file.

    ``renditions`` follow where ``MKT_API["RENDITIONS"]`` names any. An image in a collection with a view
    restriction is null. No query but that of the renditions.
    """

    def __init__(self, name: str, path: str | None = None) -> None:
        super().__init__(name, path, fields=[*image_fields(), _CollectionKey(), _Renditions()])

    def prepare(self, model: type[Model], registry: Registry) -> None:
        super().prepare(model, registry)
        # The collection tells who may see the image; it takes no query of its own.
        self.target.restricted = False
        properties = self.target.schema["properties"]
        del properties[_COLLECTION]
        self.schema = nullable(
            {
                "type": "object",
                "properties": properties,
                "required": [name for name in properties if name != "renditions"],
            }
        )

    def narrowed(self, terms: Sequence[Term]) -> Self:
        bound = super().narrowed(terms)
        bound.target.restricted = False
        return bound

    def objects(
        self, rows: Sequence[Row], keys: Sequence[Any], context: Context
    ) -> dict[Any, dict[str, Json]]:
        found = super().objects(rows, keys, context)
        private = facts_of(context.request).private_collections
        shown: dict[Any, dict[str, Json]] = {}
        for pk, value in found.items():
            if value.pop(_COLLECTION, None) not in private:
                shown[pk] = value
            if value.get("renditions", True) is None:
                del value["renditions"]
        return shown


_COLLECTION = "mkt_collection"


class _CollectionKey(Column):
    def __init__(self) -> None:
        super().__init__(_COLLECTION, "collection")


class _Renditions(Renditions):
    """Null without sets in the settings."""

    def __init__(self) -> None:
        super().__init__("renditions")

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        return super().values(rows, context) if rendition_sets() else [None for _ in rows]
