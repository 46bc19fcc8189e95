"""AVIF and HEIC: what is no picture is overwritten where it stands, so that no pixel changes and no offset moves.

Both are trees of boxes. The box ``meta`` lists items (pictures, EXIF, XMP) with the places of their bytes, mostly in
``mdat``. EXIF and XMP are blanked, as is every byte of ``mdat`` that belongs to no item, and boxes that draw nothing.
Turning is done by properties (``irot``, ``imir``), which stay. Source of the layout: ISO/IEC 14496-12 and 23008-12.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ..errors import Malformed
from . import exif
from .facts import Kept

_KEPT_BOXES = frozenset((b"ftyp", b"meta", b"mdat"))
_METADATA_ITEMS = frozenset((b"Exif", b"mime", b"uri "))
_MAX_BOXES = 10_000
_MAX_PLACES = 10_000


@dataclass(frozen=True, slots=True)
class Box:
    """``name``, and where it starts, where its content starts, and where it ends."""

    name: bytes
    start: int
    content: int
    end: int


def is_sequence(data: bytes) -> bool:
    """Whether it has frames over time: their bytes are listed elsewhere than those of pictures."""
    return any(box.name == b"moov" for box in _boxes(data, 0, len(data)))


def cleaned(data: bytes, *, keep_copyright: bool) -> bytes:
    """The same picture, to the bit. Raises ``Malformed``."""
    boxes = list(_boxes(data, 0, len(data)))
    metas = [box for box in boxes if box.name == b"meta"]
    if len(metas) != 1 or not boxes or boxes[0].name != b"ftyp":
        raise Malformed("no list of items")
    result = bytearray(data[: boxes[-1].end])
    items = _items(data, metas[0])
    places = sorted(place for item in items for place in item.places)
    for box in boxes:
        if box.name not in _KEPT_BOXES:
            result[box.start + 4 : box.start + 8] = b"free"
            result[box.content : box.end] = bytes(box.end - box.content)
        elif box.name == b"mdat":
            _blank_unused(result, box, places)
    for item in items:
        if item.kind in _METADATA_ITEMS:
            _overwrite(result, item, _replacement(data, item, keep_copyright))
    _blank_inner(result, data, metas[0])
    return bytes(result)


@dataclass(frozen=True, slots=True)
class Item:
    """``kind`` as in ``infe``; ``places`` are (start, end) in the file."""

    kind: bytes
    places: tuple[tuple[int, int], ...]


def _replacement(data: bytes, item: Item, keep_copyright: bool) -> bytes:
    """A block of the same length with nothing in it."""
    old = b"".join(data[start:end] for start, end in item.places)
    if item.kind != b"Exif" or len(old) < 12:
        return b" " * len(old)
    skipped = int.from_bytes(old[:4], "big")
    kept = exif.read(old[4 + skipped :], keep_copyright=keep_copyright)
    # The picture is turned by a property. Readers differ in whether EXIF turns it once more: it never may.
    kept = Kept(artist=kept.artist, copyright=kept.copyright)
    block = b"\0\0\0\0" + (exif.write(kept) if kept else b"MM\0*\0\0\0\x08\0\0\0\0\0\0")
    return block.ljust(len(old), b"\0") if len(block) <= len(old) else b"\0" * len(old)


def _overwrite(result: bytearray, item: Item, replacement: bytes) -> None:
    at = 0
    for start, end in item.places:
        result[start:end] = replacement[at : at + end - start]
        at += end - start


def _blank_unused(result: bytearray, box: Box, places: list[tuple[int, int]]) -> None:
    """``places`` are in order."""
    at = box.content
    for start, end in places:
        if start >= box.end or end <= box.content:
            continue
        if start > at:
            result[at:start] = bytes(start - at)
        at = max(at, min(end, box.end))
    result[at : box.end] = bytes(box.end - at)


def _blank_inner(result: bytearray, data: bytes, meta: Box) -> None:
    """Boxes in ``meta`` and among its properties that are free, or somebody's own."""
    parents = [(meta.content + 4, meta.end)]
    for box in _boxes(data, meta.content + 4, meta.end):
        if box.name == b"iprp":
            parents.append((box.content, box.end))
            parents += [
                (inner.content, inner.end)
                for inner in _boxes(data, box.content, box.end)
                if inner.name == b"ipco"
            ]
    for start, end in parents:
        for box in _boxes(data, start, end):
            if box.name in (b"free", b"skip", b"udta", b"udes"):
                result[box.content : box.end] = bytes(box.end - box.content)


