"""Template tags of the blog."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from taggit.models import TagBase

from ..models import AuthorBase, CategoryBase, SeriesBase
from ..passages import highlighted
from ..pictures import picture
from ..search import words_of

register = template.Library()

_SCHEMES = frozenset({"http", "https", "mailto"})

# Class of a term -> name of the route that lists it, and the field that stands in its address.
_ROUTES: tuple[tuple[type, str, str], ...] = (
    (CategoryBase, "category", "path"),
    (AuthorBase, "author", "slug"),
    (SeriesBase, "series", "slug"),
    (TagBase, "tag", "slug"),
)


@register.simple_tag(takes_context=True)
def post_url(context: dict[str, Any], post: Any) -> str:
    """``{% post_url post %}``: address of a post; no query when its site is known."""
    return post.get_url(context.get("request")) or ""


@register.simple_tag(takes_context=True)
def term_url(context: dict[str, Any], blog: Any, term: Any) -> str:
    """``{% term_url blog category %}``: address of a category, author, series or tag in a blog."""
    for kind, name, key in _ROUTES:
        if blog and isinstance(term, kind):
            return blog.route_url(context.get("request"), name, {key: getattr(term, key)})
    return ""


@register.simple_tag(takes_context=True)
def blog_url(context: dict[str, Any], blog: Any, name: str) -> str:
    """``{% blog_url blog "search" %}``: address of a route of the blog that takes no argument."""
    return blog.route_url(context.get("request"), name) if blog else ""


@register.simple_tag
def mkt_picture(image: Any, preset: str = "card", **attributes: Any) -> str:
    """``{% mkt_picture post.hero_image "card" alt="" %}``: a picture in the sizes of a preset.

    Presets are ``card``, ``lead``, ``hero``, ``photo``, ``portrait``, ``body`` and ``gallery``.
    Without an image, nothing.
    """
    return mark_safe(picture(image, preset, **attributes)) if image else ""


@register.filter
def card_image(post: Any) -> Any:
    """``{% with image=post|card_image %}``: the main picture, or else the default one of the blog, or None."""
    return post.hero_image or (post.blog.default_image if post.blog else None)


@register.filter
def main_category(post: Any) -> Any:
    """``{% with category=post|main_category %}``: what the editor chose, or else the first category, or None."""
    return post.primary_category or next(iter(post.category_list), None)


@register.filter
def web_address(url: str) -> str:
    """``{{ author.url|web_address }}``: the address if a browser may follow it, else nothing."""
    try:
        return url if urlsplit(url or "").scheme in _SCHEMES else ""
    except ValueError:
        return ""


@register.filter
def highlight(text: str, query: str) -> SafeString:
    """``{{ post.summary|highlight:listing.query }}``: the passage around what was found, with ``<mark>``."""
    return highlighted(str(text), words_of(str(query)))


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
