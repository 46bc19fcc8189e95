"""What Pillow does for us: agree that a file is a picture, and encode pixels anew.

Pillow is imported on first use: it is large, and most processes never see an upload.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from typing import IO, TYPE_CHECKING, Any

from ..errors import Malformed
from .facts import ImageFacts

if TYPE_CHECKING:
    from PIL.Image import Image as PillowImage
    from PIL.TiffImagePlugin import TiffImageFile

_FORMATS = {
    "jpeg": "JPEG",
    "png": "PNG",
    "gif": "GIF",
    "webp": "WEBP",
    "avif": "AVIF",
    "heic": "HEIF",
    "bmp": "BMP",
    "tiff": "TIFF",
    "ico": "ICO",
}

#: Formats whose size in the header is that of the decoded picture.
MEASURED = frozenset(("jpeg", "png", "gif", "webp", "avif", "heic"))


def facts(kind: str, data: bytes) -> ImageFacts:
    """Size and frames as Pillow's reader of this format sees them; decodes nothing. Raises ``Malformed``."""
    with _opened(kind, data) as image:
        frames = getattr(image, "n_frames", 1)
        sizes = [image.size]
        if kind in ("tiff", "heic"):
            # Pages, each of a size of its own.
            for number in range(1, frames):
                image.seek(number)
                sizes.append(image.size)
        return ImageFacts(max(size[0] for size in sizes), max(size[1] for size in sizes), frames)


def size(kind: str, file: IO[bytes]) -> tuple[int, int]:
    """Width and height; reads little of ``file`` and decodes nothing. Raises ``Malformed``."""
    with _opened(kind, file) as image:
        width, height = image.size
        return width, height


def has_metadata(kind: str, data: bytes) -> bool:
    """Whether there is EXIF or XMP. Raises ``Malformed``."""
    with _opened(kind, data) as image:
        return bool(image.info.get("exif") or image.info.get("xmp"))


def decode(kind: str, data: bytes) -> None:
    """Read every pixel of every frame and keep none. Raises ``Malformed``.

    JPEG is decoded at an eighth of its size: all of its data is read, a small part of the memory is needed.
    """
    with _opened(kind, data) as image:
        if kind == "jpeg":
            image.draft(None, (max(image.width // 8, 1), max(image.height // 8, 1)))
        for number in range(getattr(image, "n_frames", 1)):
            image.seek(number)
            image.load()


def encoded(kind: str, data: bytes, *, attempt: int = 0) -> bytes:
    """``data`` with its pixels encoded anew: without loss where the format can, else nearly so.

    ``attempt`` above zero gives other bytes for the same picture. Raises ``Malformed``.
    """
    target = BytesIO()
    with _opened(kind, data) as image:
        if kind == "tiff":
            return _pages(image)
        image.load()
        options = {
            "icc_profile": image.info.get("icc_profile"),
            **_OPTIONS[kind](image, data, attempt),
        }
        if kind in ("jpeg", "webp") and (exif := image.info.get("exif")):
            # What was left of it; elsewhere properties turn the picture.
            options["exif"] = exif
        image.save(
            target, _FORMATS[kind], **{name: value for name, value in options.items() if value}
        )
    return target.getvalue()


def _pages(image: TiffImageFile) -> bytes:
    """A TIFF, one page at a time. A picture opened from a file writes that file's tags again; a copy has none."""
    from PIL.TiffImagePlugin import AppendingTiffWriter

    target = BytesIO()
    with AppendingTiffWriter(target) as pages:
        for number in range(image.n_frames):
            image.seek(number)
            image.copy().save(pages, "TIFF", compression="tiff_lzw")
            pages.newFrame()
    return target.getvalue()


def _jpeg(image: PillowImage, data: bytes, attempt: int) -> dict[str, Any]:
    progressive = bool(image.info.get("progressive"))
    if attempt or image.mode == "CMYK":
        return {"quality": 95 - attempt, "progressive": progressive, "optimize": True}
    return {"quality": "keep", "progressive": progressive, "optimize": True}


def _animated(image: PillowImage, data: bytes, attempt: int) -> dict[str, Any]:
    several = getattr(image, "n_frames", 1) > 1
    return {"save_all": several}


def _webp(image: PillowImage, data: bytes, attempt: int) -> dict[str, Any]:
    lossless = b"VP8L" in data and b"VP8 " not in data
    return {
        "lossless": lossless,
        "exact": lossless,
        "quality": 95 - attempt,
        **_animated(image, data, attempt),
    }


def _lossy(image: PillowImage, data: bytes, attempt: int) -> dict[str, Any]:
    return {"quality": 90 - attempt, **_animated(image, data, attempt)}


def _plain(image: PillowImage, data: bytes, attempt: int) -> dict[str, Any]:
    return {}


_OPTIONS = {
    "jpeg": _jpeg,
    "gif": _animated,
    "webp": _webp,
    "avif": _lossy,
    "heic": _lossy,
    "bmp": _plain,
    "ico": _plain,
}


@contextmanager
def _opened(kind: str, source: bytes | IO[bytes]) -> Iterator[Any]:
    """The picture, by the one reader that belongs to ``kind``; whatever goes wrong below is ``Malformed``."""
    from PIL import Image
    from willow.plugins import pillow as _registers_heif  # noqa: F401

    try:
        with warnings.catch_warnings():
            # Of sizes, which are limited in our own way, and of oddities in tags, which are left out.
            warnings.simplefilter("ignore")
            stream = BytesIO(source) if isinstance(source, bytes) else source
            with Image.open(stream, formats=[_FORMATS[kind]]) as image:
                yield image
    except MemoryError:
        raise
    except Exception as error:
        # Readers raise whatever they like: SyntaxError, struct.error, OverflowError, …
        raise Malformed(f"the reader of {kind} gives up ({type(error).__name__})") from error