def _boxes(data: bytes, at: int, end: int) -> Iterator[Box]:
    """The boxes side by side from ``at``. At the top what follows the last whole box is left out."""
    for _ in range(_MAX_BOXES):
        if at + 8 > end:
            return
        size, name, content = (
            int.from_bytes(data[at : at + 4], "big"),
            data[at + 4 : at + 8],
            at + 8,
        )
        if size == 1:
            size, content = int.from_bytes(data[at + 8 : at + 16], "big"), at + 16
        elif size == 0:
            size = end - at
        if size < content - at or at + size > end or not _is_name(name):
            if at == 0 or end != len(data):
                raise Malformed("box beyond its end")
            return
        yield Box(name, at, content, at + size)
        at += size
    raise Malformed("too many boxes")


def _is_name(name: bytes) -> bool:
    return len(name) == 4 and all(0x20 <= char < 0x7F or char == 0xA9 for char in name)


def _items(data: bytes, meta: Box) -> list[Item]:
    inner = {box.name: box for box in _boxes(data, meta.content + 4, meta.end)}
    if b"iloc" not in inner or b"iinf" not in inner:
        raise Malformed("no places of items")
    kinds = dict(_kinds(data, inner[b"iinf"]))
    base = inner[b"idat"].content if b"idat" in inner else 0
    return [
        Item(kinds.get(number, b""), places)
        for number, places in _places(
            _Reader(data, inner[b"iloc"].content, inner[b"iloc"].end), base
        )
    ]


def _kinds(data: bytes, iinf: Box) -> Iterator[tuple[int, bytes]]:
    start = iinf.content + (6 if data[iinf.content] == 0 else 8)
    for box in _boxes(data, start, iinf.end):
        if box.name == b"infe" and data[box.content] >= 2:
            wide = 4 if data[box.content] == 3 else 2
            at = box.content + 4
            yield int.from_bytes(data[at : at + wide], "big"), data[at + wide + 2 : at + wide + 6]


class _Reader:
    def __init__(self, data: bytes, at: int, end: int) -> None:
        self.data, self.at, self.end = data, at, end

    def number(self, size: int) -> int:
        if self.at + size > self.end:
            raise Malformed("list of places is cut")
        self.at += size
        return int.from_bytes(self.data[self.at - size : self.at], "big")


def _places(reader: _Reader, idat_start: int) -> Iterator[tuple[int, tuple[tuple[int, int], ...]]]:
    version = reader.number(1)
    reader.number(3)
    sizes = reader.number(2)
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    wide = 4 if version == 2 else 2
    total = 0
    for _ in range(reader.number(wide)):
        number = reader.number(wide)
        method = reader.number(2) & 15 if version in (1, 2) else 0
        reader.number(2)
        base = reader.number(base_size)
        places = []
        count = reader.number(2)
        # A place may take no byte at all, so that the length of the list is no limit.
        total += count
        if total > _MAX_PLACES:
            raise Malformed("too many places of items")
        for _ in range(count):
            reader.number(index_size)
            start = base + reader.number(offset_size)
            length = reader.number(length_size)
            if method == 0 and start + length > len(reader.data):
                raise Malformed("item beyond the end")
            if method == 1:
                start += idat_start
            places.append((start, start + length))
        yield number, tuple(places) if method in (0, 1) else ()
