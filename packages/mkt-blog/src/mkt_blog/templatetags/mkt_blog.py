"""Template tags of the blog."""

from typing import Any
from urllib.parse import urlsplit

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from taggit.models import TagBase

from mkt_core.search.ranking import words_of

from ..feeds.kinds import MEDIA_TYPES, feed_path
from ..models import AuthorBase, CategoryBase, SeriesBase
from ..passages import highlighted, passage_of
from ..pictures import picture
from ..popular import popular_posts

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


@register.inclusion_tag("mkt_blog/includes/popular_posts.html", takes_context=True)
def mkt_popular_posts(
    context: dict[str, Any], blog: Any = None, limit: int = 5, days: int = 7
) -> dict[str, Any]:
    """``{% mkt_popular_posts %}``: the posts of the blog that is shown which were viewed most in the last week;
    ``{% mkt_popular_posts blog limit=3 days=30 %}`` on another page: of that blog. Nothing while no app counts views.
    """
    blog = blog or context.get("blog")
    request = context.get("request")
    posts = popular_posts(blog, request, limit=limit, days=days) if blog else []
    return {"popular_posts": posts, "blog": blog, "request": request}


@register.simple_tag
def mkt_picture(image: Any, preset: str = "card", **attributes: Any) -> str:
    """``{% mkt_picture post.hero_image "card" alt="" %}``: a picture in the sizes of a preset.

    Presets are ``card``, ``lead``, ``hero``, ``photo``, ``portrait``, ``body``, ``gallery`` and ``feed``.
    Without an image, nothing.
    """
    return mark_safe(picture(image, preset, **attributes)) if image else ""


@register.filter
def card_image(post: Any) -> Any:
    """``{% with image=post|card_image %}``: the main picture, or else the default one of the blog, or None."""
    return post.hero_image or (post.blog.default_image if post.blog else None)


@register.filter
def web_address(url: str) -> str:
    """``{{ author.url|web_address }}``: the address if a browser may follow it, else nothing."""
    try:
        return url if urlsplit(url or "").scheme in _SCHEMES else ""
    except ValueError:
        return ""


@register.filter
def highlight(text: str, query: str) -> SafeString:
    """``{{ text|highlight:listing.query }}``: the passage around what was found, with ``<mark>``."""
    return highlighted(str(text), words_of(str(query)))


@register.filter
def passage(post: Any, query: str) -> SafeString:
    """``{{ post|passage:listing.query }}``: the passage of the post's summary or text that a search has found."""
    return passage_of(post, words_of(str(query)))


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
