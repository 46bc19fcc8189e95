"""Reading the posts of a feed, in a number of queries that their number does not change."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.html import format_html
from wagtail.blocks import StreamValue
from wagtail.blocks.list_block import ListValue
from wagtail.embeds.blocks import EmbedValue
from wagtail.images.models import AbstractImage
from wagtail.rich_text import RichText, expand_db_html

from ..listed import Chosen, ListedPosts
from ..pictures import prefetch_renditions
from ..post_terms import load_authors
from ..prepared import PreparedQuery
from ..querysets import has_languages
from . import state
from .linked import fill_terms

# Stands between the texts of several blocks while the links in all of them are looked up together.
_BOUNDARY = "<!--mkt-blog-feed-boundary-->"


def newest(posts: QuerySet[Any], limit: int) -> QuerySet[Any]:
    """The ``limit`` newest of a listing's posts, with nothing that the listing has wanted of them."""
    wanted = posts.newest_first().values("pk")[:limit]  # type: ignore[attr-defined]
    return posts.model._default_manager.filter(pk__in=wanted).order_by("-date", "-pk")


def feed_posts(posts: Any, limit: int, *, full_text: bool) -> QuerySet[Any]:
    """The ``limit`` newest of a listing's posts, with what stands in their own rows."""
    found: Any = state.with_state(newest(posts, limit), full_text=full_text)
    return found.with_joined() if full_text else found.with_pictures()


def _feed(
    model: Any,
    chosen: Chosen,
    with_locale: bool,
    limit: int,
    full_text: bool,
    *,
    now: datetime,
    **values: Any,
) -> QuerySet[Any]:
    posts = chosen.of(model.objects.published_in(chosen.blog, at=now), values)
    return feed_posts(posts, limit, full_text=full_text)


def _states(
    model: Any, chosen: Chosen, limit: int, full_text: bool, *, now: datetime, **values: Any
) -> QuerySet[Any]:
    posts = chosen.of(model.objects.published_in(chosen.blog, at=now), values)
    return _only_states(posts, limit, full_text=full_text)


def _only_states(posts: Any, limit: int, *, full_text: bool) -> QuerySet[Any]:
    found = state.with_state(newest(posts, limit), full_text=full_text)
    return state.rows(found, full_text=full_text)


POSTS = PreparedQuery(_feed)
STATES = PreparedQuery(_states)


def state_rows(posts: Any, limit: int, *, full_text: bool) -> list[tuple[Any, ...]]:
    """What would be in a feed of a listing's posts, in the fewest words (see ``state``). One query."""
    if isinstance(posts, ListedPosts):
        return posts.prepared(STATES, limit, full_text)
    return list(_only_states(posts, limit, full_text=full_text))


def load(posts: Any, limit: int, *, full_text: bool) -> list[Any]:
    """The ``limit`` newest of a listing's posts with all that a feed says of them.

    Queries: posts with their pictures, categories and tags; authors; renditions of all pictures. With the full text one
    more for each type of block that holds pictures or pages, and two for links to pages in running text.
    """
    if isinstance(posts, ListedPosts):
        loaded = posts.prepared(POSTS, has_languages(), limit, full_text)
    else:
        loaded = list(feed_posts(posts, limit, full_text=full_text))
    load_authors(loaded)
    fill_terms(loaded)
    images = [post.hero_image for post in loaded if post.hero_image_id]
    if full_text:
        images += load_bodies(loaded)
    prefetch_renditions(images)
    return loaded


def load_bodies(posts: Sequence[Any]) -> list[AbstractImage]:
    """Convert the bodies of all posts at once, and return the pictures in them.

    Wagtail would otherwise look up pictures post by post and linked pages text by text.
    """
    if not posts:
        return []
    block = posts[0]._meta.get_field("body").stream_block
    values = block.bulk_to_python([list(post.body.raw_data) for post in posts])
    for post, value in zip(posts, values, strict=True):
        post.body = value
    found = [leaf for value in values for leaf in _leaves(value)]
    _expand([leaf for leaf in found if isinstance(leaf, RichText)])
    for leaf in found:
        if isinstance(leaf, EmbedValue):
            _replace_by_link(leaf)
    return [leaf for leaf in found if isinstance(leaf, AbstractImage)]


def _leaves(value: Any) -> Iterator[Any]:
    """All that is in a value of a block and not made of blocks itself."""
    if isinstance(value, StreamValue):
        for child in value:
            yield from _leaves(child.value)
    elif isinstance(value, ListValue):
        for item in value:
            yield from _leaves(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _leaves(item)
    else:
        yield value


def _expand(texts: list[RichText]) -> None:
    """Put the addresses of pages and documents into all texts; what is done already is not done again."""
    together = expand_db_html(_BOUNDARY.join(text.source for text in texts)).split(_BOUNDARY)
    if len(together) == len(texts):
        for text, source in zip(texts, together, strict=True):
            text.source = source


def _replace_by_link(embed: EmbedValue) -> None:
    # Most readers show no frames of others, and asking for each would cost a query or a request.
    embed.__dict__["html"] = format_html('<p><a href="{0}">{0}</a></p>', embed.url)
