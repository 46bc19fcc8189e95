"""The headings of a body and the anchors by which they are linked to."""

from collections.abc import Iterable, Iterator
from typing import Any, TypedDict

from django.utils.text import slugify

# For headings of which nothing can stand in a slug, "!!!".
FALLBACK = "section"


class Heading(TypedDict):
    """One entry of a post's table of contents."""

    level: int
    text: str
    anchor: str


def headings(body: Any) -> list[Heading]:
    """The heading blocks of a body that have a text, in order. Those inside of other blocks are not among them."""
    found = [value for value in heading_values(body) if _text(value)]
    anchors = unique_anchors(_text(value) for value in found)
    return [
        {"level": level_of(value), "text": _text(value), "anchor": anchor}
        for value, anchor in zip(found, anchors, strict=True)
    ]


def unique_anchors(texts: Iterable[str]) -> Iterator[str]:
    """The slug of each text, in any script; ``-2``, ``-3`` … is appended to what was there before. No text, no anchor.

    The same texts in the same order always give the same anchors.
    """
    taken: set[str] = set()
    for text in texts:
        if not text.strip():
            yield ""
            continue
        base = anchor = slugify(text, allow_unicode=True) or FALLBACK
        number = 1
        while anchor in taken:
            number += 1
            anchor = f"{base}-{number}"
        taken.add(anchor)
        yield anchor


def heading_values(body: Any) -> list[Any]:
    """The values of the heading blocks of a body."""
    from .blocks import HeadingBlock

    return [child.value for child in body or [] if isinstance(child.block, HeadingBlock)]


def level_of(value: Any) -> int:
    """2 for ``"h2"``; 2 for what is no level."""
    level = str(value.get("level") or "")
    return int(level[1]) if level in {"h2", "h3", "h4"} else 2


def _text(value: Any) -> str:
    return " ".join(str(value.get("text") or "").split())
