"""What a post page shows beside the post: the posts before, after and like it."""

from typing import TYPE_CHECKING, Any

from .base_template import base_template
from .listing import prepare_cards
from .post_terms import attach_terms, fill, is_being_edited
from .related import Around, around
from .share import share_links
from .toc import contents

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .models import PostBase


def post_context(post: "PostBase", request: "HttpRequest") -> dict[str, Any]:
    """Template context of a post page.

    Previews of a post that was never saved, and posts outside a blog, have no neighbours.
    """
    context: dict[str, Any] = {
        "post": post,
        "blog": post.blog,
        "feed_url": post.blog.route_url(request, "index_feed") if post.blog else None,
        "base_template": base_template(),
        "contents": contents(post.headings),
        "share_links": share_links(post.get_full_url(request) or "", str(post)),  # type: ignore[attr-defined]
        "previous_post": None,
        "next_post": None,
        "series_posts": [],
        "related_posts": [],
    }
    if post.pk is None or post.blog is None:
        return context
    return context | _beside(post, request)


def _beside(post: Any, request: "HttpRequest") -> dict[str, Any]:
    """Six queries, three where what stands around the post and its terms are remembered."""
    near = around(post, request)
    posts = _load(post, near, request)
    related = [posts[key] for key in near.related if key in posts]
    series = [post if key == post.pk else posts[key] for key in near.series if key in posts]
    _attach_own(post, posts.get(post.pk), near)
    attach_terms([post, *related])
    photos = [author.photo for author in post.authors]
    prepare_cards(post.blog, related, [post.hero_image, *photos])
    for other in posts.values():
        other.blog = post.blog
    return {
        "previous_post": _first(posts, near.previous),
        "next_post": _first(posts, near.next),
        "series_posts": series,
        "related_posts": related,
    }


def _load(post: Any, near: Around, request: "HttpRequest") -> dict[int, Any]:
    """The posts around, and this one's row again for what is joined to it. What has been hidden since is not there."""
    model = type(post)
    wanted = near.posts | {post.pk}
    visible = post.blog.posts(model, request).filter(pk__in=wanted)
    return {found.pk: found for found in visible.order_by().with_pictures()}


def _attach_own(post: Any, row: Any, near: Around) -> None:
    """What has been loaded with the row, unless an editor is about to change it."""
    if row is not None:
        for name in ("hero_image", "series", "primary_category"):
            same = getattr(post, f"{name}_id") == getattr(row, f"{name}_id")
            if same and not type(post)._meta.get_field(name).is_cached(post):
                setattr(post, name, getattr(row, name))
    if not is_being_edited(post):
        tag_model = type(post)._meta.get_field("tags").related_model
        fill(
            post, "tags", [tag_model(pk=key, name=name, slug=slug) for key, name, slug in near.tags]
        )


def _first(posts: dict[int, Any], keys: list[int]) -> Any:
    return next((posts[key] for key in keys if key in posts), None)
