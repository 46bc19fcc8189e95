"""The picture of a page on social networks."""

from __future__ import annotations

import logging
import mimetypes
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError

from ..conf import core_settings
from .site import asset_url

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class HeadImage:
    """A picture as Open Graph describes it; ``width`` and ``height`` in pixels, None if unknown."""

    url: str
    width: int | None
    height: int | None
    type: str
    alt: str


def head_image(image: Any, alt: str = "") -> HeadImage | None:
    """What to say of ``image``: a Wagtail image, an address, the path of a static file. None if it cannot be shown.

    Queries: one for the rendition (none if it was prefetched); two more when it is made, once.
    """
    if isinstance(image, str):
        url = asset_url(image)
        return HeadImage(url, None, None, _type_of(url), alt) if url else None
    if image is None or _is_svg(image):
        # No social network shows SVG.
        return None
    try:
        rendition = image.get_rendition(core_settings.current.SEO_IMAGE_FILTER)
        url = rendition.url
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001
        # The file is gone, the disk is full, the storage is away: a page without a preview is still a page.
        logger.warning("Image %s cannot be shown on social networks: %s", image.pk, error)
        return None
    text = alt or getattr(image, "default_alt_text", "") or ""
    return HeadImage(url, rendition.width, rendition.height, _type_of(url), text)


def _is_svg(image: Any) -> bool:
    is_svg = getattr(image, "is_svg", None)
    return bool(is_svg() if callable(is_svg) else is_svg)


def _type_of(url: str) -> str:
    path = url.partition("?")[0]
    guessed = mimetypes.guess_type(path)[0] or ""
    return guessed if guessed.startswith("image/") else ""
