"""WebP, chunk by chunk: what draws the picture is kept, byte for byte; EXIF, XMP and unknown chunks are left out.

Source of the layout: WebP Container Specification, developers.google.com/speed/webp.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Malformed
from . import exif
from .facts import ImageFacts, Kept

_DRAWN = frozenset((b"VP8 ", b"VP8L", b"ALPH", b"ANIM", b"ANMF", b"ICCP", b"VP8X"))
_IN_FRAME = frozenset((b"VP8 ", b"VP8L", b"ALPH"))
_EXIF_FLAG, _XMP_FLAG = 0x08, 0x04


def facts(data: bytes) -> ImageFacts:
    """Size of the canvas and number of frames. Raises ``Malformed``."""
    size: tuple[int, int] | None = None
    frames = 0
    for name, payload in _chunks(data, 12, _riff_end(data)):
        frames += name == b"ANMF"
        if size is None:
            size = _size(name, payload)
    if size is None:
        raise Malformed("no frame")
    return ImageFacts(width=size[0], height=size[1], frames=max(frames, 1))


def cleaned(data: bytes, *, keep_copyright: bool) -> bytes:
    """The same picture, to the bit. Raises ``Malformed``."""
    body, kept = [], Kept()
    for name, payload in _chunks(data, 12, _riff_end(data)):
        if name == b"EXIF":
            kept = exif.read(payload.removeprefix(b"Exif\0\0"), keep_copyright=keep_copyright)
        elif name == b"ANMF":
            body.append((name, _frame(payload)))
        elif name in _DRAWN:
            body.append((name, payload))
    if not body:
        raise Malformed("no frame")
    if kept and body[0][0] == b"VP8X":
        body.append((b"EXIF", exif.write(kept)))
    chunks = b"".join(_chunk(name, _with_flags(name, payload, kept)) for name, payload in body)
    return b"RIFF" + (len(chunks) + 4).to_bytes(4, "little") + b"WEBP" + chunks


def _with_flags(name: bytes, payload: bytes, kept: Kept) -> bytes:
    if name != b"VP8X":
        return payload
    flags = payload[0] & ~(_EXIF_FLAG | _XMP_FLAG) | (_EXIF_FLAG if kept else 0)
    return bytes((flags,)) + payload[1:10]


def _frame(payload: bytes) -> bytes:
    inner = _chunks(payload, 16, len(payload))
    return payload[:16] + b"".join(_chunk(name, part) for name, part in inner if name in _IN_FRAME)


def _riff_end(data: bytes) -> int:
    end = 8 + int.from_bytes(data[4:8], "little")
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or end > len(data) + 1:
        raise Malformed("does not begin like a WebP, or is cut")
    return min(end, len(data))


def _chunks(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, bytes]]:
    while at + 8 <= end:
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        if at + 8 + length > end:
            raise Malformed("chunk beyond the end")
        yield data[at : at + 4], data[at + 8 : at + 8 + length]
        at += 8 + length + length % 2


def _chunk(name: bytes, payload: bytes) -> bytes:
    return name + len(payload).to_bytes(4, "little") + payload + b"\0" * (len(payload) % 2)


def _size(name: bytes, payload: bytes) -> tuple[int, int] | None:
    if name == b"VP8X" and len(payload) >= 10:
        return (
            int.from_bytes(payload[4:7], "little") + 1,
            int.from_bytes(payload[7:10], "little") + 1,
        )
    if name == b"VP8 " and payload[3:6] == b"\x9d\x01\x2a":
        width, height = (int.from_bytes(payload[at : at + 2], "little") for at in (6, 8))
        return width & 0x3FFF, height & 0x3FFF
    if name == b"VP8L" and len(payload) >= 5 and payload[0] == 0x2F:
        bits = int.from_bytes(payload[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    return None
