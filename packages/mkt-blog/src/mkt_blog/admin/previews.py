"""How a post and a blog look before anybody sees them. Nothing is stored, and unsaved pages will do."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ..listing import Listing

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

    from ..models import BlogIndexMixin, PostBase

Modes = list[tuple[str, Any]]

AMONG_OTHERS = "listing"
SAMPLES = "samples"
POST_MODES: Modes = [
    ("", gettext_lazy("Post")),
    (AMONG_OTHERS, gettext_lazy("Among other posts")),
]
BLOG_MODES: Modes = [
    ("", gettext_lazy("As it is")),
    (SAMPLES, gettext_lazy("With sample posts")),
]
OTHERS = 5
SAMPLE_POSTS = 6


def preview_post(post: "PostBase", request: "HttpRequest", mode: str) -> "HttpResponse | None":
    """The post's card among those of the newest posts; None for another mode, or for a post outside a blog."""
    blog = post.blog
    if mode != AMONG_OTHERS or blog is None:
        return None
    others = blog.posts(type(post)).exclude(pk=post.pk).for_listing()
    return _show(blog, request, [post, *others[:OTHERS]])


def preview_blog(
    blog: "BlogIndexMixin", request: "HttpRequest", mode: str
) -> "HttpResponse | None":
    """The blog's front page with invented posts, for a new blog that has none; None for another mode."""
    if mode != SAMPLES:
        return None
    return _show(blog, request, sample_posts(blog.get_post_model()))


def sample_posts(model: "type[PostBase]") -> "list[PostBase]":
    now = timezone.now()
    # PostBase knows no page class, and so no title.
    make: Any = model
    return [
        make(
            title=_("Sample post %(number)d") % {"number": number},
            slug=f"sample-{number}",
            date=now - timedelta(days=3 * number),
            excerpt=_(
                "A few words that make a reader want to know more, as long as an excerpt is."
            ),
            reading_minutes=number,
        )
        for number in range(1, SAMPLE_POSTS + 1)
    ]


def _show(blog: Any, request: "HttpRequest", posts: list[Any]) -> "HttpResponse":
    listing = Listing(
        axis="index",
        title=blog.title,
        description=blog.intro,
        posts=posts,
        url=blog.route_url(request, "index"),
    )
    response: HttpResponse = blog.show(request, listing)
    return response
