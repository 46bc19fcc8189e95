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
_STREAM = re.compile(rb"stream\r?\n")


def check(file: IO[bytes], size: int, conf: UploadSettings) -> None:
    """Raises ``UploadRefused``."""
    _check_end(file, size)
    if conf.UPLOAD_ALLOW_PDF_SCRIPTS:
        return
    if any(_ACTIVE.search(piece) for piece in _pieces(file)) or any(
        _ACTIVE.search(text) for text in _object_lists(file)
    ):
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


def _object_lists(file: IO[bytes]) -> Iterator[bytes]:
    """What the compressed lists of objects hold, each up to ``_MAX_INFLATED`` bytes."""
    places, at = [], 0
    for piece in _pieces(file):
        start = at - _OVERLAP if at else 0
        places += [start + found.end() for found in _OBJECT_LIST.finditer(piece)]
        at += len(piece) - (_OVERLAP if at else 0)
    for place in sorted(set(places))[:_MAX_LISTS]:
        file.seek(place)
        if found := _STREAM.search(file.read(_OVERLAP)):
            file.seek(place + found.end())
            yield from _inflated(file)


def _inflated(file: IO[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    total, rest = 0, b""
    try:
        while total < _MAX_INFLATED and not inflater.eof:
            piece = inflater.unconsumed_tail or file.read(1 << 16)
            if not piece:
                return
            text = inflater.decompress(piece, 1 << 16)
            yield rest + text
            rest = text[-64:]
            total += len(text)
    except zlib.error:
        # Encrypted, or compressed in another way.
        return
