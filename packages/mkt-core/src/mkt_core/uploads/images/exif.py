"""EXIF: read the three fields that may stay, and write a block with nothing else in it."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from .facts import Kept

_ORIENTATION, _ARTIST, _COPYRIGHT = 0x0112, 0x013B, 0x8298
_SHORT, _ASCII = 3, 2
_MAX_TEXT = 200


def read(block: bytes, *, keep_copyright: bool) -> Kept:
    """What is kept of a TIFF block (what follows the name ``Exif``). A broken block has nothing worth keeping."""
    try:
        fields = dict(_fields(block))
    except (struct.error, ValueError):
        return Kept()
    orientation = fields.get(_ORIENTATION, 1)
    return Kept(
        orientation=orientation if isinstance(orientation, int) and 1 <= orientation <= 8 else 1,
        artist=_text(fields.get(_ARTIST)) if keep_copyright else "",
        copyright=_text(fields.get(_COPYRIGHT)) if keep_copyright else "",
    )


def write(kept: Kept) -> bytes:
    """A TIFF block; ``kept`` must not be empty."""
    entries: list[tuple[int, int, int, bytes]] = []
    if kept.orientation != 1:
        entries.append((_ORIENTATION, _SHORT, 1, struct.pack(">HH", kept.orientation, 0)))
    for tag, text in ((_ARTIST, kept.artist), (_COPYRIGHT, kept.copyright)):
        if text:
            value = text.encode() + b"\0"
            entries.append((tag, _ASCII, len(value), value))
    tail_at = 8 + 2 + 12 * len(entries) + 4
    body, tail = struct.pack(">H", len(entries)), b""
    for tag, kind, count, value in entries:
        body += struct.pack(">HHL", tag, kind, count)
        if len(value) <= 4:
            body += value.ljust(4, b"\0")
        else:
            body += struct.pack(">L", tail_at + len(tail))
            tail += value + b"\0" * (len(value) % 2)
    return b"MM\0*\0\0\0\x08" + body + b"\0\0\0\0" + tail


def _fields(block: bytes) -> Iterator[tuple[int, int | bytes]]:
    order = {b"II": "<", b"MM": ">"}.get(block[:2])
    if order is None:
        raise ValueError("no byte order")
    (at,) = struct.unpack_from(order + "L", block, 4)
    (count,) = struct.unpack_from(order + "H", block, at)
    for index in range(min(count, 500)):
        entry = at + 2 + 12 * index
        tag, kind, length = struct.unpack_from(order + "HHL", block, entry)
        if tag == _ORIENTATION and kind == _SHORT:
            yield tag, struct.unpack_from(order + "H", block, entry + 8)[0]
        elif tag in (_ARTIST, _COPYRIGHT) and kind == _ASCII:
            start = entry + 8
            if length > 4:
                (start,) = struct.unpack_from(order + "L", block, start)
            yield tag, block[start : start + min(length, 4 * _MAX_TEXT)]


def _text(value: int | bytes | None) -> str:
    """Printable text; markup in it would be a payload."""
    if not isinstance(value, bytes):
        return ""
    text = value.split(b"\0")[0].decode(errors="replace")
    return "".join(char for char in text if char.isprintable() and char not in "<>�")[
        :_MAX_TEXT
    ].strip()
