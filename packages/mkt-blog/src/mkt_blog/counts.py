"""How many posts of a blog are in each category, month and tag, counted by the database."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connections, router
from django.db.models import QuerySet
from django.utils import timezone

from mkt_core.cache import reading
from mkt_core.cache.collector import current_collector

from .conf import blog_settings
from .counting_statement import (
    CATEGORY,
    DUE,
    FEATURED,
    MONTH,
    TAG,
    CountingStatement,
    Row,
    usual_statement,
)
from .prepared import PreparedQuery
from .querysets import Spot
from .remembered import pack
from .visible import is_ours, moment_of, tell_when_next_is_due, waiting

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from django.http import HttpRequest


# Beside the newest posts on the first page.
FEATURED_POSTS = 3


def posts_per_page(blog: Any) -> int:
    return int(blog.posts_per_page or blog_settings.current.POSTS_PER_PAGE)


def counted_facts(blog: Any, request: "HttpRequest | None") -> dict[str, Any]:
    """Categories as (packed, count), months as (year, month, count), tags as (name, slug, count), the keys of
    featured posts, and when the next posts are due. Two queries, three where categories have children.
    """
    most = blog_settings.current.NAVIGATION_TERMS
    rows = _rows(blog, request)
    tags = sorted((-row[2], row[3], row[4]) for row in rows if row[0] == TAG)[:most]
    months = sorted(((row[3][:7], row[2]) for row in rows if row[0] == MONTH), reverse=True)
    categories = {row[1]: (row[2], row[3]) for row in rows if row[0] == CATEGORY}
    if any("/" in path for _, path in categories.values()):
        categories = _with_descendants(blog, request)
    return {
        "categories": _packed_categories(blog, categories, most),
        "months": [(int(month[:4]), int(month[5:]), count) for month, count in months],
        "due": min((moment_of(row[3]) for row in rows if row[0] == DUE and row[3]), default=None),
        "tags": [(name, slug, -count) for count, name, slug in tags],
        "featured": [row[1] for row in rows if row[0] == FEATURED],
    }


def _rows(blog: Any, request: "HttpRequest | None") -> list[Row]:
    model, now = blog.get_post_model(), timezone.now()
    featured = posts_per_page(blog) + FEATURED_POSTS
    if is_ours(blog, model):
        tell_when_next_is_due(blog, model)
        zone = timezone.get_current_timezone_name()
        key = router.db_for_read(model), model, Spot.of(blog), blog.locale_id, featured
        statement = usual_statement(*key, zone)
    else:
        later = waiting(blog, model, at=now)
        statement = CountingStatement(blog.posts(request=request), later, blog.locale_id, featured)
    with reading(*_read_by_hand(blog, model, request, now)):
        return statement.rows(now)


def _read_by_hand(
    blog: Any, model: Any, request: "HttpRequest | None", now: "datetime"
) -> "Iterator[QuerySet[Any]]":
    """What the statement reads, for mkt_core's response cache; made only where something is cached."""
    if current_collector() is None:
        return
    yield blog.posts(request=request).order_by().values("pk", "date", "featured")
    yield waiting(blog, model, at=now).values("pk", "date")
    categories: Any = model._meta.get_field("categories")
    names = categories.m2m_field_name(), categories.m2m_reverse_field_name()
    yield categories.remote_field.through.objects.values(*names)
    yield categories.related_model.objects.filter(locale=blog.locale_id).values("pk", "path")
    tags: Any = model._meta.get_field("tags")
    yield tags.remote_field.through.objects.values("content_object", "tag")
    yield tags.related_model.objects.values("pk", "name", "slug")


def _with_descendants(blog: Any, request: "HttpRequest | None") -> dict[int, tuple[int, str]]:
    """Key of each category that holds posts, itself or in one below it -> how many, each once, and its path."""
    posts = blog.posts(request=request).order_by()
    field: Any = posts.model._meta.get_field("categories")
    categories = field.related_model
    connection = connections[posts.db]
    try:
        visible, parameters = posts.values("pk").query.get_compiler(using=posts.db).as_sql()
    except EmptyResultSet:
        return {}
    names = {
        "visible": visible,
        "category": categories._meta.db_table,
        "id": categories._meta.pk.column,
        "link": field.m2m_db_table(),
        "link_post": field.m2m_column_name(),
        "link_category": field.m2m_reverse_name(),
    }
    quoted = {
        name: value if name == "visible" else connection.ops.quote_name(value)
        for name, value in names.items()
    }
    links = field.remote_field.through.objects.values(
        field.m2m_field_name(), field.m2m_reverse_field_name()
    )
    tree = categories.objects.filter(locale=blog.locale_id).values("pk", "parent", "path")
    with reading(posts.values("pk"), links, tree), connection.cursor() as cursor:
        cursor.execute(_BRANCHES.format_map(quoted), [blog.locale_id, *parameters])
        return {key: (count, path) for key, count, path in cursor.fetchall()}


# UNION and not UNION ALL, so that a circle of categories, however it came about, comes to an end.
_BRANCHES = """
WITH RECURSIVE branch(top, item) AS (
    SELECT {id}, {id} FROM {category} WHERE locale_id = %s
    UNION SELECT branch.top, c.{id} FROM {category} c JOIN branch ON c.parent_id = branch.item
)
SELECT t.{id}, COUNT(DISTINCT l.{link_post}), t.path
FROM branch JOIN {category} t ON t.{id} = branch.top
JOIN {link} l ON l.{link_category} = branch.item
WHERE l.{link_post} IN ({visible})
GROUP BY t.{id}, t.path
"""


def _packed_categories(
    blog: Any, counts: dict[int, tuple[int, str]], most: int
) -> list[tuple[Any, int]]:
    """Those with the most posts, in the order in which they are listed. A parent has no fewer than its children."""
    kept = sorted(counts, key=lambda pk: (-counts[pk][0], counts[pk][1]))[:most]
    model = blog.get_post_model().get_category_model()
    found = CATEGORIES.rows(model, categories=kept)
    return [(pack(category), counts[category.pk][0]) for category in found]


def _categories(model: Any, *, categories: "Sequence[int]") -> "QuerySet[Any]":
    return model.objects.filter(pk__in=categories)


CATEGORIES = PreparedQuery(_categories)
