"""What stands beside a listing: the tree of categories, the archive by months, the tags; all with counts."""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import Count, F, IntegerField, Value
from django.db.models.fields import CharField
from django.db.models.functions import Cast, ExtractMonth, ExtractYear

from .archives import month_name
from .conf import blog_settings
from .remembered import keep, pack, recall, unpack
from .visible import is_changed_by_hooks, moment_of, waiting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.http import HttpRequest

    from .models import CategoryBase
    from .querysets import PostQuerySet

_CATEGORY, _MONTH, _TAG, _DUE = range(4)
# kind, key, count, label, slug; see ``_rows``.
Row = tuple[int, int, int, str, str]


@dataclass(frozen=True)
class Month:
    number: int
    name: str
    count: int
    url: str


@dataclass
class Year:
    """A year with posts, newest month first."""

    number: int
    url: str
    count: int = 0
    months: list[Month] = field(default_factory=list)


@dataclass(frozen=True)
class TagLink:
    name: str
    count: int
    url: str


@dataclass(frozen=True)
class Navigation:
    """Beside every listing of a blog. Categories have ``children_list``, ``url`` and ``post_count``."""

    categories: "list[CategoryBase]"
    years: list[Year]
    tags: list[TagLink]


def navigation(blog: Any, request: "HttpRequest") -> Navigation:
    """Counts of published posts. Two queries, and none while they are remembered.

    Of categories and tags those with the most posts are kept, ``MKT_BLOG["NAVIGATION_TERMS"]`` of each (and the
    categories above them).
    """
    facts = _facts(blog, request)
    base = blog.get_url(request) or ""

    def url(name: str, **kwargs: Any) -> str:
        return f"{base}{blog.reverse_subpage(name, kwargs=kwargs)}"

    tags = [TagLink(name, count, url("tag", slug=slug)) for name, slug, count in facts["tags"]]
    return Navigation(_tree(facts["categories"], url), _years(facts["months"], url), tags)


def category_tree(blog: Any, request: "HttpRequest") -> "list[CategoryBase]":
    """Root categories that hold posts of this blog; see ``navigation``."""
    return navigation(blog, request).categories


def _facts(blog: Any, request: "HttpRequest") -> dict[str, Any]:
    """Categories as (packed, count), months as (year, month, count), tags as (name, slug, count)."""
    key = f"navigation:{blog.pk}"
    shared = not is_changed_by_hooks()
    if shared and (known := recall(key)):
        found: dict[str, Any] = known[key]
        return found
    facts = _work_out(blog, list(_rows(blog, blog.posts(request=request).order_by())))
    if shared:
        keep({key: facts}, until=facts["due"])
    return facts


def _rows(blog: Any, posts: "PostQuerySet") -> "Iterable[Row]":
    """One statement: each post in each of its categories, the posts of each month and of each tag, and when the next
    posts are due.
    """
    text = CharField()

    def columns(rows: Any, kind: int, key: Any, number: Any, label: Any, slug: Any) -> Any:
        return rows.annotate(
            _kind=Value(kind, output_field=IntegerField()),
            _key=Cast(key, IntegerField()),
            _number=Cast(number, IntegerField()),
            _label=Cast(label, text),
            _slug=Cast(slug, text),
        ).values_list("_kind", "_key", "_number", "_label", "_slug")

    nothing = Value("")
    in_language = posts.filter(categories__locale=blog.locale_id)
    month = ExtractYear("date") * 100 + ExtractMonth("date")
    months = posts.annotate(_month=month).values("_month").annotate(_posts=Count("pk"))
    tags = posts.filter(tags__isnull=False).values("tags").annotate(_posts=Count("pk"))
    pairs = columns(in_language, _CATEGORY, F("pk"), Value(0), F("categories__path"), nothing)
    return pairs.union(
        columns(months, _MONTH, F("_month"), F("_posts"), nothing, nothing),
        columns(tags, _TAG, F("tags"), F("_posts"), F("tags__name"), F("tags__slug")),
        columns(waiting(blog, posts.model), _DUE, Value(0), Value(0), F("date"), nothing),
        all=True,
    )


def _work_out(blog: Any, rows: list[Row]) -> dict[str, Any]:
    most = blog_settings.current.NAVIGATION_TERMS
    months = sorted((row[1:3] for row in rows if row[0] == _MONTH), reverse=True)
    tags = sorted((-row[2], row[3], row[4]) for row in rows if row[0] == _TAG)[:most]
    counts = _branch_counts((row[3], row[1]) for row in rows if row[0] == _CATEGORY)
    return {
        "categories": _packed_categories(blog, counts, most),
        "months": [(*divmod(month, 100), count) for month, count in months],
        "due": min((moment_of(row[3]) for row in rows if row[0] == _DUE), default=None),
        "tags": [(name, slug, -count) for count, name, slug in tags],
    }


def _branch_counts(pairs: "Iterable[tuple[str, int]]") -> dict[str, int]:
    """Path of a category -> posts in it and below it, each once."""
    posts_by_path: dict[str, set[int]] = defaultdict(set)
    for path, post in pairs:
        while path:
            posts_by_path[path].add(post)
            path = path.rpartition("/")[0]
    return {path: len(posts) for path, posts in posts_by_path.items()}


def _packed_categories(blog: Any, counts: dict[str, int], most: int) -> list[tuple[Any, int]]:
    """Those with the most posts, in the order in which they are listed. A parent has no fewer than its children."""
    kept = sorted(counts, key=lambda path: (-counts[path], path))[:most]
    if not kept:
        return []
    categories = blog.get_post_model().get_category_model().objects
    found = categories.filter(locale_id=blog.locale_id, path__in=kept)
    return [(pack(category), counts[category.path]) for category in found]


def _tree(categories: list[tuple[Any, int]], url: Any) -> "list[CategoryBase]":
    found: dict[int, Any] = {}
    for packed, count in categories:
        category = unpack(packed)
        category.children_list = []
        category.post_count = count
        category.url = url("category", path=category.path)
        found[category.pk] = category
    roots: list[Any] = []
    for category in found.values():
        parent = found.get(category.parent_id)
        (parent.children_list if parent else roots).append(category)
    return roots


def _years(months: list[tuple[int, int, int]], url: Any) -> list[Year]:
    years: dict[int, Year] = {}
    for year, month, count in months:
        entry = years.setdefault(year, Year(year, url("year", year=f"{year:04}")))
        address = url("month", year=f"{year:04}", month=f"{month:02}")
        entry.months.append(Month(month, month_name(year, month), count, address))
        entry.count += count
    return list(years.values())
