"""What a page's head says, as code and editors give it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any


@dataclass(frozen=True, kw_only=True, slots=True)
class Crumb:
    """One step of the way to a page; ``url`` may be a path."""

    name: str
    url: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Seo:
    """Values for a head, none of which is required: what is empty (None or "") comes from the next source.

    A view puts one into its context as ``seo``; a page type returns one from ``mkt_core_seo(request)``.
    """

    title: str = ""
    description: str = ""
    # Address or path of the page that search engines shall show instead; for views, where they answer.
    canonical: str = ""
    # The listing's page number, for canonical addresses; with its neighbours' addresses.
    page_number: int | None = None
    previous_url: str = ""
    next_url: str = ""
    noindex: bool | None = None
    # A whole content of <meta name="robots">.
    robots: str = ""
    # A Wagtail image, or an address or the path of a static file.
    image: Any = None
    image_alt: str = ""
    # Open Graph type, with more of its properties: (("article:section", "Travel"), …).
    type: str = ""
    properties: tuple[tuple[str, str], ...] = ()
    # "@name" of who wrote this.
    twitter_creator: str = ""
    # Steps behind the page itself, for what a page shows below its own address.
    crumbs: tuple[Crumb, ...] = ()
    # Nodes of JSON-LD beside those of the site.
    json_ld: tuple[Mapping[str, Any], ...] = ()

    def or_else(self, other: Seo) -> Seo:
        """These values, and those of ``other`` where there are none. A picture's description stays with its picture."""
        mine = {name: getattr(self, name) for name in _NAMES}
        taken = {name: getattr(other, name) for name, value in mine.items() if _is_empty(value)}
        if mine["image"]:
            taken.pop("image_alt", None)
        return Seo(**{**mine, **taken})


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == ()


_NAMES = tuple(field.name for field in fields(Seo))
