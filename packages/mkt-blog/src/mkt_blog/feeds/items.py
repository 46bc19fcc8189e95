"""From posts to items of a feed."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.template.loader import render_to_string
from wagtail import hooks

from .content import feed_html
from .pictures import pictures
from .values import FeedItem, Label, Person, Picture

if TYPE_CHECKING:
    from .source import FeedSource

HOOK = "mkt_blog_feed_item"


def feed_items(source: FeedSource, posts: list[Any]) -> Iterator[FeedItem]:
    """An item for each post, as the hooks leave it. No query but those of templates and hooks."""
    found = pictures(posts, source.base_url)
    functions = hooks.get_hooks(HOOK)
    for post in posts:
        item: FeedItem | None = _item(source, post, found.get(post.pk))
        for function in functions:
            item = function(item, post, source.blog, source.request)
            if item is None:
                break
        if item is not None:
            yield item


def post_id(post: Any, language_code: str) -> str:
    """What a post is called in all feeds, for ever: neither its slug, its date nor its place is part of it.

    Translations share a key, so the language makes them different.
    """
    return uuid.uuid5(post.translation_key, language_code).urn


def _item(source: FeedSource, post: Any, picture: Picture | None) -> FeedItem:
    url = post.get_full_url(source.request)
    return FeedItem(
        id=post_id(post, source.language_code),
        url=url,
        title=str(post.title),
        summary=post.summary,
        content=_content(source, post, url) if source.full_text else "",
        published=post.date,
        updated=max(post.updated_at or post.date, post.date),
        authors=[_person(source, author) for author in post.authors],
        labels=list(_labels(source, post)),
        image=picture,
    )


def _content(source: FeedSource, post: Any, url: str) -> str:
    """The main picture and all blocks, as the templates of the blocks show them."""
    context = {
        "page": post,
        "post": post,
        "blog": source.blog,
        "request": source.request,
        # By which a block's template can tell where it is.
        "is_feed": True,
    }
    html = render_to_string("mkt_blog/feed_content.html", context, request=source.request)
    return feed_html(html, url)


def _person(source: FeedSource, author: Any) -> Person:
    return Person(name=author.name, url=source.blog_address("author", {"slug": author.slug}))


def _labels(source: FeedSource, post: Any) -> Iterator[Label]:
    """Categories, the main one first, and tags."""
    main = post.primary_category_id
    categories = sorted(post.category_list, key=lambda category: category.pk != main)
    scheme = f"{source.blog_url}category/"
    for category in categories:
        yield Label(term=category.path, name=category.name, scheme=scheme)
    scheme = f"{source.blog_url}tag/"
    for tag in post.tag_list:
        yield Label(term=tag.slug, name=tag.name, scheme=scheme)
