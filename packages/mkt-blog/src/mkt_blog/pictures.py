"""Pictures in the sizes that a page needs, all renditions of a page in one query."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.db.models import QuerySet
from wagtail.images.models import Filter, Picture, ResponsiveImage
from wagtail.images.shortcuts import get_renditions_or_not_found

from .conf import blog_settings
from .prepared import PreparedQuery


@dataclass(frozen=True, kw_only=True)
class Preset:
    """Filters of Wagtail from small to large, and how wide the picture is shown."""

    filters: tuple[str, ...]
    sizes: str = ""
    # Instead of those in the settings.
    formats: tuple[str, ...] = ()


_FORMATS = frozenset({"avif", "webp", "jpeg", "png", "gif"})

# ``fill`` crops around the focal point that an editor has set.
PRESETS = {
    "card": Preset(
        filters=("fill-400x250", "fill-800x500"),
        sizes="(min-width: 60rem) 24rem, (min-width: 36rem) 50vw, 100vw",
    ),
    "lead": Preset(
        filters=("fill-640x400", "fill-1280x800"), sizes="(min-width: 60rem) 42rem, 100vw"
    ),
    "hero": Preset(
        filters=("max-800x800", "max-1600x1200"), sizes="(min-width: 72rem) 68rem, 100vw"
    ),
    "photo": Preset(filters=("fill-144x144",), sizes="4.5rem"),
    "portrait": Preset(filters=("fill-192x192",), sizes="6rem"),
    "body": Preset(
        filters=("max-700x900", "max-1400x1800"), sizes="(min-width: 50rem) 46rem, 100vw"
    ),
    "gallery": Preset(
        filters=("fill-480x360", "fill-960x720"), sizes="(min-width: 50rem) 24rem, 50vw"
    ),
    # Every reader knows JPEG.
    "feed": Preset(filters=("max-1200x1200",), formats=("jpeg",)),
}


def picture(image: Any, preset: str, **attributes: Any) -> str:
    """An ``<img>`` with ``srcset``, width and height, or a ``<picture>`` with several formats.

    No query where ``prefetch_renditions`` was called with the image. A rendition that was never made is made now.

    Raises:
        KeyError: there is no such preset.
    """
    chosen = PRESETS[preset]
    # A name that Wagtail does not know would be an error on every page.
    wanted = chosen.formats or blog_settings.current.IMAGE_FORMATS
    formats = [kind for kind in wanted if kind in _FORMATS] or ["webp"]
    suffix = "|preserve-svg" if image.is_svg() else ""
    filters = [
        filter_of(f"{size}|format-{kind}{suffix}")
        for kind in formats
        # The largest one is the plain picture, so that a small original is not blown up.
        for size in reversed(chosen.filters)
    ]
    attributes = {name: value for name, value in attributes.items() if value is not None}
    attributes.setdefault("loading", "lazy")
    if attributes["loading"] == "lazy":
        attributes.setdefault("decoding", "async")
    found = get_renditions_or_not_found(image, filters)
    if len(chosen.filters) > 1:
        attributes["sizes"] = chosen.sizes
    # One format needs no <source> elements.
    kind = Picture if len(formats) > 1 else ResponsiveImage
    return str(kind(found, attributes))


def prefetch_renditions(images: Iterable[Any]) -> None:
    """Load the renditions of all these images at once; one query, none without images. None among them is skipped."""
    wanted = [image for image in images if image is not None]
    if not wanted:
        return
    relation = type(wanted[0])._meta.get_field("renditions")
    found: dict[Any, list[Any]] = defaultdict(list)
    keys = list(dict.fromkeys(image.pk for image in wanted))
    for rendition in RENDITIONS.rows(relation.related_model, relation.field.name, images=keys):
        found[getattr(rendition, relation.field.attname)].append(rendition)
    for image in wanted:
        # Where Wagtail looks for what was loaded with ``Prefetch(…, to_attr="prefetched_renditions")``.
        image.prefetched_renditions = found[image.pk]
        for rendition in found[image.pk]:
            setattr(rendition, relation.field.name, image)


def _renditions(rendition_model: Any, name: str, images: Sequence[int]) -> QuerySet[Any]:
    renditions: QuerySet[Any] = rendition_model._default_manager.all()
    return renditions.filter(**{f"{name}__in": images})


RENDITIONS = PreparedQuery(_renditions)


@lru_cache(maxsize=256)
def filter_of(spec: str) -> Filter:
    # Wagtail takes a filter apart once for each object.
    return Filter(spec)
