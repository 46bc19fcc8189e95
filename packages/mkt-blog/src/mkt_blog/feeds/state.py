"""What a feed would say, in so few words that one query finds out whether anything has changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from django.db.models import Aggregate, CharField, F, OuterRef, QuerySet, Subquery, TextField, Value
from django.db.models.functions import MD5, Cast, Coalesce, Concat

from .linked import with_terms

# Goes up when the same posts are written down in another way.
VERSION = 2
# Of a feed in which nothing has ever been.
_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)

_COLUMNS = (
    *("pk", "title", "slug", "url_path", "date", "updated_at", "last_published_at", "subtitle"),
    *("excerpt", "body_summary", "hero_image_id", "hero_alt", "hero_caption", "word_count"),
    *("primary_category_id", "feed_picture", "feed_authors", "feed_categories", "feed_tags"),
)
_BODY = "feed_body"
_MOMENTS = ("date", "updated_at", "last_published_at")


class _Joined(Aggregate):
    """The values of a group in one text, in whatever order the database has them."""

    function = "GROUP_CONCAT"
    output_field = TextField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        template = "STRING_AGG(%(expressions)s, ',')"
        return self.as_sql(compiler, connection, template=template, **context)


def with_state(posts: QuerySet[Any], *, full_text: bool) -> QuerySet[Any]:
    """``posts`` with the columns that ``rows`` and ``row`` read: digests of what a post says and names of what it
    points to. Needs no query of its own.
    """
    model = posts.model
    author_links = model._meta.get_field("author_links").related_model
    annotated = with_terms(posts).annotate(
        feed_picture=F("hero_image__file"),
        feed_authors=_names(
            author_links, "post", Cast("sort_order", CharField()), "author__name", "author__slug"
        ),
    )
    return annotated.annotate(feed_body=MD5(Cast("body", TextField()))) if full_text else annotated


def rows(posts: QuerySet[Any], *, full_text: bool) -> QuerySet[Any, tuple[Any, ...]]:
    """What ``row`` gives of each of ``posts``, which come from ``with_state``; no body leaves the database."""
    return posts.values_list(*_columns(full_text))


def row(post: Any, *, full_text: bool) -> tuple[Any, ...]:
    """The same of a post that ``with_state`` has loaded. No query."""
    return tuple(getattr(post, name) for name in _columns(full_text))


def etag(parts: Sequence[Any], found: Sequence[tuple[Any, ...]]) -> str:
    """A strong ETag of the posts in ``found`` and whatever else is in ``parts``."""
    # What a text points to (a page's address, a picture's file) may change unnoticed; once a day it is looked at anew.
    today = datetime.now(tz=UTC).date()
    text = repr((VERSION, today, *parts, *found))
    digest = hashlib.sha256(text.encode(errors="surrogatepass")).hexdigest()
    return f'"{digest[:32]}"'


def last_modified(blog: Any, found: Sequence[tuple[Any, ...]]) -> datetime:
    """When a post was published or fell due last, or the blog page was changed, in UTC."""
    positions = [_COLUMNS.index(name) for name in _MOMENTS]
    moments = [
        blog.last_published_at,
        *(post[position] for post in found for position in positions),
    ]
    newest = max(filter(None, moments), default=_BEGINNING)
    return newest.astimezone(UTC).replace(microsecond=0)


def _columns(full_text: bool) -> tuple[str, ...]:
    return (*_COLUMNS, _BODY) if full_text else _COLUMNS


def _names(link: Any, post_field: str, *names: Any) -> Any:
    """What a post is linked to, from a query inside the query."""
    parts: list[Any] = []
    for name in names:
        parts += [name, Value("\x1f")]
    label = Concat(*parts, output_field=TextField())
    links = link._default_manager.filter(**{post_field: OuterRef("pk")}).order_by()
    joined = links.values(post_field).annotate(names=_Joined(label)).values("names")
    return Coalesce(Subquery(joined), Value(""), output_field=TextField())
