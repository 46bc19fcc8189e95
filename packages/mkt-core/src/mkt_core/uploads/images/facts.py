"""What a format's reader finds, and what it keeps."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ImageFacts:
    """Of a file's header, without decoding: size in pixels (as stored, not turned), and the number of frames."""

    width: int
    height: int
    frames: int = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """What is left of the metadata: EXIF orientation (1 to 8), and the two lines of text if they are wanted."""

    orientation: int = 1
    artist: str = ""
    copyright: str = ""

    def __bool__(self) -> bool:
        return self.orientation != 1 or bool(self.artist or self.copyright)
