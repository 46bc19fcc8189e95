"""What stands beside a listing: the tree of categories, the archive by months, the tags; all with counts."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from .archives import month_name
from .counts import counted_facts
from .remembered import keep, recall, unpack
from .visible import is_changed_by_hooks

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .models import CategoryBase


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
    return Navigation(_tree(facts["categories"], url), _years(facts["months"], url), tags)


def category_tree(blog: Any, request: "HttpRequest") -> "list[CategoryBase]":
    """Root categories that hold posts of this blog; see ``navigation``."""
    return navigation(blog, request).categories


def _facts(blog: Any, request: "HttpRequest") -> dict[str, Any]:
    """What ``counted_facts`` finds, remembered where it is the same for every reader."""
    key = f"navigation:{blog.pk}"
    shared = not is_changed_by_hooks()
    if shared and (known := recall(key)):
        found: dict[str, Any] = known[key]
        return found
    facts = counted_facts(blog, request)
    if shared:
        keep({key: facts}, until=facts["due"])
    return facts


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
