"""Posts and listings in the words of schema.org. ``mkt_core.seo`` writes them into the page, escaped."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from wagtail import hooks

from mkt_core.seo.json_ld import organization_id

from .people import authors_of, profile

if TYPE_CHECKING:
    from django.http import HttpRequest

    from mkt_core.seo.head import Head

    from ..listing import Listing
    from ..models import BlogIndexMixin, PostBase, SeriesBase

Node = dict[str, Any]

HOOK = "mkt_blog_json_ld"
# Search engines cut headlines of articles there.
MAX_HEADLINE = 110


def post_nodes(post: PostBase, request: HttpRequest | None, head: Head) -> list[Node]:
    """A post as BlogPosting, as the hooks ``mkt_blog_json_ld`` leave it. No query after ``post_context()`` but theirs.

    A hook gets the node, the post and the request, and returns a node, or None for none at all. What it raises is
    raised here.
    """
    node: Node | None = _post_node(post, request, head)
    for function in hooks.get_hooks(HOOK):
        node = function(node, post, request)
        if node is None:
            return []
    return [node] if node is not None else []


def blog_nodes(blog: BlogIndexMixin, request: HttpRequest | None, head: Head) -> list[Node]:
    """The blog and, on a page of one of its listings, that listing. One query on an author's page, for the links."""
    nodes = [_blog_node(blog, request, head)]
    shown = getattr(blog, "shown_listing", None)
    if shown is not None and shown["listing"].axis != "index":
        nodes.append(_listing_node(blog, request, head, shown))
    return nodes


def _post_node(post: PostBase, request: HttpRequest | None, head: Head) -> Node:
    category = post.main_category
    categories = sorted(post.category_list, key=lambda found: found != category)
    return _without_empty(
        {
            "@type": "BlogPosting",
            "@id": f"{head.canonical}#post",
            "headline": str(post)[:MAX_HEADLINE],
            "alternativeHeadline": post.subtitle,
            "description": head.description,
            "url": head.canonical,
            "mainEntityOfPage": head.canonical,
            "image": _images(head),
            "datePublished": post.date.isoformat(),
            "dateModified": max(post.updated_at or post.date, post.date).isoformat(),
            "inLanguage": head.language_code,
            "wordCount": post.word_count or None,
            "timeRequired": f"PT{post.reading_minutes}M" if post.word_count else None,
            "author": authors_of(post, request, head),
            "publisher": {"@id": organization_id(head.root_url)},
            "articleSection": [found.name for found in categories],
            "keywords": [tag.name for tag in post.tag_list],
            "isPartOf": list(_wholes(post, request, head)),
            "position": post.series_position if post.series else None,
        }
    )


def _wholes(post: PostBase, request: HttpRequest | None, head: Head) -> Iterator[Node]:
    """What a post is a part of."""
    blog = post.blog
    if blog is None:
        return
    yield _blog_node(blog, request, head, brief=True)
    if post.series:
        url = _absolute(blog.route_url(request, "series", {"slug": post.series.slug}), head)
        yield _series_node(post.series, url)


def _blog_node(
    blog: BlogIndexMixin, request: HttpRequest | None, head: Head, *, brief: bool = False
) -> Node:
    url = _absolute(blog.get_url(request), head)
    node = {"@type": "Blog", "@id": f"{url}#blog", "url": url, "name": blog.title}
    if brief:
        return node
    publisher = {"@id": organization_id(head.root_url)}
    more = {"description": blog.intro, "inLanguage": head.language_code, "publisher": publisher}
    return _without_empty({**node, **more})


def _listing_node(
    blog: BlogIndexMixin, request: HttpRequest | None, head: Head, shown: dict[str, Any]
) -> Node:
    """A page of a listing: of a person, of a series, or just of posts."""
    listing: Listing = shown["listing"]
    if listing.axis == "author":
        return profile(listing.object, blog, request, head)
    posts = _posts(shown["posts"], request, head)
    if listing.axis == "series":
        whole = _series_node(listing.object, _absolute(listing.url, head))
        more = {"inLanguage": head.language_code, "image": _images(head), "hasPart": posts}
        return _without_empty({**whole, **more})
    items = [
        {"@type": "ListItem", "position": position, "url": post["url"]}
        for position, post in enumerate(posts, start=shown["posts"].start_index())
    ]
    return _without_empty(
        {
            "@type": "CollectionPage",
            "@id": f"{head.canonical}#page",
            "url": head.canonical,
            "name": head.title,
            "description": listing.description,
            "image": _images(head),
            "inLanguage": head.language_code,
            "isPartOf": _blog_node(blog, request, head, brief=True),
            "mainEntity": {"@type": "ItemList", "itemListElement": items},
        }
    )


def _posts(posts: Iterable[PostBase], request: HttpRequest | None, head: Head) -> list[Node]:
    return [
        _without_empty(
            {
                "@type": "BlogPosting",
                "headline": str(post)[:MAX_HEADLINE],
                "url": _absolute(post.get_url(request), head),  # type: ignore[attr-defined]
                "position": post.series_position,
            }
        )
        for post in posts
    ]


def _series_node(series: SeriesBase, url: str) -> Node:
    node = {"@type": "CreativeWorkSeries", "@id": f"{url}#series", "url": url, "name": str(series)}
    return _without_empty({**node, "description": series.description})


def _images(head: Head) -> list[Node]:
    image = head.image
    if image is None:
        return []
    size = {"width": image.width, "height": image.height}
    return [_without_empty({"@type": "ImageObject", "url": image.url, **size})]


def _absolute(url: str | None, head: Head) -> str:
    return urljoin(f"{head.root_url}/", url or "")


def _without_empty(node: Node) -> Node:
    return {name: value for name, value in node.items() if value not in ("", [], None)}
