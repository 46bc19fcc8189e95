"""Which listings a blog has."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Max

if TYPE_CHECKING:
    from django.http import HttpRequest

    from ..models import BlogIndexMixin


def listing_urls(blog: BlogIndexMixin, request: HttpRequest | None) -> Iterator[dict[str, Any]]:
    """Listings of categories, tags, authors and series that hold posts, as Wagtail's sitemaps want them.

    Queries: one for each of the four, and one for view restrictions.
    """
    base = blog.get_full_url(request)
    for name, key, values in _listed_terms(blog):
        for value, changed in sorted(values.items()):
            path = blog.reverse_subpage(name, kwargs={key: value})
            yield {"location": f"{base}{path}", "lastmod": changed}


def _listed_terms(
    blog: BlogIndexMixin,
) -> Iterator[tuple[str, str, dict[str, datetime | None]]]:
    posts = blog.posts().order_by()
    locale = blog.locale_id

    def latest(field: str, **conditions: Any) -> dict[str, datetime | None]:
        found = posts.filter(**{f"{field}__isnull": False}, **conditions)
        return dict(found.values_list(field).annotate(Max("last_published_at")))

    categories = latest("categories__path", categories__locale=locale)
    yield "category", "path", with_ancestors(categories)
    yield "tag", "slug", latest("tags__slug")
    author = "author_links__author"
    yield "author", "slug", latest(f"{author}__slug", **{f"{author}__locale": locale})
    yield "series", "slug", latest("series__slug", series__locale=locale)


def with_ancestors(changed: dict[str, datetime | None]) -> dict[str, datetime | None]:
    """The same for the categories above as well, which list what is below them."""
    found: dict[str, datetime | None] = {}
    for path, moment in changed.items():
        steps = path.split("/")
        for length in range(1, len(steps) + 1):
            above = "/".join(steps[:length])
            known = found.get(above)
            found[above] = max(filter(None, (known, moment)), default=None)
    return found
