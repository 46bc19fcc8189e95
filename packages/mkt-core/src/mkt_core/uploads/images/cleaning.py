"""One picture, from the bytes that came to the bytes that are stored."""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

from django.utils.translation import gettext_lazy as _

from ..._settings.uploads import UploadSettings
from ..errors import Malformed, UploadRefused
from . import gif, isobmff, jpeg, pillow, png, webp
from .facts import ImageFacts
from .limits import check_limits
from .payloads import has_payload

#: Formats that are taken apart by ourselves; of the others only the pixels are kept.
_FACTS: dict[str, Callable[[bytes], ImageFacts]] = {
    "jpeg": jpeg.facts,
    "png": png.facts,
    "gif": gif.facts,
    "webp": webp.facts,
}
_ATTEMPTS = 3
#: Kinds whose metadata is taken out without decoding them.
LOSSLESS = frozenset((*_FACTS, "avif", "heic"))


def facts(kind: str, data: bytes) -> ImageFacts:
    """Size and frames, without decoding. Raises ``Malformed``."""
    read = _FACTS.get(kind)
    return read(data) if read else pillow.facts(kind, data)


def cleaned(kind: str, data: bytes, conf: UploadSettings) -> bytes:
    """``data`` as it may be stored: the same picture with nothing else in it.

    Raises:
        UploadRefused: it is too large, or it is no picture of this kind.
    """
    try:
        check_limits(facts(kind, data), conf)
        result = stripped(kind, data, conf)
        if (conf.UPLOAD_ALWAYS_REENCODE and kind in _FACTS) or has_payload(result):
            result = reencoded(kind, result, conf)
        pillow.decode(kind, result)
    except Malformed as error:
        raise UploadRefused(
            _("This file is damaged, or it is no %(kind)s image."),
            code="damaged",
            params={"kind": kind.upper()},
        ) from error
    return result


def stripped(kind: str, data: bytes, conf: UploadSettings) -> bytes:
    """``data`` without metadata; every pixel as it was, except that AVIF and HEIC animations are encoded anew.

    Raises ``Malformed``.
    """
    try:
        return _stripped(kind, data, conf)
    except (IndexError, ValueError, struct.error) as error:
        if isinstance(error, Malformed):
            raise
        raise Malformed("a length that does not fit") from error


def _stripped(kind: str, data: bytes, conf: UploadSettings) -> bytes:
    keep = conf.UPLOAD_KEEP_COPYRIGHT
    if kind == "jpeg":
        return jpeg.cleaned(data, keep_copyright=keep)
    if kind == "png":
        return png.cleaned(data, keep_copyright=keep)
    if kind == "gif":
        return gif.cleaned(data, keep_copyright=keep)
    if kind == "webp":
        return webp.cleaned(data, keep_copyright=keep)
    if kind in ("avif", "heic"):
        if isobmff.is_sequence(data):
            return pillow.encoded(kind, data) if pillow.has_metadata(kind, data) else data
        return isobmff.cleaned(data, keep_copyright=keep)
    return pillow.encoded(kind, data)


def reencoded(kind: str, data: bytes, conf: UploadSettings) -> bytes:
    """Raises ``UploadRefused`` if what is no picture comes through whatever is done."""
    for attempt in range(_ATTEMPTS):
        if kind == "png":
            result = png.cleaned(data, keep_copyright=conf.UPLOAD_KEEP_COPYRIGHT, recompress=True)
        else:
            result = stripped(kind, pillow.encoded(kind, data, attempt=attempt), conf)
        if not has_payload(result):
            return result
    raise UploadRefused(_("This image holds data that could be run as a program."), code="payload")


def measured(kind: str, file: Any) -> tuple[int, int] | None:
    """Width and height from the header of an open or stored file, which is left at its start; None if it is damaged."""
    was_closed = file.closed
    try:
        file.open()
        found = pillow.size(kind, file)
    except Malformed:
        return None
    finally:
        if was_closed:
            file.close()
        else:
            file.seek(0)
    return found
