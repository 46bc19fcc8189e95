"""GIF, block by block: frames, timing and repetition are kept, byte for byte; comments and the rest are left out.

Source of the layout: CompuServe, Graphics Interchange Format version 89a.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Malformed
from .facts import ImageFacts

_EXTENSION, _IMAGE, _END = 0x21, 0x2C, 0x3B
_CONTROL, _APPLICATION = 0xF9, 0xFF
_LOOPS = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def facts(data: bytes) -> ImageFacts:
    """Size, and number of frames. Raises ``Malformed``.

    A frame may stick out of the canvas: readers make it larger then.
    """
    frames = [block for kind, block in _blocks(data) if kind == _IMAGE]
    if not frames:
        raise Malformed("no frame")
    return ImageFacts(
        width=max(_number(data, 6), *(_number(one, 1) + _number(one, 5) for one in frames)),
        height=max(_number(data, 8), *(_number(one, 3) + _number(one, 7) for one in frames)),
        frames=len(frames),
    )


def cleaned(data: bytes, *, keep_copyright: bool) -> bytes:
    """The same animation, to the bit. Raises ``Malformed``."""
    start = 13 + _table_bytes(data[10])
    kept = [block for _, block in _blocks(data) if _is_drawn(block)]
    return b"GIF89a" + data[6:start] + b"".join(kept) + bytes((_END,))


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "little")


def _is_drawn(block: bytes) -> bool:
    if block[0] == _IMAGE or block[1] == _CONTROL:
        return True
    # Three bytes say how often the animation is repeated; all that follows is somebody's payload.
    return block[1] == _APPLICATION and block[3:14] in _LOOPS and len(block) == 19


def _blocks(data: bytes) -> Iterator[tuple[int, bytes]]:
    """First byte and all bytes of every block, up to the trailer. Raises ``Malformed``."""
    if not data.startswith((b"GIF87a", b"GIF89a")) or len(data) < 14:
        raise Malformed("does not begin like a GIF")
    at = 13 + _table_bytes(data[10])
    while at < len(data):
        kind, start = data[at], at
        if kind == _END:
            return
        if kind == _EXTENSION:
            at = _sub_blocks_end(data, at + 2)
        elif kind == _IMAGE and at + 10 < len(data):
            at = _sub_blocks_end(data, at + 10 + _table_bytes(data[at + 9]) + 1)
        else:
            raise Malformed("no block where one belongs")
        yield kind, data[start:at]
    raise Malformed("no end")


def _table_bytes(flags: int) -> int:
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _sub_blocks_end(data: bytes, at: int) -> int:
    while at < len(data):
        length = data[at]
        at += 1 + length
        if not length:
            return at
    raise Malformed("no end of a block")
