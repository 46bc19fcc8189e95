"""XML parts of office documents, read by a parser: bytes can be spelled in many ways."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from xml.parsers import expat

from django.utils.translation import gettext_lazy as _

from ..errors import UploadRefused

_STEP = 1 << 16
_MAX_BYTES = 8 * 1024 * 1024


def start(archive: zipfile.ZipFile, name: str) -> bytes:
    """The first bytes of a part, at most 64 KiB."""
    with archive.open(name) as part:
        return part.read(_STEP)


def elements(archive: zipfile.ZipFile, name: str) -> Iterator[dict[str, str]]:
    """Attributes of every element. Raises ``UploadRefused`` for what is no XML, or longer than lists of parts are."""
    found: list[dict[str, str]] = []
    parser = expat.ParserCreate()
    parser.StartElementHandler = lambda _, attributes: found.append(attributes)
    try:
        for piece in _pieces(archive, name):
            parser.Parse(piece)
            yield from found
            found.clear()
        # Newer parsers keep back what stands behind a long comment until the end.
        parser.Parse(b"", True)
        yield from found
    except (expat.ExpatError, _TooLong) as error:
        raise UploadRefused(
            _("This archive is damaged, or packed in a way that cannot be looked into."),
            code="damaged",
        ) from error


def has_entities(archive: zipfile.ZipFile, name: str) -> bool:
    """Whether it may declare any. They stand in front of the first element; no more is read."""
    seen: list[str] = []
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = lambda *declaration: seen.append("entity")
    parser.StartElementHandler = lambda *element: seen.append("element")
    try:
        for piece in _pieces(archive, name):
            parser.Parse(piece)
            if seen:
                return "entity" in seen
        parser.Parse(b"", True)
    except expat.ExpatError:
        # A reader that forgives more than this one could still find them.
        return b"!ENTITY" in start(archive, name).replace(b"\0", b"")
    except _TooLong:
        return True
    return "entity" in seen


class _TooLong(Exception):
    pass


def _pieces(archive: zipfile.ZipFile, name: str) -> Iterator[bytes]:
    """A parser keeps an element or a comment until it ends, so a part is not read for ever."""
    with archive.open(name) as part:
        for _number in range(_MAX_BYTES // _STEP):
            if not (piece := part.read(_STEP)):
                return
            yield piece
        if part.read(1):
            raise _TooLong
