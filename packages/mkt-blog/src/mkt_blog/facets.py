"""What a search can be narrowed by, with counts."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Count
from django.db.models.functions import ExtractYear
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from django.http import HttpRequest

    from .querysets import PostQuerySet

PARAMETERS = ("category", "tag", "author", "year")
# Choices shown of one facet, those with the most posts.
MOST_CHOICES = 12
_LONGEST_VALUE = 255


@dataclass(frozen=True)
class Choice:
    """A value of a facet; ``url`` sets it, or takes it away where it is ``active``."""

    value: str
    label: str
    count: int
    url: str
    active: bool


@dataclass(frozen=True)
class Facet:
    name: str
    label: str
    choices: list[Choice]


def given_filters(request: "HttpRequest") -> dict[str, str]:
    """The facets that an address asks for. What cannot be a value is left out, so that junk finds what ``q`` finds."""
    found = {}
    for name in PARAMETERS:
        value = request.GET.get(name, "").replace("\0", "").strip()[:_LONGEST_VALUE]
        if value and (name != "year" or (value.isascii() and value.isdigit() and len(value) == 4)):
            found[name] = value
    return found


def narrowed(blog: Any, posts: "PostQuerySet", filters: dict[str, str]) -> "PostQuerySet":
    """``posts`` that fulfil all of ``filters``. A category includes those below it. No query."""
    language = {"locale_id": blog.locale_id}
    if path := filters.get("category"):
        categories = posts.model.get_category_model().objects
        own, below = categories.filter(path=path), categories.filter(path__startswith=f"{path}/")
        posts = posts._with(categories__in=(own | below).filter(**language))
    if slug := filters.get("tag"):
        posts = posts.tagged(slug)
    if slug := filters.get("author"):
        posts = posts._with(
            author_links__author__slug=slug, author_links__author__locale=blog.locale_id
        )
    if year := filters.get("year"):
        posts = posts.filter(date__year=int(year)) if int(year) else posts.none()
    return posts


def facets_of(
    blog: Any, posts: "PostQuerySet", url: str, query: str, filters: dict[str, str]
) -> list[Facet]:
    """How many of ``posts`` are in each category, tag, author and year; one query for each of the four.

    A post counts in each category that it is in itself, not in those above.
    """
    posts = posts.order_by()
    language = blog.locale_id
    counted = {
        "category": _counts(
            posts.filter(categories__locale=language), "categories__path", "categories__name"
        ),
        "tag": _counts(posts.filter(tags__isnull=False), "tags__slug", "tags__name"),
        "author": _counts(
            posts.filter(author_links__author__locale=language),
            "author_links__author__slug",
            "author_links__author__name",
        ),
        "year": _counts(posts.annotate(_year=ExtractYear("date")), "_year", "_year"),
    }
    labels = {
        "category": _("Category"),
        "tag": _("Tag"),
        "author": _("Author"),
        "year": _("Year"),
    }
    return [
        Facet(name, labels[name], list(_choices(rows, name, url, query, filters)))
        for name, rows in counted.items()
        if rows or name in filters
    ]


def _counts(posts: Any, value: str, label: str) -> list[tuple[Any, Any, int]]:
    rows = posts.values(value).annotate(_posts=Count("pk", distinct=True))
    order = "-_year" if value == "_year" else "-_posts"
    columns = rows.order_by(order, value).values_list(value, label, "_posts")
    return list(columns[:MOST_CHOICES])


def _choices(
    rows: "Iterable[tuple[Any, Any, int]]",
    name: str,
    url: str,
    query: str,
    filters: dict[str, str],
) -> "Iterator[Choice]":
    chosen_value = filters.get(name)
    if chosen_value is not None and chosen_value not in {str(value) for value, *_ in rows}:
        # It must be possible to take away what leaves nothing.
        rows = [*rows, (chosen_value, chosen_value, 0)]
    for value, label, count in rows:
        active = chosen_value == str(value)
        others = {key: kept for key, kept in filters.items() if key != name}
        chosen = others if active else {**others, name: str(value)}
        parameters = ({"q": query} if query else {}) | chosen
        target = f"{url}?{urlencode(parameters)}" if parameters else url
        yield Choice(str(value), str(label), count, target, active)
