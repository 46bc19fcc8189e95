"""What search engines and social networks are told about posts and listings, through ``mkt_core.seo``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from django.db.models import Max
from django.utils.translation import gettext as _

from mkt_core.seo import Crumb, Seo
from mkt_core.seo.json_ld import organization_id

if TYPE_CHECKING:
    from django.core.paginator import Page
    from django.http import HttpRequest

    from mkt_core.seo.head import Head

    from .listing import Listing
    from .models import BlogIndexMixin, CategoryBase, PostBase

# Search engines cut headlines of articles there.
MAX_HEADLINE = 110


def post_seo(post: PostBase) -> Seo:
    """A post where its editor has said nothing. No query after ``post_context()``."""
    properties = [("article:published_time", post.date.isoformat())]
    if post.updated_at:
        properties.append(("article:modified_time", post.updated_at.isoformat()))
    if post.pk is not None:
        properties += [("article:section", category.name) for category in post.category_list[:1]]
        properties += [("article:tag", tag.name) for tag in post.tag_list]
    return Seo(
        description=post.summary,
        image=post.hero_image,
        image_alt=post.hero_alt,
        type="article",
        properties=tuple(properties),
    )


def post_node(post: PostBase, request: HttpRequest | None, head: Head) -> dict[str, Any]:
    """A post as schema.org's BlogPosting. No query after ``post_context()``."""
    node: dict[str, Any] = {
        "@type": "BlogPosting",
        "@id": f"{head.canonical}#post",
        "headline": str(post)[:MAX_HEADLINE],
        "description": head.description,
        "url": head.canonical,
        "mainEntityOfPage": head.canonical,
        "datePublished": post.date.isoformat(),
        "dateModified": (post.updated_at or post.date).isoformat(),
        "inLanguage": head.language_code,
        "wordCount": post.word_count,
        "author": [_person(post, author, request, head) for author in post.authors],
        "publisher": {"@id": organization_id(head.root_url)},
        "articleSection": [category.name for category in post.category_list],
        "keywords": [tag.name for tag in post.tag_list],
    }
    if head.image:
        node["image"] = {
            "@type": "ImageObject",
            "url": head.image.url,
            "width": head.image.width,
            "height": head.image.height,
        }
    return {name: value for name, value in node.items() if value not in ("", [], None)}


def blog_node(blog: BlogIndexMixin, request: HttpRequest | None, head: Head) -> dict[str, Any]:
    """A blog as schema.org's Blog."""
    url = urljoin(f"{head.root_url}/", blog.get_url(request) or "")
    return {
        "@type": "Blog",
        "@id": f"{url}#blog",
        "url": url,
        "name": blog.title,
        "inLanguage": head.language_code,
        "publisher": {"@id": organization_id(head.root_url)},
    }


def listing_seo(context: dict[str, Any]) -> Seo:
    """A page of a listing, from its template context. Results of a search are not to be found themselves, nor is a
    listing without posts.
    """
    listing: Listing = context["listing"]
    posts: Page = context["posts"]
    neighbours = Seo(
        page_number=posts.number,
        previous_url=context["previous_url"] or "",
        next_url=context["next_url"] or "",
    )
    if listing.axis == "index":
        # The blog page itself, whose editor has the say; its further pages are called by their numbers.
        title = paged_title(listing.title, posts.number) if posts.number > 1 else ""
        return Seo(title=title).or_else(neighbours)
    own = Seo(
        title=paged_title(listing.title, posts.number),
        description=listing.description if posts.number == 1 else "",
        canonical=context["listing_url"],
        noindex=True if listing.axis == "search" or not posts.object_list else None,
        image=getattr(listing.object, "photo", None),
        type="profile" if listing.axis == "author" else "",
        crumbs=tuple(_crumbs(listing, context["categories"])),
    )
    return own.or_else(neighbours)


def paged_title(title: str, number: int) -> str:
    """``title``, with the number of a further page."""
    return f"{title} – {_('page %(number)s') % {'number': number}}" if number > 1 else title


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


def _person(post: PostBase, author: Any, request: Any, head: Head) -> dict[str, Any]:
    person = {"@type": "Person", "name": author.name}
    if post.blog is not None:
        url = post.blog.route_url(request, "author", {"slug": author.slug})
        person["url"] = urljoin(f"{head.root_url}/", url)
    return person


def _crumbs(listing: Listing, categories: list[CategoryBase]) -> Iterator[Crumb]:
    """The categories above the one that is listed, from the root down, and what is listed."""
    if listing.axis == "category":
        yield from _category_crumbs(listing, categories)
    yield Crumb(name=listing.title, url=listing.url)


def _category_crumbs(listing: Listing, categories: list[Any]) -> Iterator[Crumb]:
    for category in categories:
        if category != listing.object and listing.object.path.startswith(f"{category.path}/"):
            yield Crumb(name=category.name, url=category.url)
            yield from _category_crumbs(listing, category.children_list)
