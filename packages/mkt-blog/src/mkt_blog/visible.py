"""Which posts of a blog readers see: one place for listings, counts, neighbours, search and feeds."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import Min, QuerySet
from django.utils import timezone
from wagtail import hooks
from wagtail.models import PageManager

from mkt_core.cache import expire_at
from mkt_core.cache.collector import current_collector

from .prepared import PreparedQuery, Value
from .querysets import PostQuerySet, Spot, has_languages

if TYPE_CHECKING:
    from django.http import HttpRequest

HOOK = "mkt_blog_listing_queryset"


def posts_of(blog: Any, model: Any = None, request: "HttpRequest | None" = None) -> PostQuerySet:
    """Published posts of a blog, as the hooks ``mkt_blog_listing_queryset(posts, blog, request)`` leave them.

    No query, but for one where mkt_core's response cache wants to know how long the response will be right.
    """
    post_model = model or blog.get_post_model()
    tell_when_next_is_due(blog, post_model)
    posts = post_model.objects.published_in(blog)
    for hook in hooks.get_hooks(HOOK):
        posts = hook(posts, blog, request)
    return posts


def is_changed_by_hooks() -> bool:
    """Whether a hook decides who sees what, so that what one reader gets is not kept for another."""
    return bool(hooks.get_hooks(HOOK))


def is_ours(blog: Any, post_model: Any) -> bool:
    """Whether nothing of the site decides who sees what, no hook and no method of its classes.

    Only then may statements about the posts that readers see be prepared (see ``prepared``).
    """
    blog_class: Any = type(blog)
    usual = _posts_usually(blog_class) and has_usual_queryset(post_model)
    return usual and not is_changed_by_hooks()


@lru_cache(maxsize=128)
def has_usual_queryset(post_model: Any) -> bool:
    """Whether ``post_model.objects`` says the same at any time: what our statements rest on is not overridden."""
    found = type(post_model.objects.none())
    is_same = [getattr(found, name) is getattr(PostQuerySet, name) for name in _METHODS]
    return all(is_same) and type(post_model.objects).get_queryset is PageManager.get_queryset


@lru_cache(maxsize=128)
def _posts_usually(blog_class: Any) -> bool:
    from .models import BlogIndexMixin

    return blog_class.posts is BlogIndexMixin.posts


_METHODS = (
    *("published_in", "in_blog", "child_of", "live", "filter", "exclude", "order_by", "reverse"),
    *("newest_first", "pinned_first", "with_pictures", "with_joined"),
    *("in_category", "tagged", "by_author", "in_series", "_with"),
)


def waiting(blog: Any, post_model: Any, *, at: "datetime | None" = None) -> PostQuerySet:
    """Posts of the blog that are live already and become visible after ``at`` (default: now)."""
    due = {"date__gt": at or timezone.now()}
    posts: PostQuerySet = post_model.objects.live().in_blog(blog).filter(**due)
    return posts.order_by()


def moment_of(text: str) -> "datetime":
    """A moment as databases write it; without an offset it is in UTC, as Django stores it."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def tell_when_next_is_due(blog: Any, post_model: Any) -> None:
    """Have mkt_core's response cache know how long the response will be right. One query, and only where it asks."""
    collector = current_collector()
    if collector is None:
        return
    # Once for each response and class of posts.
    told = blog.__dict__.setdefault("_mkt_blog_due_told", {})
    if told.get(post_model) is collector:
        return
    told[post_model] = collector
    due = waiting(blog, post_model).aggregate(due=Min("date"))["due"]
    if due is not None:
        expire_at(due)


class PreparedPosts:
    """``build(posts, *key, **values)`` makes a queryset from the posts of a blog that readers see; ``key`` and
    ``values`` are those of a ``PreparedQuery``.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._query = PreparedQuery(self._of_blog)

    def rows(
        self, blog: Any, model: Any, request: "HttpRequest | None", *key: Any, **values: Value
    ) -> list[Any]:
        """What ``build`` gives, in one query; by a prepared statement where nothing of the site decides."""
        if not is_ours(blog, model):
            return list(self._build(blog.posts(model, request), *key, **values))
        tell_when_next_is_due(blog, model)
        given = {**values, "now": timezone.now()}
        return self._query.rows(model, Spot.of(blog), has_languages(), *key, **given)

    def _of_blog(
        self,
        model: Any,
        blog: Spot,
        # Part of the key alone: it changes what is joined.
        with_locale: bool,
        *key: Any,
        now: datetime,
        **values: Any,
    ) -> QuerySet[Any]:
        return self._build(model.objects.published_in(blog, at=now), *key, **values)
