"""The posts of a listing: which they are, and one page of them."""

from collections.abc import Callable, Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, IntegerField, Subquery
from django.db.models import Value as Constant
from django.utils import timezone

from .prepared import PreparedQuery, Value
from .querysets import Spot, has_languages
from .visible import is_ours, tell_when_next_is_due

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
        """Posts from ``first`` on, ``size`` of them, and how many there are in all. One query."""
        rows = self.prepared(PAGES, has_languages(), size, first=first)
        return rows, rows[0].listing_count if rows else 0

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
    visible = model.objects.published_in(chosen.blog, at=now)
    return page_of(chosen.of(visible.with_pictures(), values), first, size)


PAGES = PreparedQuery(_page)
