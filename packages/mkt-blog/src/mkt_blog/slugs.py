"""Slugs: which ones the blog's own routes need, and how a free one is found."""

import re
from collections.abc import Callable

from django.utils.text import slugify

ROUTE_NAMES = frozenset({"category", "tag", "author", "series", "search", "feed"})
_YEAR = re.compile(r"\d{4}")


def is_reserved(slug: str) -> bool:
    """Whether a post with this slug would be hidden by a route of its blog.

    Reserved are the first path segments of the routes (``category``, ``feed`` …) and four
    digits, which are a year's archive.
    """
    return slug in ROUTE_NAMES or _YEAR.fullmatch(slug) is not None


def free_slug(
    text: str, is_taken: Callable[[str], bool], *, fallback: str, max_length: int = 255
) -> str:
    """A slug made of ``text`` that is not taken, with ``-2``, ``-3`` … appended where needed.

    Letters of every script are kept. ``fallback`` is used when nothing of ``text`` can stand
    in a slug. Calls ``is_taken`` once for each candidate.
    """
    base = (slugify(text, allow_unicode=True) or fallback)[:max_length]
    candidate, number = base, 1
    while is_taken(candidate):
        number += 1
        suffix = f"-{number}"
        candidate = f"{base[: max_length - len(suffix)]}{suffix}"
    return candidate
