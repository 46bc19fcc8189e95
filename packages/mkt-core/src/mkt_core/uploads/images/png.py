"""PNG and APNG, chunk by chunk: what draws the picture is kept, byte for byte; the rest is left out.

Source of the layout: W3C Portable Network Graphics (third edition).
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator

from ..errors import Malformed
from . import exif
from .facts import ImageFacts, Kept

SIGNATURE = b"\x89PNG\r\n\x1a\n"
_DRAWN = frozenset(
    (
        b"IHDR",
        b"PLTE",
        b"tRNS",
        b"IDAT",
        b"IEND",
        b"acTL",
        b"fcTL",
        b"fdAT",
        b"gAMA",
        b"cHRM",
        b"sRGB",
        b"sBIT",
        b"bKGD",
    )
    + (b"pHYs", b"cICP", b"mDCV", b"cLLI", b"iCCP")
)
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
# First column, first row, distance of columns, of rows: the seven passes of an interlaced picture.
_PASSES = (
    (0, 0, 8, 8),
    (4, 0, 8, 8),
    (0, 4, 4, 8),
    (2, 0, 4, 4),
    (0, 2, 2, 4),
    (1, 0, 2, 2),
    (0, 1, 1, 2),
)
_STEP = 1 << 16
_MAX_PROFILE_BYTES = 4 * 1024 * 1024


def facts(data: bytes) -> ImageFacts:
    """Size and, from the chunks, the number of frames. Raises ``Malformed``."""
    header, frames = b"", 0
    for name, payload in _chunks(data):
        if name == b"IHDR" and not header:
            header = payload
        frames += name == b"fcTL"
    if len(header) != 13:
        raise Malformed("no header")
    return ImageFacts(
        width=int.from_bytes(header[:4], "big"),
        height=int.from_bytes(header[4:8], "big"),
        frames=max(frames, 1),
    )


def cleaned(data: bytes, *, keep_copyright: bool, recompress: bool = False) -> bytes:
    """The same picture, to the bit, whatever its depth. Raises ``Malformed``.

    With ``recompress`` the pixels' data is compressed anew, which changes none of them.
    """
    chunks = [
        (name, payload) for name, payload in _chunks(data) if name in _DRAWN or name == b"eXIf"
    ]
    header = chunks[0][1] if chunks else b""
    if not chunks or chunks[0][0] != b"IHDR" or len(header) != 13:
        raise Malformed("no header")
    if sum(name == b"IHDR" for name, _ in chunks) > 1:
        # One reader believes the first, another one the last.
        raise Malformed("several headers")
    kept = Kept()
    result = [SIGNATURE]
    pixels = [payload for name, payload in chunks if name == b"IDAT"]
    _inflate_exactly(pixels, expected_bytes(header))
    if recompress:
        pixels = list(_deflated(pixels))
    written = False
    for name, payload in chunks:
        if name == b"eXIf":
            kept = exif.read(payload, keep_copyright=keep_copyright)
        elif name == b"IDAT":
            if not written:
                result += [_chunk(b"IDAT", part) for part in pixels]
            written = True
        elif name == b"iCCP":
            result += _profile(payload)
        elif name == b"IEND":
            result += [_chunk(b"eXIf", exif.write(kept))] if kept else []
            result.append(_chunk(b"IEND", b""))
        else:
            result.append(_chunk(name, payload))
    return b"".join(result)


def expected_bytes(header: bytes) -> int:
    """How long the pixels' data is when inflated: a picture's size and depth leave no choice."""
    width, height = int.from_bytes(header[:4], "big"), int.from_bytes(header[4:8], "big")
    depth, colour, interlaced = header[8], header[9], header[12]
    if colour not in _CHANNELS or depth not in (1, 2, 4, 8, 16):
        raise Malformed("no such kind of pixel")
    bits = depth * _CHANNELS[colour]
    if not interlaced:
        return height * (1 + (width * bits + 7) // 8)
    total = 0
    for left, top, across, down in _PASSES:
        columns, rows = -(-(width - left) // across), -(-(height - top) // down)
        if columns > 0 and rows > 0:
            total += rows * (1 + (columns * bits + 7) // 8)
    return total


def _chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Names and payloads up to IEND. Raises ``Malformed``: no end, a wrong checksum, a name of no letters."""
    if not data.startswith(SIGNATURE):
        raise Malformed("does not begin like a PNG")
    at = len(SIGNATURE)
    while at + 12 <= len(data):
        length = int.from_bytes(data[at : at + 4], "big")
        name, end = data[at + 4 : at + 8], at + 8 + length
        if end + 4 > len(data) or not name.isalpha():
            break
        payload = data[at + 8 : end]
        if zlib.crc32(name + payload) != int.from_bytes(data[end : end + 4], "big"):
            raise Malformed("wrong checksum")
        yield name, payload
        if name == b"IEND":
            return
        at = end + 4
    raise Malformed("no end")


def _chunk(name: bytes, payload: bytes) -> bytes:
    checksum = zlib.crc32(name + payload)
    return len(payload).to_bytes(4, "big") + name + payload + checksum.to_bytes(4, "big")


def _inflate_exactly(parts: list[bytes], expected: int) -> None:
    """Raises ``Malformed`` unless the data inflates to just so many bytes. Keeps none of them."""
    total = 0
    try:
        for piece in _inflated(parts):
            total += len(piece)
            if total > expected:
                raise Malformed("more pixels than the header says")
    except zlib.error as error:
        raise Malformed("damaged pixels") from error
    if total != expected:
        raise Malformed("fewer pixels than the header says")


def _inflated(parts: list[bytes]) -> Iterator[bytes]:
    inflater = zlib.decompressobj()
    for part in parts:
        for at in range(0, len(part), _STEP):
            rest = part[at : at + _STEP]
            while rest and not inflater.eof:
                yield inflater.decompress(rest, _STEP)
                rest = inflater.unconsumed_tail
            if rest or inflater.unused_data:
                raise Malformed("data behind the pixels")
    yield inflater.flush()
    if not inflater.eof:
        raise Malformed("pixels without an end")


def _deflated(parts: list[bytes]) -> Iterator[bytes]:
    deflater = zlib.compressobj(7)
    waiting = b""
    for piece in _inflated(parts):
        waiting += deflater.compress(piece)
        if len(waiting) >= _STEP:
            yield waiting
            waiting = b""
    yield waiting + deflater.flush()


def _profile(payload: bytes) -> list[bytes]:
    """The colour profile under a name of ours: names are free text."""
    _, nul, rest = payload.partition(b"\0")
    inflater = zlib.decompressobj()
    try:
        profile = inflater.decompress(rest[1:], _MAX_PROFILE_BYTES)
    except zlib.error:
        return []
    # A profile says its own length, and has a signature at byte 36.
    if not nul or not inflater.eof or profile[36:40] != b"acsp":
        return []
    return [_chunk(b"iCCP", b"icc\0\0" + zlib.compress(profile, 9))]
