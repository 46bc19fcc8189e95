"""AVIF and HEIC whose lists say more than there is."""

import struct
from time import process_time

import pytest

from mkt_core.uploads.errors import Malformed
from mkt_core.uploads.images import isobmff


def box(name, content):
    return struct.pack(">L", 8 + len(content)) + name + content


def test_places_that_take_no_byte_are_counted():
    """A few bytes in the file, and millions of places in memory."""
    items = b"".join(struct.pack(">LHHH", number, 0, 0, 0xFFFF) for number in range(60))
    places = box(b"iloc", b"\2\0\0\0" + b"\0\0" + struct.pack(">L", 60) + items)
    meta = box(b"meta", bytes(4) + box(b"iinf", bytes(6)) + places)
    started = process_time()

    with pytest.raises(Malformed, match="too many places"):
        isobmff.cleaned(box(b"ftyp", b"avif\0\0\0\0") + meta, keep_copyright=False)

    assert process_time() - started < 0.5
