"""Does the data of a picture hold something that is no picture?

A picture's own data may spell anything: whoever makes one chooses its pixels and tables. So what is kept unchanged is
searched for what would be a program, a page or an archive in another reader's eyes, and such pictures are encoded anew.
"""

from __future__ import annotations

_LOWERED = (
    b"<script",
    b"<?php",
    b"<?xml",
    b"<html",
    b"<!doctype",
    b"<svg",
    b"<iframe",
    b"<body",
    b"<img ",
    b"javascript:",
    b"%pdf-",
    b"eval(",
)
_EXACT = (
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x01\x02",
    b"Rar!\x1a\x07",
    b"7z\xbc\xaf\x27\x1c",
    b"\x7fELF",
)
_AFTER_SHORT_TAG = frozenset(b" \t\r\n`$'\"(_abcdefghijklmnopqrstuvwxyz")


def has_payload(data: bytes) -> bool:
    """Whether ``data`` holds a beginning of markup, script, PHP, PDF, an archive or a program."""
    if any(signature in data for signature in _EXACT):
        return True
    lowered = data.lower()
    if any(token in lowered for token in _LOWERED):
        return True
    return _has_short_tag(lowered) or _is_script_comment(data)


def _has_short_tag(lowered: bytes) -> bool:
    """``<?=`` and something to print: three bytes alone stand in many a large photo by chance."""
    at = lowered.find(b"<?=")
    while at >= 0:
        if lowered[at + 3 : at + 4] and lowered[at + 3] in _AFTER_SHORT_TAG:
            return True
        at = lowered.find(b"<?=", at + 1)
    return False


def _is_script_comment(data: bytes) -> bool:
    """A GIF whose size spells ``/*``, so that a script can begin where a comment ends."""
    return data[:3] == b"GIF" and b"/*" in data[6:13] and b"*/" in data[13:]
