"""One address in a sitemap, and how it is written."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from django.utils import timezone

HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"'
    ' xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
)
TAIL = "</urlset>\n"
INDEX_HEAD = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n'
)
INDEX_TAIL = "</sitemapindex>\n"
_PLAIN = re.compile(r"[\w:/.,;~%?=+@!$*()-]*", re.ASCII)
#: The protocol's limit.
MAX_LOCATION_LENGTH = 2047


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute address. ``alternates`` are pairs of a language ("de", "x-default") and an address."""

    location: str
    lastmod: datetime | date | None = None
    images: Sequence[str] = ()
    alternates: Sequence[tuple[str, str]] = ()

    @classmethod
    def from_wagtail(cls, info: dict[str, Any]) -> Url:
        """From an entry of ``Page.get_sitemap_urls()``; ``images`` and ``alternates`` may be in it, too."""
        return cls(
            str(info.get("location") or ""),
            info.get("lastmod"),
            tuple(info.get("images", ())),
            tuple(info.get("alternates", ())),
        )

    @property
    def is_valid(self) -> bool:
        return (
            self.location.startswith(("http://", "https://"))
            and len(self.location) <= MAX_LOCATION_LENGTH
        )

    def xml(self) -> str:
        """``<url>``, in the order of the protocol's schema."""
        images = "".join(
            [
                f"<image:image><image:loc>{_text(image)}</image:loc></image:image>"
                for image in self.images
            ]
        )
        links = "".join(
            [
                f'<xhtml:link rel="alternate" hreflang={quoteattr(language)} href={quoteattr(_clean(url))}/>'
                for language, url in self.alternates
            ]
        )
        lastmod = _lastmod(self.lastmod)
        return f"<url><loc>{_text(self.location)}</loc>{lastmod}{images}{links}</url>\n"


def urlset(urls: Iterable[Url], most: int) -> Iterator[str]:
    """A whole sitemap in pieces, with no more than ``most`` addresses."""
    yield HEAD
    for number, url in enumerate(url for url in urls if url.is_valid):
        if number == most:
            break
        yield url.xml()
    yield TAIL


def sitemap_index(files: Iterable[tuple[str, datetime | date | None]]) -> Iterator[str]:
    """An index of sitemaps: their addresses, and when something in them was changed, if known."""
    yield INDEX_HEAD
    for location, lastmod in files:
        yield f"<sitemap><loc>{_text(location)}</loc>{_lastmod(lastmod)}</sitemap>\n"
    yield INDEX_TAIL


def _lastmod(moment: datetime | date | None) -> str:
    if moment is None:
        return ""
    if isinstance(moment, datetime):
        aware = timezone.make_aware(moment) if moment.utcoffset() is None else moment
        return f"<lastmod>{aware.isoformat(timespec='seconds')}</lastmod>"
    return f"<lastmod>{moment.isoformat()}</lastmod>"


def _text(text: str) -> str:
    # Most addresses have nothing to escape.
    return text if _PLAIN.fullmatch(text) else escape(_clean(text))


def _clean(text: str) -> str:
    if text.isprintable():
        return text
    # Control characters are not allowed in XML, not even escaped.
    return "".join(character for character in text if character >= " ")
