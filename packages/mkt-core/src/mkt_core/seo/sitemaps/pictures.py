"""Pictures of pages in sitemaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from wagtail.images import get_image_model

from ...conf import core_settings
from ..addresses import Addresses


def image_urls(
    rows: Sequence[Mapping[str, Any]], fields: Sequence[str], addresses: Addresses
) -> dict[int, tuple[str, ...]]:
    """Addresses of the pages' pictures by primary key, as social networks show them. One query.

    Pictures are there once the page has been shown with ``{% seo_head %}``: a sitemap must not make thousands. The
    originals are none of a visitor's business.
    """
    images = {row["pk"]: image for row in rows if (image := _first(row, fields))}
    if not images:
        return {}
    renditions = (
        get_image_model()
        .get_rendition_model()
        .objects.filter(
            image_id__in=set(images.values()), filter_spec=core_settings.current.SEO_IMAGE_FILTER
        )
    )
    # A focal point that has been moved leaves an older rendition behind.
    urls = {rendition.image_id: rendition.url for rendition in renditions.order_by("pk")}
    found: dict[int, tuple[str, ...]] = {}
    for row in rows:
        if url := urls.get(images.get(row["pk"])):
            root = addresses.root_of(row["url_path"])
            found[row["pk"]] = (addresses.absolute(url, root.root_url if root else ""),)
    return found


def _first(row: Mapping[str, Any], fields: Sequence[str]) -> Any:
    return next((value for name in fields if (value := row[f"{name}_id"])), None)
