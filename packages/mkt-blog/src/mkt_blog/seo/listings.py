"""Which listings a blog has."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max

from mkt_core.seo.addresses import Addresses
from mkt_core.seo.sitemaps.pictures import image_urls

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ..models import BlogIndexMixin

_LATEST = (Max("last_published_at"), Max("date"))


@dataclass(frozen=True, kw_only=True, slots=True)
class Listed:
    """A term that has posts: the name of the route to it, its arguments, and what changes its page."""

    route: str
    kwargs: dict[str, str]
    changed: datetime | None
    image_id: Any = None


def sitemap_urls(
    blog: BlogIndexMixin, request: HttpRequest | None, own: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """The entries of the blog page itself, changed by its newest post, and those of its listings. No entries of the
    page means that nothing of it is listed.
    """
    if not own:
        return []
    moments = blog.posts().order_by().aggregate(*_LATEST).values()
    for entry in own:
        entry["lastmod"] = _newest(entry.get("lastmod"), *moments)
    return [*own, *listing_urls(blog, request)]


def listing_urls(blog: BlogIndexMixin, request: HttpRequest | None) -> Iterator[dict[str, Any]]:
    """Listings of categories, tags, authors and series that hold posts, as Wagtail's sitemaps want them.

    Queries: one for each of the four, one for view restrictions, and one for pictures if there are any.
    """
    base = blog.get_full_url(request)
    listed = list(_listed(blog))
    rows = [
        {"pk": number, "image_id": term.image_id, "url_path": blog.url_path}
        for number, term in enumerate(listed)
    ]
    images = image_urls(rows, ["image"], Addresses(request))
    for number, term in enumerate(listed):
        path = blog.reverse_subpage(term.route, kwargs=term.kwargs)
        entry = {"location": f"{base}{path}", "lastmod": term.changed}
        yield entry | ({"images": images[number]} if number in images else {})


def _listed(blog: BlogIndexMixin) -> Iterator[Listed]:
    posts = blog.posts().order_by()
    locale = blog.locale_id

    def found(route: str, name: str, term: str, image: str = "", **conditions: Any) -> list[Listed]:
        fields = [f"{term}__{name}", *([f"{term}__{image}_id"] if image else [])]
        chosen = posts.filter(**{f"{term}__isnull": False}, **conditions)
        rows = chosen.values_list(*fields).annotate(*_LATEST).order_by(fields[0])
        return [
            Listed(
                route=route,
                kwargs={name: row[0]},
                changed=_newest(*row[-2:]),
                image_id=row[1] if image else None,
            )
            for row in rows
        ]

    yield from with_ancestors(
        found("category", "path", "categories", "image", categories__locale=locale)
    )
    yield from found("tag", "slug", "tags")
    author = "author_links__author"
    yield from found("author", "slug", author, "photo", **{f"{author}__locale": locale})
    yield from found("series", "slug", "series", "image", series__locale=locale)


def with_ancestors(categories: list[Listed]) -> list[Listed]:
    """The same with the categories above, which list what is below them, in the order of their paths."""
    known = {category.kwargs["path"]: category for category in categories}
    for category in categories:
        steps = category.kwargs["path"].split("/")
        for length in range(1, len(steps)):
            path = "/".join(steps[:length])
            above = known.get(path) or Listed(route="category", kwargs={"path": path}, changed=None)
            known[path] = replace(above, changed=_newest(above.changed, category.changed))
    return [known[path] for path in sorted(known)]


def _newest(*moments: datetime | None) -> datetime | None:
    return max(filter(None, moments), default=None)
