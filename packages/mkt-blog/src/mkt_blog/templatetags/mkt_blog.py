"""Template tags of the blog."""

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

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
