"""What a post page shows beside the post: the posts before, after and like it."""

from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q, Value, prefetch_related_objects

from .base_template import base_template

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .models import PostBase
    from .querysets import PostQuerySet

RELATED_POSTS = 3


def post_context(post: "PostBase", request: "HttpRequest") -> dict[str, Any]:
    """Template context of a post page.

    Previews of a post that was never saved, and posts outside a blog, have no neighbours.
    """
    context: dict[str, Any] = {
        "post": post,
        "blog": post.blog,
        "feed_url": post.blog.route_url(request, "index_feed") if post.blog else None,
        "base_template": base_template(),
        "previous_post": None,
        "next_post": None,
        "series_posts": [],
        "related_posts": [],
    }
    if post.pk is None or post.blog is None:
        return context
    # What the page, its author boxes and the related posts ask for, once each.
    prefetch_related_objects([post], "author_links__author__photo", "categories", "tags")
    posts = post.blog.posts(type(post))
    return context | {
        "previous_post": previous_post(posts, post),
        "next_post": next_post(posts, post),
        "series_posts": list(posts.in_series(post.series).defer("body")) if post.series else [],
        "related_posts": related_posts(posts, post),
    }


def previous_post(posts: "PostQuerySet", post: "PostBase") -> Any:
    """The post right before this one in time, or None; posts of one moment follow their keys."""
    older = posts.filter(Q(date__lt=post.date) | Q(date=post.date, pk__lt=post.pk))
    return older.order_by("-date", "-pk").defer("body").first()


def next_post(posts: "PostQuerySet", post: "PostBase") -> Any:
    newer = posts.filter(Q(date__gt=post.date) | Q(date=post.date, pk__gt=post.pk))
    return newer.order_by("date", "pk").defer("body").first()


def related_posts(posts: "PostQuerySet", post: "PostBase", count: int = RELATED_POSTS) -> list[Any]:
    """Posts that share the most categories and tags, newest of equals first."""
    categories = [category.pk for category in post.category_list]
    tags = [tag.pk for tag in post.tag_list]
    # Not one expression with an empty list in it: taggit makes that match nothing at all.
    shares_one = Q()
    if categories:
        shares_one |= Q(categories__in=categories)
    if tags:
        shares_one |= Q(tags__in=tags)
    if not shares_one:
        return []
    ranked = (
        posts.exclude(pk=post.pk)
        .filter(shares_one)
        # Before the annotation, or posts would be grouped by every column of theirs.
        .values("pk")
        .annotate(shared_terms=_count("categories", categories) + _count("tags", tags))
        .order_by("-shared_terms", "-date", "-pk")
        .values_list("pk", flat=True)[:count]
    )
    order = {pk: position for position, pk in enumerate(ranked)}
    return sorted(posts.filter(pk__in=order).for_listing(), key=lambda found: order[found.pk])


def _count(relation: str, keys: list[int]) -> Any:
    """How many of ``keys`` a post is related to."""
    if not keys:
        return Value(0)
    return Count(relation, filter=Q(**{f"{relation}__in": keys}), distinct=True)
