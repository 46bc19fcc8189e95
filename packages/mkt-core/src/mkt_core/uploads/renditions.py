"""Renditions: no metadata, whatever the image that they are made of has in it."""

from __future__ import annotations

import logging
from io import BytesIO
from typing import Any

from django.core.files import File

from ..conf import core_settings
from . import svg
from .errors import Malformed, UploadRefused
from .images import cleaning
from .kinds import HEAD_BYTES, kind_of

logger = logging.getLogger(__name__)


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
    if kind not in cleaning.LOSSLESS and not name.endswith(".svg"):
        return content
    data = content.read()
    content.seek(0)
    try:
        clean = (
            cleaning.stripped(kind, data, conf) if kind in cleaning.LOSSLESS else svg.cleaned(data)
        )
    except (Malformed, UploadRefused) as error:
        logger.error("A rendition cannot be cleaned: %s", getattr(error, "code", error))
        return content
    return content if clean == data else File(BytesIO(clean), name=name)
