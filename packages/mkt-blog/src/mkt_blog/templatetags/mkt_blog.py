"""Template tags of the blog."""

from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from ..feeds.kinds import MEDIA_TYPES, feed_path

register = template.Library()

# Class of a term -> name of the route that lists it.
_ROUTES = {
    "category": ("category", "path"),
    "author": ("author", "slug"),
    "series": ("series", "slug"),
    "tag": ("tag", "slug"),
}


@register.simple_tag(takes_context=True)
def post_url(context: dict[str, Any], post: Any) -> str:
    """``{% post_url post %}``: address of a post; no query when its site is known."""
    return post.get_url(context.get("request")) or ""


@register.simple_tag(takes_context=True)
def term_url(context: dict[str, Any], blog: Any, term: Any) -> str:
    """``{% term_url blog category %}``: address of a category, author, series or tag in a blog."""
    name, key = _ROUTES[term._meta.model_name]
    return blog.route_url(context.get("request"), name, {key: getattr(term, key)})


@register.simple_tag(takes_context=True)
def blog_url(context: dict[str, Any], blog: Any, name: str) -> str:
    """``{% blog_url blog "search" %}``: address of a route of the blog that takes no argument."""
    return blog.route_url(context.get("request"), name)


@register.simple_tag(takes_context=True)
def feed_link(context: dict[str, Any], listing: Any) -> SafeString | str:
    """``{% feed_link listing %}``: the ``<link>`` by which feed readers find the feed."""
    if not listing.feed_url:
        return ""
    return format_html(
        '<link rel="alternate" type="application/rss+xml" title="{}" href="{}">',
        listing.title,
        listing.feed_url,
    )


@register.simple_tag(takes_context=True)
def feed_links(context: dict[str, Any], subject: Any = None) -> SafeString | str:
    """``{% feed_links %}``: a ``<link>`` to each feed (RSS, Atom, JSON) of the listing that is shown, or of the blog
    whose post is shown; ``{% feed_links blog %}`` on another page: of that blog. No query.
    """
    subject = subject or context.get("listing") or context.get("blog")
    # A listing without a feed (an archive, a search) says so.
    if subject is None or getattr(subject, "feed_url", "") is None:
        return ""
    is_page = hasattr(subject, "get_url")
    url = subject.get_url(context.get("request")) if is_page else subject.url
    return format_html_join(
        "\n",
        '<link rel="alternate" type="{}" title="{}" href="{}">',
        (
            (media_type, subject.title, f"{url}{feed_path(kind)}")
            for kind, media_type in MEDIA_TYPES.items()
        ),
    )
