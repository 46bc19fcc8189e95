"""The response cache: say what a response is made of, and what has changed."""

from __future__ import annotations

from .api import Cacheable, cache_tags, declared, dont_cache, expire_at, reading, tag
from .purging import purge

__all__ = [
    "Cacheable",
    "cache_tags",
    "declared",
    "dont_cache",
    "expire_at",
    "purge",
    "reading",
    "tag",
]
