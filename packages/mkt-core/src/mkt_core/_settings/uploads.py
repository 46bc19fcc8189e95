"""Of uploaded files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal


@dataclass(frozen=True, kw_only=True)
class UploadSettings:
    """Keys of ``MKT_CORE``."""

    # Which files are checked and cleaned: "all" that images and documents get, only those from "forms" (the admin and
    # Wagtail's API), or "none".
    UPLOADS: Literal["all", "forms", "none"] = "all"
    # A larger file is refused.
    UPLOAD_IMAGE_MAX_BYTES: int = 20 * 1024 * 1024
    UPLOAD_DOCUMENT_MAX_BYTES: int = 100 * 1024 * 1024
    # Width times height of an image, looked at before anything is decoded.
    UPLOAD_MAX_PIXELS: int = 50_000_000
    # Longer side of an image divided by the shorter one.
    UPLOAD_MAX_RATIO: float = 250.0
    # Frames of an animation, and the pixels of all its frames together.
    UPLOAD_MAX_FRAMES: int = 1000
    UPLOAD_MAX_ANIMATION_PIXELS: int = 500_000_000
    # Encode the pixels of every image again. Otherwise only of those whose data holds something that is no picture;
    # the rest keeps every pixel as it is.
    UPLOAD_ALWAYS_REENCODE: bool = False
    # Leave the EXIF fields Artist and Copyright in images, and in renditions made of them.
    UPLOAD_KEEP_COPYRIGHT: bool = False
    # Files in an archive, its files' bytes when unpacked, and how often these may be more than the archive's own.
    UPLOAD_ARCHIVE_MAX_ENTRIES: int = 5000
    UPLOAD_ARCHIVE_MAX_BYTES: int = 500 * 1024 * 1024
    UPLOAD_ARCHIVE_MAX_RATIO: float = 200.0
    # How deep archives may be in archives; 0 refuses an archive that holds another.
    UPLOAD_ARCHIVE_MAX_DEPTH: int = 3
    # Let office documents with macros through.
    UPLOAD_ALLOW_MACROS: bool = False
    # Let PDF documents through that run scripts or start programs.
    UPLOAD_ALLOW_PDF_SCRIPTS: bool = False
    # Extensions of documents that are let through although nothing is known about their content.
    UPLOAD_UNCHECKED_EXTENSIONS: tuple[str, ...] = ()
    # Longest name of a file, in bytes of UTF-8.
    UPLOAD_NAME_MAX_BYTES: int = 100
    # Who looks for viruses: {"BACKEND": dotted path of a class, and what it takes}; nobody if empty.
    UPLOAD_SCANNER: Mapping[str, Any] = field(default_factory=dict)
