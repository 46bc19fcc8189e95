"""What a file says it is (its extension) and what it begins with (its magic bytes)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

HEAD_BYTES = 512

Family = Literal["image", "svg", "pdf", "zip", "office", "tar", "gzip", "text", "opaque"]

_AVIF_BRANDS = {b"avif", b"avis"}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx"}
_VIDEO_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4A ",
    b"M4V ",
    b"qt  ",
    b"dash",
}


def _begins(*signatures: bytes) -> Callable[[bytes], bool]:
    return lambda head: head.startswith(signatures)


def _riff(form: bytes) -> Callable[[bytes], bool]:
    return lambda head: head[:4] == b"RIFF" and head[8:12] == form


def brands(head: bytes) -> set[bytes]:
    """Major and compatible brands of an ISO base media file; empty if it is none."""
    if head[4:8] != b"ftyp":
        return set()
    end = min(int.from_bytes(head[:4], "big"), len(head))
    return {head[8:12], *(head[at : at + 4] for at in range(16, end - 3, 4))}


def _has_brand(wanted: set[bytes]) -> Callable[[bytes], bool]:
    return lambda head: bool(brands(head) & wanted)


def _is_heic(head: bytes) -> bool:
    found = brands(head)
    return bool(found & _HEIC_BRANDS) or (b"mif1" in found and not found & _AVIF_BRANDS)


def _is_mp3(head: bytes) -> bool:
    return head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2)


#: Kind of content → does a file begin like it? Only what a site is likely to be given; no library knows all of these.
SIGNATURES: dict[str, Callable[[bytes], bool]] = {
    "jpeg": _begins(b"\xff\xd8\xff"),
    "png": _begins(b"\x89PNG\r\n\x1a\n"),
    "gif": _begins(b"GIF87a", b"GIF89a"),
    "webp": _riff(b"WEBP"),
    "avif": _has_brand(_AVIF_BRANDS),
    "heic": _is_heic,
    "bmp": _begins(b"BM"),
    "tiff": _begins(b"II*\0", b"MM\0*"),
    "ico": _begins(b"\0\0\1\0"),
    "pdf": _begins(b"%PDF-"),
    "zip": _begins(b"PK\x03\x04", b"PK\x05\x06"),
    "gzip": _begins(b"\x1f\x8b\x08"),
    "tar": lambda head: head[257:262] == b"ustar",
    "ole": _begins(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    "rtf": _begins(b"{\\rtf"),
    "7z": _begins(b"7z\xbc\xaf\x27\x1c"),
    "mp3": _is_mp3,
    "mp4": _has_brand(_VIDEO_BRANDS),
    "ogg": _begins(b"OggS"),
    "wav": _riff(b"WAVE"),
    "webm": _begins(b"\x1aE\xdf\xa3"),
}

#: Extension → (kind that its content has to be, how it is checked).
EXTENSIONS: dict[str, tuple[str, Family]] = {
    "jpg": ("jpeg", "image"),
    "jpeg": ("jpeg", "image"),
    "png": ("png", "image"),
    "gif": ("gif", "image"),
    "webp": ("webp", "image"),
    "avif": ("avif", "image"),
    "heic": ("heic", "image"),
    "heif": ("heic", "image"),
    "bmp": ("bmp", "image"),
    "tif": ("tiff", "image"),
    "tiff": ("tiff", "image"),
    "ico": ("ico", "image"),
    "svg": ("svg", "svg"),
    "pdf": ("pdf", "pdf"),
    "zip": ("zip", "zip"),
    "docx": ("zip", "office"),
    "xlsx": ("zip", "office"),
    "pptx": ("zip", "office"),
    "docm": ("zip", "office"),
    "xlsm": ("zip", "office"),
    "pptm": ("zip", "office"),
    "odt": ("zip", "office"),
    "ods": ("zip", "office"),
    "odp": ("zip", "office"),
    "epub": ("zip", "office"),
    "key": ("zip", "office"),
    "pages": ("zip", "office"),
    "numbers": ("zip", "office"),
    "tar": ("tar", "tar"),
    "gz": ("gzip", "gzip"),
    "tgz": ("gzip", "gzip"),
    "txt": ("text", "text"),
    "csv": ("text", "text"),
    "tsv": ("text", "text"),
    "md": ("text", "text"),
    "ics": ("text", "text"),
    "vcf": ("text", "text"),
    "srt": ("text", "text"),
    "vtt": ("text", "text"),
    "json": ("text", "text"),
    "rtf": ("rtf", "opaque"),
    "doc": ("ole", "opaque"),
    "xls": ("ole", "opaque"),
    "ppt": ("ole", "opaque"),
    "mp3": ("mp3", "opaque"),
    "mp4": ("mp4", "opaque"),
    "m4a": ("mp4", "opaque"),
    "m4v": ("mp4", "opaque"),
    "mov": ("mp4", "opaque"),
    "ogg": ("ogg", "opaque"),
    "oga": ("ogg", "opaque"),
    "ogv": ("ogg", "opaque"),
    "wav": ("wav", "opaque"),
    "webm": ("webm", "opaque"),
}

IMAGE_EXTENSIONS = frozenset(
    extension for extension, (_, family) in EXTENSIONS.items() if family in ("image", "svg")
)

_PROGRAMS = (
    b"MZ",
    b"\x7fELF",
    b"#!",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xfe\xed\xfa",
    b"\0asm",
)
_MARKUP = (
    b"<?php",
    b"<!doctype",
    b"<html",
    b"<script",
    b"<svg",
    b"<head",
    b"<body",
    b"<iframe",
    b"<?xml",
    b"<%",
)


def kind_of(head: bytes) -> str:
    """Which of ``SIGNATURES`` the first ``HEAD_BYTES`` fit; "" if none."""
    return next((kind for kind, fits in SIGNATURES.items() if fits(head)), "")


def looks_executable(head: bytes) -> bool:
    """Whether some program or browser would run a file that begins so."""
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return head.startswith(_PROGRAMS) or text.startswith(_MARKUP)
