"""What a new post starts with."""

from typing import TYPE_CHECKING, Any

from django.db.models import Max

if TYPE_CHECKING:
    from mkt_blog.models import AuthorBase, PostBase


def prepare_new_post(sender: type, page: Any, parent: Any, **kwargs: Any) -> None:
    """Receiver of ``wagtail.signals.init_new_page``: the profile of whoever writes is the author."""
    from mkt_blog.models import PostBase

    if not isinstance(page, PostBase) or page.authors:
        return
    author = profile_of(page, page.owner, parent)  # type: ignore[attr-defined]
    if author is not None:
        page.set_authors([author])


def profile_of(post: "PostBase", user: Any, parent: Any) -> "AuthorBase | None":
    """The author's profile of a user in the language of the blog; one query."""
    if user is None or user.pk is None:
        return None
    profiles = post.get_author_model()._default_manager.filter(user=user, locale=parent.locale_id)
    return profiles.order_by("pk").first()


def complete_series_position(post: "PostBase") -> None:
    """Give a post that joins a series the number after the highest; one query, and only then."""
    if post.series is None or post.series_position is not None:
        return
    posts: Any = type(post)._default_manager
    others = posts.filter(series=post.series).exclude(pk=post.pk)
    highest = others.aggregate(highest=Max("series_position"))["highest"] or 0
    post.series_position = highest + 1
