"""JPEG, segment by segment: what draws the picture is kept, byte for byte; the rest is left out.

Source of the layout: ITU-T T.81, annex B.
"""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Malformed
from . import exif
from .facts import ImageFacts, Kept

_SOI, _EOI, _SOS, _DRI = 0xD8, 0xD9, 0xDA, 0xDD
# Start of frame; C4, C8 and CC are tables.
_SOF = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_TABLES = frozenset({0xC4, 0xCC, 0xDB, 0xDD, 0xDC})
_APP0, _APP1, _APP2, _APP14 = 0xE0, 0xE1, 0xE2, 0xEE
_JFIF, _EXIF, _ICC, _ADOBE = b"JFIF\0", b"Exif\0\0", b"ICC_PROFILE\0", b"Adobe"
_MAX_SEGMENTS = 20_000
# Of a few bytes each, and each goes over the whole picture; programs write about ten.
_MAX_SCANS = 100

Segment = tuple[int, bytes, bytes]


def facts(data: bytes) -> ImageFacts:
    """Width and height from the frame header. Raises ``Malformed``."""
    headers, scans = [], 0
    for marker, payload, _ in _segments(data):
        scans += marker == _SOS
        if marker in _SOF:
            headers.append(payload)
    if len(headers) != 1 or len(headers[0]) < 6:
        # Of two, one reader believes the first, another one the last.
        raise Malformed("no frame header, or several")
    if scans > _MAX_SCANS:
        raise Malformed("too many scans")
    return ImageFacts(
        width=int.from_bytes(headers[0][3:5], "big"), height=int.from_bytes(headers[0][1:3], "big")
    )


def cleaned(data: bytes, *, keep_copyright: bool) -> bytes:
    """The same picture, to the bit. Raises ``Malformed``.

    Kept are frames, tables and scans, the colour profile, the Adobe segment (without it CMYK pictures have wrong
    colours), and density. Comments, previews, other applications' data and what follows the end are not.
    """
    head, body, kept = b"", [], Kept()
    for marker, payload, scan in _segments(data):
        if marker == _APP0 and payload.startswith(_JFIF) and not head:
            # Fourteen bytes; what may follow is a preview.
            head = _segment(_APP0, payload[:12].ljust(12, b"\0") + b"\0\0")
        elif marker == _APP1 and payload.startswith(_EXIF) and not kept:
            kept = exif.read(payload[6:], keep_copyright=keep_copyright)
        elif (marker == _APP2 and payload.startswith(_ICC)) or marker in _SOF or marker in _TABLES:
            body.append(_segment(marker, payload))
        elif marker == _APP14 and payload.startswith(_ADOBE):
            body.append(_segment(marker, payload[:12]))
        elif marker == _SOS:
            body.append(_segment(marker, payload) + scan)
    block = _segment(_APP1, _EXIF + exif.write(kept)) if kept else b""
    return b"\xff\xd8" + head + block + b"".join(body) + b"\xff\xd9"


def _segment(marker: int, payload: bytes) -> bytes:
    return bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload


def _segments(data: bytes) -> Iterator[Segment]:
    """Marker, payload and, of a scan, its entropy-coded data. Ends at EOI; raises ``Malformed`` without one."""
    if data[:2] != b"\xff\xd8":
        raise Malformed("does not begin like a JPEG")
    at = 2
    for _ in range(_MAX_SEGMENTS):
        marker, at = _marker(data, at)
        if marker == _EOI:
            return
        length = int.from_bytes(data[at : at + 2], "big")
        if marker == _SOI or length < 2 or at + length > len(data):
            raise Malformed("segment beyond the end")
        payload, at = data[at + 2 : at + length], at + length
        scan_end = _scan_end(data, at) if marker == _SOS else at
        yield marker, payload, data[at:scan_end]
        at = scan_end
    raise Malformed("too many segments")


def _marker(data: bytes, at: int) -> tuple[int, int]:
    if at >= len(data) or data[at] != 0xFF:
        raise Malformed("no marker where one belongs")
    while at < len(data) and data[at] == 0xFF:
        at += 1
    if at >= len(data) or data[at] == 0 or 0xD0 <= data[at] <= 0xD7 or data[at] == 1:
        raise Malformed("no marker where one belongs")
    return data[at], at + 1


def _scan_end(data: bytes, at: int) -> int:
    """Where the next marker is that is neither a stuffed byte nor a restart."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise Malformed("ends in the middle of a scan")
        following = data[at + 1]
        if following == 0 or 0xD0 <= following <= 0xD7:
            at += 2
        elif following == 0xFF:
            at += 1
        else:
            return at
