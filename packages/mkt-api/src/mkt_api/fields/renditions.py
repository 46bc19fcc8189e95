"""Named sets of renditions (``MKT_API["RENDITIONS"]``) of all images of an answer."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model
from wagtail.images.models import Filter, SourceImageIOError

from ..conf import api_settings
from ..types import JsonSchema
from .base import Context, Field, FieldError, Json, Row

if TYPE_CHECKING:
    from ..registry import Registry

#: Columns of an image that say what must stay in sight.
FOCAL_COLUMNS = ("focal_point_x", "focal_point_y", "focal_point_width", "focal_point_height")

Sets = Mapping[str, tuple[str, ...]]


def rendition_sets() -> Sets:
    """Name to Wagtail's filter specifications, the first of which is the one to fall back on."""
    given = api_settings.current.RENDITIONS
    return {
        name: (specs,) if isinstance(specs, str) else tuple(specs) for name, specs in given.items()
    }


class Renditions(Field):
    """``{name: {"url", "width", "height", "srcset"}}`` for each set in the settings, null without a file.

    One query for all images. What does not exist yet is made, once, which takes time and queries.
    """

    schema: JsonSchema = {
        "type": "object",
        "additionalProperties": {
            "type": ["object", "null"],
            "properties": {
                "url": {"type": "string", "format": "uri"},
                "width": {"type": "integer"},
                "height": {"type": "integer"},
                "srcset": {"type": "string"},
            },
        },
    }

    def prepare(self, model: type[Model], registry: Registry) -> None:
        from .media import is_image

        if not is_image(model):
            raise FieldError(f"{model.__name__} is not an image model")
        self.model = model
        self.columns = (*FOCAL_COLUMNS, "file")

    def values(self, rows: Sequence[Row], context: Context) -> list[Json]:
        sets = rendition_sets()
        if not sets:
            return [{} for _ in rows]
        found = _existing(self.model, rows, {spec for specs in sets.values() for spec in specs})
        return [
            {name: _shown(row, specs, found, context) for name, specs in sets.items()}
            for row in rows
        ]


def _existing(model: Any, rows: Sequence[Row], specs: Iterable[str]) -> dict[tuple[Any, str], Any]:
    filters = {spec: Filter(spec=spec) for spec in specs}
    renditions = model.get_rendition_model()._default_manager.filter(
        image__in=[row.pk for row in rows], filter_spec__in=list(filters)
    )
    by_image: dict[Any, dict[tuple[str, str], Any]] = defaultdict(dict)
    for rendition in renditions:
        by_image[rendition.image_id][rendition.filter_spec, rendition.focal_point_key] = rendition
    found: dict[tuple[Any, str], Any] = {}
    missing: dict[Any, list[Filter]] = defaultdict(list)
    for row in {row.pk: row for row in rows}.values():
        for spec, one in filters.items():
            key = one.get_cache_key(row)
            if (rendition := by_image[row.pk].get((spec, key))) is not None:
                found[row.pk, spec] = rendition
            else:
                missing[row.pk].append(one)
    if missing:
        found |= _made(model, missing)
    return found


def _made(model: Any, missing: Mapping[Any, Sequence[Filter]]) -> dict[tuple[Any, str], Any]:
    made: dict[tuple[Any, str], Any] = {}
    for pk, image in model._default_manager.in_bulk(list(missing)).items():
        for one in missing[pk]:
            try:
                made[pk, one.spec] = image.get_rendition(one)
            except (SourceImageIOError, ObjectDoesNotExist, OSError, ValueError):
                # No file, or one that cannot be read: the others are shown all the same.
                continue
    return made


def _shown(
    row: Row, specs: Sequence[str], found: Mapping[tuple[Any, str], Any], context: Context
) -> Json:
    renditions = [found[row.pk, spec] for spec in specs if (row.pk, spec) in found]
    if not renditions:
        return None
    urls = [context.absolute(rendition.url) for rendition in renditions]
    first = renditions[0]
    return {
        "url": urls[0],
        "width": first.width,
        "height": first.height,
        "srcset": ", ".join(f"{u} {r.width}w" for u, r in zip(urls, renditions, strict=True)),
    }
