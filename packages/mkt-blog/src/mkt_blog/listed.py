"""The posts of a listing: which they are, and one page of them."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, IntegerField, Subquery
from django.db.models import Value as Constant
from django.utils import timezone

from .navigation import known_count
from .prepared import PreparedQuery, Value
from .querysets import Spot, has_languages
from .remembered import Recalled, keep, recall
from .visible import is_ours, tell_when_next_is_due, waiting

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from .querysets import PostQuerySet


class CategorySpot(NamedTuple):
    """A category, and where it stands in the tree."""

    model: Any
    pk: int
    path: str
    locale_id: int

    def instance(self) -> Any:
        return self.model(pk=self.pk, path=self.path, locale_id=self.locale_id)


# So many posts cost nothing to read over. From the start, a number that is remembered and no longer true does no harm;
# from the end, a post may be on no page until it is known better.
DEEP = 100

# Name -> what a listing of this kind leaves of a blog's posts.
_NARROWED: "dict[str, Callable[..., PostQuerySet]]" = {
    "index": lambda posts: posts.pinned_first(),
    "category": lambda posts, category: posts.in_category(category.instance()),
    "tag": lambda posts, slug: posts.tagged(slug),
    "author": lambda posts, author: posts.by_author(author),
    "series": lambda posts, series: posts.in_series(series),
    "archive": lambda posts, start, end: posts.filter(date__gte=start, date__lt=end),
}


class Chosen(NamedTuple):
    """Which posts of which blog. ``category`` stands here because its path is part of the statement."""

    blog: Spot
    kind: str
    category: CategorySpot | None = None

    def of(self, posts: "PostQuerySet", values: dict[str, Any]) -> "PostQuerySet":
        fixed = {} if self.category is None else {"category": self.category}
        return _NARROWED[self.kind](posts.newest_first(), **fixed, **values)


class ListedPosts:
    """Like the queryset of a listing's posts, with prepared statements for what readers ask most."""

    def __init__(self, blog: Any, chosen: Chosen, values: dict[str, Value], request: Any) -> None:
        self._blog = blog
        self._chosen = chosen
        self._values = values
        self._request = request

    def page(self, first: int, size: int) -> tuple[list[Any], int]:
        """Posts from ``first`` on, ``size`` of them, and how many there are in all.

        One query. It need not count where the number stands beside every listing, or is remembered; the second half of
        a long listing is then read from its end, as a database reads all rows that stand before those it is asked for.
        """
        kind, category = self._chosen.kind, self._chosen.category
        count = known_count(self._blog, self._request, kind, category, self._values)
        known = recall(self._key) if count is None else Recalled({self._key: count})
        if self._key in known:
            return self._slice(first, size, known[self._key]), known[self._key]
        rows = self.prepared(PAGES, has_languages(), size, first=first)
        if not rows:
            return [], 0
        keep({self._key: rows[0].listing_count}, since=known, until=rows[0].listing_due)
        return rows, rows[0].listing_count

    def _slice(self, first: int, size: int, count: int) -> list[Any]:
        behind = min(first + size, count)
        if first < max(DEEP, count - behind) or behind <= first:
            return self.prepared(SLICES, has_languages(), size, False, first=first)
        size, first = behind - first, count - behind
        return self.prepared(SLICES, has_languages(), size, True, first=first)[::-1]

    @property
    def _key(self) -> str:
        kind, category = self._chosen.kind, self._chosen.category
        narrowing = repr((kind, category and category.pk, sorted(self._values.items())))
        return f"count:{self._blog.pk}:{narrowing}"

    def prepared(self, query: PreparedQuery, *key: Any, **values: Value) -> list[Any]:
        """What ``query`` gives for these posts. It gets the model, what is chosen, and ``key``."""
        model = self._blog.get_post_model()
        tell_when_next_is_due(self._blog, model)
        given = {**self._values, **values, "now": timezone.now()}
        return query.rows(model, self._chosen, *key, **given)

    @cached_property
    def queryset(self) -> "PostQuerySet":
        posts = self._blog.posts(request=self._request).for_listing()
        return self._chosen.of(posts, self._values)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.queryset, name)

    def __getitem__(self, part: Any) -> Any:
        return self.queryset[part]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.queryset)

    def __len__(self) -> int:
        return len(self.queryset)


def listed_posts(
    blog: Any, request: "HttpRequest", kind: str, category: Any = None, **values: Value
) -> "ListedPosts | PostQuerySet":
    """The posts of a listing of ``kind``. No query."""
    spot = None
    if category is not None:
        spot = CategorySpot(type(category), category.pk, category.path, category.locale_id)
    chosen = Chosen(Spot.of(blog), kind, spot)
    if is_ours(blog, blog.get_post_model()):
        return ListedPosts(blog, chosen, values, request)
    return chosen.of(blog.posts(request=request).for_listing(), values)


def page_of(posts: "QuerySet[Any]", first: int, size: int) -> "QuerySet[Any]":
    """Some posts with ``listing_count``, how many there are in all. What is prefetched for a feed is left out: cards
    get it anew.
    """
    counted = (
        posts.order_by()
        .annotate(_one=Constant(1))
        .values("_one")
        .annotate(_posts=Count("pk"))
        .values("_posts")
    )
    total = Subquery(counted, output_field=IntegerField())
    return posts.prefetch_related(None).annotate(listing_count=total)[first : first + size]


def _page(
    model: Any,
    chosen: Chosen,
    with_locale: bool,
    size: int,
    *,
    now: "datetime",
    first: int,
    **values: Any,
) -> "QuerySet[Any]":
    """With the number of all posts, and when it will be another because the next post is due."""
    later = waiting(chosen.blog, model, at=now).order_by("date").values("date")[:1]
    posts = _posts(model, chosen, now, values).annotate(listing_due=Subquery(later))
    return page_of(posts, first, size)


def _slice(
    model: Any,
    chosen: Chosen,
    with_locale: bool,
    size: int,
    from_the_end: bool,
    *,
    now: "datetime",
    first: int,
    **values: Any,
) -> "QuerySet[Any]":
    """``from_the_end`` they come in reverse, and ``first`` is the number of those that come after them."""
    posts = _posts(model, chosen, now, values)
    return (posts.reverse() if from_the_end else posts)[first : first + size]


def _posts(model: Any, chosen: Chosen, now: "datetime", values: dict[str, Any]) -> "PostQuerySet":
    visible = model.objects.published_in(chosen.blog, at=now)
    return chosen.of(visible.with_pictures(), values)


PAGES = PreparedQuery(_page)
SLICES = PreparedQuery(_slice)
