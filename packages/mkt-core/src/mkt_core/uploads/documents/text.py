"""Text files: really text, of a kind that browsers do not run."""

from __future__ import annotations

import codecs
import re
from typing import IO

from django.utils.translation import gettext_lazy as _

from ..errors import UploadRefused
from ..kinds import looks_executable

_STEP = 1 << 16
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BEGINNINGS = {"ics": "BEGIN:VCALENDAR", "vcf": "BEGIN:VCARD", "vtt": "WEBVTT"}


def check(file: IO[bytes], extension: str) -> None:
    """Raises ``UploadRefused`` unless ``file`` is text in UTF-8, UTF-16 with a mark, or Windows-1252."""
    head = file.read(_STEP)
    encoding = next((name for bom, name in _BOMS if head.startswith(bom)), "")
    start = head.decode(encoding or "latin-1", errors="ignore").lstrip()
    if looks_executable(head) or looks_executable(start[:64].encode()):
        raise UploadRefused(_("This file is a program or a web page, not text."), code="executable")
    if not start.upper().startswith(_BEGINNINGS.get(extension, "")):
        raise UploadRefused(
            _("This is no .%(extension)s file."), code="wrong_type", params={"extension": extension}
        )
    for candidate in [encoding] if encoding else ["utf-8", "cp1252"]:
        file.seek(0)
        if _is_text(file, candidate):
            return
    raise UploadRefused(
        _("This file holds something else than text."),
        code="not_text",
    )


def _is_text(file: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while piece := file.read(_STEP):
            if _CONTROL.search(decoder.decode(piece)):
                return False
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True
