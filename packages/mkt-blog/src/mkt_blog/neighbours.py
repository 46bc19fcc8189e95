"""What a post page shows beside the post: the posts before, after and like it."""

from typing import TYPE_CHECKING, Any

from .base_template import base_template
from .listing import prepare_cards
from .post_terms import attach_terms, fill, is_being_edited
from .related import Around, around, note_terms
from .share import share_links
from .toc import contents
from .visible import PreparedPosts

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .models import PostBase
    from .querysets import PostQuerySet


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
    """Five queries, two where what stands around the post and its terms are remembered."""
    near = around(post, request)
    posts = _load(post, near, request)
    related = [posts[key] for key in near.related if key in posts]
    series = [post if key == post.pk else posts.get(key) for key in near.series]
    _attach_own(post, posts.get(post.pk), near)
    attach_terms([post, *related])
    note_terms(post)
    photos = [author.photo for author in post.authors]
    prepare_cards(post.blog, related, [post.hero_image, *photos])
    for other in posts.values():
        other.blog = post.blog
    return {
        "previous_post": _first(posts, near.previous),
        "next_post": _first(posts, near.next),
        "series_posts": [part for part in series if part is not None],
        "related_posts": related,
    }


def _load(post: Any, near: Around, request: "HttpRequest") -> dict[int, Any]:
    """The posts around; what has been hidden since is not there. With this post's row, too, where what is joined to it
    is not loaded yet.
    """
    wanted = near.posts - {post.pk}
    if not all(type(post)._meta.get_field(name).is_cached(post) for name in _joined(post)):
        wanted.add(post.pk)
    rows = POSTS.rows(post.blog, type(post), request, keys=sorted(wanted))
    return {found.pk: found for found in rows}


def _posts(posts: "PostQuerySet", *, keys: list[int]) -> "PostQuerySet":
    return posts.filter(pk__in=keys).order_by().with_pictures()


POSTS = PreparedPosts(_posts)


def _joined(post: Any) -> list[str]:
    """The relations of ``with_joined`` that lead somewhere."""
    names = ("hero_image", "series", "primary_category")
    return [name for name in names if getattr(post, f"{name}_id") is not None]


def _attach_own(post: Any, row: Any, near: Around) -> None:
    """What has been loaded with the row, unless an editor is about to change it."""
    for name in _joined(post) if row is not None else ():
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
