"""The main pictures of posts, as attachments of a feed's items."""

from __future__ import annotations

import hashlib
import logging
import mimetypes
from collections.abc import Iterable
from typing import Any
from urllib.parse import urljoin

from django.core.cache import cache
from django.db import DatabaseError

from ..pictures import filter_of
from .values import Picture

logger = logging.getLogger(__name__)

# Every reader knows JPEG.
FILTER = "max-1200x1200|format-jpeg"
# A rendition's file never changes under its name.
_SIZE_SECONDS = 30 * 24 * 3600


def pictures(posts: Iterable[Any], base_url: str) -> dict[int, Picture]:
    """Primary key of a post -> its main picture. Posts without one, or whose file is gone, are left out.

    Queries: none for renditions that have been prefetched; a new one is made and stored once. The storage is asked for
    the size of each file once, which is then kept in the cache.
    """
    found = {post.pk: (post, _rendition(post.hero_image)) for post in posts if post.hero_image_id}
    renditions = {pk: rendition for pk, (_, rendition) in found.items() if rendition is not None}
    sizes = _sizes(list(renditions.values()))
    return {
        pk: Picture(
            url=urljoin(base_url, rendition.url),
            type=mimetypes.guess_type(rendition.file.name)[0] or "image/jpeg",
            width=rendition.width,
            height=rendition.height,
            length=sizes.get(rendition.file.name),
            alt=found[pk][0].hero_alt,
        )
        for pk, rendition in renditions.items()
    }


def _rendition(image: Any) -> Any:
    if image.is_svg():
        # Hardly any reader shows SVG.
        return None
    try:
        # The plural does not write what is prefetched into the cache again.
        return image.get_renditions(filter_of(FILTER))[FILTER]
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001
        # The file is gone or the storage is away: a post without its picture is still a post.
        logger.warning("Image %s cannot be shown in feeds: %s", image.pk, error)
        return None


def _sizes(renditions: list[Any]) -> dict[str, int]:
    """Name of a file -> its size in bytes; unknown ones are left out."""
    keys = {_key(rendition.file.name): rendition for rendition in renditions}
    known: dict[str, int] = _cached(list(keys))
    new = {key: size for key in keys.keys() - known if (size := _size(keys[key])) is not None}
    if new:
        _remember(new)
    return {keys[key].file.name: size for key, size in {**known, **new}.items()}


def _key(name: str) -> str:
    # Not the name itself, which may be too long for a cache.
    return f"mkt_blog.size.{hashlib.blake2b(name.encode(), digest_size=16).hexdigest()}"


def _size(rendition: Any) -> int | None:
    try:
        return int(rendition.file.size)
    except Exception as error:  # noqa: BLE001
        logger.warning("The size of %s is not known: %s", rendition.file.name, error)
        return None


def _cached(keys: list[str]) -> dict[str, int]:
    try:
        return cache.get_many(keys) if keys else {}
    except Exception:
        logger.warning("The cache does not answer", exc_info=True)
        return {}


def _remember(sizes: dict[str, int]) -> None:
    try:
        cache.set_many(sizes, _SIZE_SECONDS)
    except Exception:
        logger.warning("The cache does not answer", exc_info=True)
