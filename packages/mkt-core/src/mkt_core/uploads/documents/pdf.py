"""PDF: whole, nothing else behind it, and by default without scripts and programs.

Compressed lists of objects are looked into; encrypted documents cannot be. Source: ISO 32000-1, 7.5 and 12.6.4.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext_lazy as _

from ..._settings.uploads import UploadSettings
from ..errors import UploadRefused

_STEP = 1 << 20
_OVERLAP = 1 << 10
_TAIL = 1 << 16
_MAX_INFLATED = 16 * 1024 * 1024
_MAX_LISTS = 5000


def _name(text: str) -> bytes:
    """A pattern for a PDF name: every letter may be written as ``#`` and its number."""
    letters = (f"(?:{letter}|#{ord(letter):02x}|#{ord(letter):02X})" for letter in text)
    return ("/" + "".join(letters)).encode() + rb"(?![A-Za-z0-9])"


_ACTIVE = re.compile(_name("JavaScript") + b"|" + _name("Launch"))
_OBJECT_LIST = re.compile(_name("ObjStm"))
_STREAM = re.compile(rb"stream[ \t]*(?:\r\n|\r|\n)")
_FILTER = re.compile(_name("Filter"))
_ENCRYPTED = re.compile(_name("Encrypt"))


def check(file: IO[bytes], size: int, conf: UploadSettings) -> None:
    """Raises ``UploadRefused``."""
    _check_end(file, size)
    if conf.UPLOAD_ALLOW_PDF_SCRIPTS:
        return
    if any(_ACTIVE.search(piece) for piece in _pieces(file)) or _is_active_inside(file):
        raise UploadRefused(
            _(
                "This PDF runs a script or starts a program. Save it without them (for example by printing it to a "
                "PDF) and upload it again."
            ),
            code="pdf_script",
        )


def _check_end(file: IO[bytes], size: int) -> None:
    file.seek(max(size - _TAIL, 0))
    tail = file.read(_TAIL)
    end = tail.rfind(b"%%EOF")
    behind = tail[end + 5 :].strip(b"\0\r\n\t ") if end >= 0 else b""
    if end < 0 or len(behind) > 64:
        raise UploadRefused(
            _("This PDF is damaged: it has no end, or something follows it."), code="damaged"
        )
    archive = tail.rfind(b"PK\x05\x06")
    if archive >= 0 and len(tail) - archive - 22 == int.from_bytes(
        tail[archive + 20 : archive + 22], "little"
    ):
        raise UploadRefused(_("This file is an archive as well as a PDF."), code="polyglot")


def _pieces(file: IO[bytes]) -> Iterator[bytes]:
    """The file in pieces that overlap, so that no name is cut."""
    file.seek(0)
    rest = b""
    while piece := file.read(_STEP):
        yield rest + piece
        rest = (rest + piece)[-_OVERLAP:]


def _is_active_inside(file: IO[bytes]) -> bool:
    """Whether the compressed lists of objects name a script, or are such that nobody can tell."""
    places: set[int] = set()
    at, encrypted = 0, False
    for piece in _pieces(file):
        start = at - _OVERLAP if at else 0
        places |= {start + found.end() for found in _OBJECT_LIST.finditer(piece)}
        at += len(piece) - (_OVERLAP if at else 0)
        encrypted = encrypted or bool(_ENCRYPTED.search(piece))
    return len(places) > _MAX_LISTS or any(
        _is_active_list(file, place, encrypted) for place in sorted(places)
    )


def _is_active_list(file: IO[bytes], place: int, encrypted: bool) -> bool:
    start = max(place - _OVERLAP, 0)
    file.seek(start)
    around = file.read(2 * _OVERLAP)
    found = _STREAM.search(around, place - start)
    if not found:
        return True
    file.seek(start + found.end())
    try:
        return any(_ACTIVE.search(text) for text in _inflated(file))
    except zlib.error:
        # Without a filter it was seen before. No program packs a list in another way, except to hide it.
        return not encrypted and bool(_FILTER.search(around))


def _inflated(file: IO[bytes]) -> Iterator[bytes]:
    """Pieces that overlap. Raises ``zlib.error`` for what is no such data, or inflates to too much."""
    inflater = zlib.decompressobj()
    total, rest = 0, b""
    while not inflater.eof:
        piece = inflater.unconsumed_tail or file.read(1 << 16)
        if not piece:
            return
        text = inflater.decompress(piece, 1 << 16)
        yield rest + text
        rest = text[-64:]
        total += len(text)
        if total > _MAX_INFLATED:
            raise zlib.error("too much")
