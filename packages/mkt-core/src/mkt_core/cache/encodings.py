"""Compressed forms of a response."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator
from functools import lru_cache

try:
    import brotli
except ImportError:  # The extra [brotli] is not installed.
    brotli = None

IDENTITY = "identity"
#: The one that we would rather send comes first.
KNOWN = ("br", "gzip")
#: Below, compression saves nothing.
MIN_BYTES = 200

_GZIP_LEVEL = 6
# Of 11; as fast as gzip and a tenth smaller.
_BROTLI_QUALITY = 5

_COMPRESSIBLE = re.compile(
    r"text/|application/(?:[\w.-]+\+)?(?:json|xml|javascript)\b|image/svg\+xml"
)
_WEIGHT = re.compile(r"\s*q\s*=\s*([0-9.]+)\s*")


@lru_cache(maxsize=256)
def accepted_encodings(header: str) -> tuple[str, ...]:
    """Those of ours that an ``Accept-Encoding`` allows, the preferred one first; not compressed at all is the last."""
    weights: dict[str, float] = {}
    for part in header.lower().split(","):
        name, *parameters = part.split(";")
        weights[name.strip()] = min((_weight(text) for text in parameters), default=1.0)
    fallback = weights.get("*", 0.0)
    found = [(weights.get(name, fallback), -place, name) for place, name in enumerate(KNOWN)]
    ordered = [name for weight, _, name in sorted(found, reverse=True) if weight > 0]
    return (*ordered, IDENTITY)


def _weight(parameter: str) -> float:
    found = _WEIGHT.fullmatch(parameter)
    try:
        return float(found[1]) if found else 1.0
    except ValueError:
        return 0.0


def encoded(body: bytes, content_type: str) -> Iterator[tuple[str, bytes]]:
    """The compressed forms that are worth storing, by their names in ``Content-Encoding``."""
    if len(body) < MIN_BYTES or not _COMPRESSIBLE.match(content_type.lower()):
        return
    forms = [("gzip", gzip.compress(body, _GZIP_LEVEL, mtime=0))]
    if brotli is not None:
        forms.append(("br", brotli.compress(body, quality=_BROTLI_QUALITY)))
    for name, data in forms:
        if len(data) < len(body):
            yield name, data
