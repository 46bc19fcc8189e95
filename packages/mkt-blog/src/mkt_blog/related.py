"""Which posts stand around a post: before and after it, in its series, and like it; all in one statement."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import router
from django.db.models import QuerySet
from django.utils import timezone

from mkt_core.cache import reading
from mkt_core.cache.collector import current_collector

from .querysets import Spot
from .related_statement import (
    CHOSEN,
    DUE,
    LIKE,
    NEXT,
    PREVIOUS,
    RELATED_POSTS,
    SERIES,
    TAG,
    AroundStatement,
    usual_statement,
)
from .remembered import keep, recall
from .visible import is_changed_by_hooks, is_ours, moment_of, tell_when_next_is_due, waiting

if TYPE_CHECKING:
    from django.http import HttpRequest


@dataclass
class Around:
    """Primary keys of posts; tags of the post itself as (key, name, slug)."""

    previous: list[int] = field(default_factory=list)
    next: list[int] = field(default_factory=list)
    series: list[int] = field(default_factory=list)
    related: list[int] = field(default_factory=list)
    tags: list[tuple[int, str, str]] = field(default_factory=list)
    # When another post of the blog becomes visible.
    due: datetime | None = None

    @property
    def posts(self) -> set[int]:
        return {*self.previous, *self.next, *self.series, *self.related}


def around(post: Any, request: "HttpRequest | None") -> Around:
    """What stands around a saved post of a blog. One query, none when it is remembered.

    Related are first the posts that an editor has chosen, then those that share categories, tags and the series. What
    is shared counts for one divided by how many published posts of the blog have it, so that two posts with a rare
    tag in common are closer than two of the category that everything is in.
    """
    key = f"around:{post._meta.label_lower}:{post.pk}"
    if is_changed_by_hooks() or getattr(request, "is_preview", False):
        return _sorted_out(_rows(post, request))
    known = recall(key)
    if key in known:
        return Around(**known[key])
    found = _sorted_out(_rows(post, request))
    keep({key: vars(found)}, since=known, until=found.due)
    return found


def _sorted_out(rows: list[Any]) -> Around:
    by_kind: dict[int, list[Any]] = defaultdict(list)
    for kind, key, rank, label, slug in rows:
        by_kind[kind].append((rank, key, label, slug))

    def keys(kind: int) -> list[int]:
        return [row[1] for row in sorted(by_kind[kind])]

    related = list(dict.fromkeys([*keys(CHOSEN), *keys(LIKE)]))
    return Around(
        previous=keys(PREVIOUS),
        next=keys(NEXT),
        series=keys(SERIES),
        related=related[: max(RELATED_POSTS, len(by_kind[CHOSEN]))],
        tags=[row[1:] for row in sorted(by_kind[TAG])],
        due=next((moment_of(row[2]) for row in by_kind[DUE] if row[2]), None),
    )


def _rows(post: Any, request: "HttpRequest | None") -> list[Any]:
    """The rows of an ``AroundStatement``."""
    blog, now = post.blog, timezone.now()
    model: Any = type(post)
    in_series = post.series_id is not None
    if is_ours(blog, model):
        tell_when_next_is_due(blog, model)
        statement = usual_statement(
            router.db_for_read(model), model, Spot.of(blog), in_series=in_series
        )
    else:
        visible, later = blog.posts(model, request), waiting(blog, model, at=now)
        statement = AroundStatement(visible, later, in_series=in_series)
    with reading(*_read_by_hand(post, request, now)):
        return statement.rows(post, now)


def _read_by_hand(
    post: Any, request: "HttpRequest | None", now: datetime
) -> "Iterator[QuerySet[Any]]":
    """What the statement reads, for mkt_core's response cache; made only where something is cached."""
    if current_collector() is None:
        return
    model = type(post)
    yield post.blog.posts(model, request).order_by().values("pk", "date")
    yield waiting(post.blog, model, at=now).values("pk", "date")
    yield post.related_links.model.objects.filter(post=post).values()
    if post.series_id:
        mates = model._base_manager.filter(series=post.series_id)
        yield mates.values("pk", "series_position", "date")


def note_terms(post: Any) -> None:
    """Tell mkt_core's response cache of the categories and tags that ``around`` has compared. No query where those of
    the post are loaded by now.
    """
    if current_collector() is None:
        return
    model = type(post)
    categories: Any = model._meta.get_field("categories")
    links = categories.remote_field.through.objects
    names = categories.m2m_reverse_field_name(), categories.m2m_field_name()
    mine = [category.pk for category in post.category_list]
    tagged = model._meta.get_field("tags").remote_field.through.objects
    tags = [tag.pk for tag in post.tag_list]
    with reading(
        links.filter(**{f"{names[0]}__in": mine}).values(*names),
        tagged.filter(tag__in=tags).values("content_object", "tag"),
    ):
        pass
