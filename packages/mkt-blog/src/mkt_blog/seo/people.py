"""Authors in the words of schema.org."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from django.db.models import prefetch_related_objects

from mkt_core.seo.json_ld import organization_id

if TYPE_CHECKING:
    from django.http import HttpRequest

    from mkt_core.seo.head import Head

    from ..models import AuthorBase, BlogIndexMixin, PostBase


def authors_of(post: PostBase, request: HttpRequest | None, head: Head) -> list[dict[str, Any]]:
    """The authors of a post, or whoever publishes the site. No query where the authors are loaded."""
    people = [person(author, post.blog, request, head) for author in post.authors]
    if people or not head.site_name:
        return people
    publisher = {"@id": organization_id(head.root_url), "name": head.site_name}
    return [{"@type": "Organization", **publisher, "url": f"{head.root_url}/"}]


def person(
    author: AuthorBase, blog: BlogIndexMixin | None, request: HttpRequest | None, head: Head
) -> dict[str, Any]:
    """An author; elsewhere on the web only as far as that is loaded. No query."""
    node: dict[str, Any] = {"@type": "Person", "name": author.name, "jobTitle": author.role}
    if blog is not None:
        url = blog.route_url(request, "author", {"slug": author.slug})
        node["url"] = urljoin(f"{head.root_url}/", url)
        node["@id"] = f"{node['url']}#person"
    node["sameAs"] = _elsewhere(author)
    return {name: value for name, value in node.items() if value not in ("", [])}


def profile(
    author: AuthorBase, blog: BlogIndexMixin, request: HttpRequest | None, head: Head
) -> dict[str, Any]:
    """The page about an author. One query for the links, unless they are loaded."""
    if _has_links(author):
        prefetch_related_objects([author], "links")
    about = person(author, blog, request, head)
    if author.bio:
        about["description"] = author.bio
    if head.image and author.photo_id:
        about["image"] = head.image.url
    return {
        "@type": "ProfilePage",
        "@id": f"{head.canonical}#page",
        "url": head.canonical,
        "name": head.title,
        "inLanguage": head.language_code,
        "mainEntity": about,
    }


def _elsewhere(author: AuthorBase) -> list[str]:
    """Addresses of the same person, only of http and https, each once."""
    urls = [author.url]
    if _has_links(author) and "links" in getattr(author, "_prefetched_objects_cache", {}):
        urls += [link.url for link in author.links.all()]
    return [url for url in dict.fromkeys(urls) if _is_web(url)]


def _has_links(author: AuthorBase) -> bool:
    # An author class of the site's own may have none.
    return hasattr(type(author), "links")


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)
