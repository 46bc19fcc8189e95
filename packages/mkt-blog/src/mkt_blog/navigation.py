"""What stands beside a listing: the tree of categories, the archive by months, the tags; all with counts."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .archives import month_name
from .counts import counted_facts
from .remembered import keep, recall, unpack
from .visible import is_changed_by_hooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from .models import CategoryBase


@dataclass(frozen=True)
class Month:
    number: int
    name: str
    count: int
    url: str


class Year:
    """A year with posts. ``is_open`` where its months are shown: in an archive its own year, else the newest."""

    def __init__(
        self, number: int, counts: dict[int, int], url: "Callable[..., str]", *, is_open: bool
    ) -> None:
        self.number = number
        self.count = sum(counts.values())
        self.url = url("year", year=f"{number:04}")
        self.is_open = is_open
        self._counts = counts
        self._url = url

    @cached_property
    def months(self) -> list[Month]:
        """Newest first. Made only when they are asked for: an old blog has hundreds."""
        return [
            Month(
                month,
                month_name(self.number, month),
                count,
                self._url("month", year=f"{self.number:04}", month=f"{month:02}"),
            )
            for month, count in self._counts.items()
        ]


@dataclass(frozen=True)
class TagLink:
    """``is_current`` on the page that it leads to."""

    name: str
    count: int
    url: str
    is_current: bool = False


@dataclass(frozen=True)
class Navigation:
    """Beside every listing of a blog. Categories have ``children_list``, ``url`` and ``post_count``."""

    categories: "list[CategoryBase]"
    years: list[Year]
    tags: list[TagLink]


def navigation(blog: Any, request: "HttpRequest", current_url: str = "") -> Navigation:
    """Counts of published posts. Two queries (three where categories have children), none while they are remembered.

    Of categories and tags those with the most posts are kept, ``MKT_BLOG["NAVIGATION_TERMS"]`` of each (and the
    categories above them).
    """
    facts = _facts(blog, request)

    def url(name: str, **kwargs: Any) -> str:
        return str(blog.route_url(request, name, kwargs))

    tags = [
        TagLink(name, count, address, address == current_url)
        for name, slug, count in facts["tags"]
        for address in [url("tag", slug=slug)]
    ]
    years = _years(facts["months"], url, current_url)
    return Navigation(_tree(facts["categories"], url), years, tags)


def category_tree(blog: Any, request: "HttpRequest") -> "list[CategoryBase]":
    """Root categories that hold posts of this blog; see ``navigation``."""
    return navigation(blog, request).categories


def featured_keys(blog: Any, request: "HttpRequest") -> list[int]:
    """The newest featured posts, more than a page may show of them. Queries as for ``navigation``, once for each
    request.
    """
    keys: list[int] = _facts(blog, request)["featured"]
    return keys


def known_count(
    blog: Any, request: "HttpRequest", kind: str, category: Any, values: dict[str, Any]
) -> int | None:
    """How many posts a listing has that is counted beside every listing; None of any other.

    The same queries as for ``navigation``, once for each request.
    """
    if kind not in ("index", "category", "tag"):
        return None
    facts = _facts(blog, request)
    if kind == "index":
        return sum(count for _, _, count in facts["months"])
    if kind == "tag":
        return next((found for _, slug, found in facts["tags"] if slug == values["slug"]), None)
    key = category.model._meta.pk.attname
    counts = {packed[1][key]: count for packed, count in facts["categories"]}
    return counts.get(category.pk)


def _facts(blog: Any, request: "HttpRequest") -> dict[str, Any]:
    """What ``counted_facts`` finds, remembered where it is the same for every reader."""
    known: dict[int, Any] = request.__dict__.setdefault("_mkt_blog_facts", {})
    if blog.pk not in known:
        known[blog.pk] = _shared_facts(blog, request)
    found: dict[str, Any] = known[blog.pk]
    return found


def _shared_facts(blog: Any, request: "HttpRequest") -> Any:
    key = f"navigation:{blog.pk}"
    if is_changed_by_hooks():
        return counted_facts(blog, request)
    known = recall(key)
    if key not in known:
        known[key] = counted_facts(blog, request)
        keep(known, since=known, until=known[key]["due"])
    return known[key]


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


def _years(
    months: list[tuple[int, int, int]], url: "Callable[..., str]", current_url: str
) -> list[Year]:
    counts: dict[int, dict[int, int]] = {}
    for year, month, count in months:
        counts.setdefault(year, {})[month] = count
    addresses = {year: url("year", year=f"{year:04}") for year in counts}
    here = [year for year in counts if current_url.startswith(addresses[year])]
    opened = (here or list(counts))[:1]
    return [Year(year, found, url, is_open=year in opened) for year, found in counts.items()]
