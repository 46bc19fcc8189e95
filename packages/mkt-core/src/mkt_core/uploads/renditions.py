"""Renditions: no metadata, whatever the image that they are made of has in it."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

from django.core.files import File

from ..conf import core_settings
from .errors import Malformed
from .images import cleaning
from .kinds import HEAD_BYTES, kind_of

logger = logging.getLogger(__name__)

# What Wagtail writes, and is taken apart without decoding.
_KINDS = frozenset(("jpeg", "png", "webp", "gif", "avif", "heic"))


def stripped(content: File[Any], name: str) -> File[Any]:
    """``content`` without metadata, or itself if it has none. Pixels stay as they are.

    A rendition that cannot be taken apart is stored as it is: a page without its picture would be worse, and Pillow
    has just written it.
    """
    conf = core_settings.current
    if conf.UPLOADS == "none":
        return content
    content.seek(0)
    kind = kind_of(content.read(HEAD_BYTES))
    content.seek(0)
    if kind not in _KINDS:
        return content
    data = content.read()
    content.seek(0)
    try:
        clean = cleaning.stripped(kind, data, conf)
    except Malformed as error:
        logger.error("The metadata of a rendition cannot be removed: %s", error)
        return content
    return content if clean == data else File(BytesIO(clean), name=name)
