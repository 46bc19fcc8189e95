"""Which posts of a blog are read most.

The blog counts no views. An app that does registers a ranking, as ``mkt_metrics`` does for mkt-monitoring; while there
is none, no post is popular.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Protocol

from mkt_core.cache import declared

from .querysets import PostQuerySet
from .remembered import keep, recall
from .visible import PreparedPosts

if TYPE_CHECKING:
    from django.http import HttpRequest

# Pages that are looked through for posts of the blog.
_PAGES = 500
# Posts beside those that are asked for: some may be hidden by now, or from this reader.
_SPARE = 20


class Ranking(Protocol):
    """Primary keys of pages of any type, the one most viewed in the last ``days`` first; ``limit`` at most."""

    def __call__(self, *, days: int, limit: int) -> Sequence[int]: ...


_rankings: list[Ranking] = []


def register_ranking(ranking: Ranking) -> None:
    """Have ``ranking`` say which pages are read most. The one registered last is asked."""
    _rankings.append(ranking)


def popular_posts(
    blog: Any, request: "HttpRequest | None" = None, *, limit: int = 5, days: int = 7
) -> list[Any]:
    """Posts of the blog that readers may see, the most viewed of the last ``days`` first; without the body.

    Empty, without a query, while nothing counts views. Else one query for the posts, and another, at most once in
    ``MKT_BLOG["CACHE_SECONDS"]``, for which of the pages are posts of this blog; besides what the ranking asks.
    """
    if not _rankings or limit < 1 or days < 1:
        return []
    keys = _ranked(blog, limit, days)
    posts = _POPULAR.rows(blog, blog.get_post_model(), request, keys=keys)
    rank = {key: place for place, key in enumerate(keys)}
    # A prepared statement may name a key twice, but finds each post once.
    chosen = sorted(posts, key=lambda post: rank[post.pk])[:limit]
    for post in chosen:
        post.blog = blog
    return chosen


def _ranked(blog: Any, limit: int, days: int) -> list[int]:
    """Keys of the posts to choose from."""
    # Asked each time, for it tells the response cache how long its answer is good.
    pages = _rankings[-1](days=days, limit=_PAGES)
    name = f"popular:{blog._meta.label_lower}:{blog.pk}:{days}:{limit}"
    known = recall(name, even_collecting=True)
    if name in known:
        return list(known[name])
    # No older than the ranking itself, so the response cache need not know what they were chosen from.
    with declared():
        posts = blog.get_post_model().objects.published_in(blog).filter(pk__in=pages)
        ours = set(posts.order_by().values_list("pk", flat=True)) if pages else set()
    keys = [key for key in pages if key in ours][: limit + _SPARE]
    keep({name: keys}, since=known)
    return keys


def _popular(posts: PostQuerySet, *, keys: list[int]) -> PostQuerySet:
    return posts.filter(pk__in=keys).order_by().with_pictures()


_POPULAR = PreparedPosts(_popular)
