"""Which posts of a blog readers see: one place for listings, counts, neighbours, search and feeds."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Min
from django.utils import timezone
from wagtail import hooks

from mkt_core.cache import expire_at
from mkt_core.cache.collector import current_collector

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .querysets import PostQuerySet

HOOK = "mkt_blog_listing_queryset"


def posts_of(blog: Any, model: Any = None, request: "HttpRequest | None" = None) -> "PostQuerySet":
    """Published posts of a blog, as the hooks ``mkt_blog_listing_queryset(posts, blog, request)`` leave them.

    No query, but for one where mkt_core's response cache wants to know how long the response will be right.
    """
    post_model = model or blog.get_post_model()
    _tell_when_next_is_due(blog, post_model)
    posts = post_model.objects.published_in(blog)
    for hook in hooks.get_hooks(HOOK):
        posts = hook(posts, blog, request)
    return posts


def is_changed_by_hooks() -> bool:
    """Whether a hook decides who sees what, so that what one reader gets is not kept for another."""
    return bool(hooks.get_hooks(HOOK))


def waiting(blog: Any, post_model: Any) -> "PostQuerySet":
    """Posts of the blog that are live already and become visible later."""
    posts: PostQuerySet = post_model.objects.live().in_blog(blog).filter(date__gt=timezone.now())
    return posts.order_by()


def moment_of(text: str) -> "datetime":
    """A moment as databases write it; without an offset it is in UTC, as Django stores it."""
    moment = datetime.fromisoformat(text)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


def _tell_when_next_is_due(blog: Any, post_model: Any) -> None:
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
