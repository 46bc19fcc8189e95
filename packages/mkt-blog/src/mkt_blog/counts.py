"""How many posts of a blog are in each category, month and tag, counted by the database."""

from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import CharField, Count, F, IntegerField, QuerySet, Value
from django.db.models.functions import Cast, TruncMonth
from django.utils import timezone

from mkt_core.cache import reading

from .conf import blog_settings
from .prepared import PreparedQuery
from .querysets import Spot
from .remembered import pack
from .visible import PreparedPosts, moment_of, waiting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from django.http import HttpRequest

    from .querysets import PostQuerySet

_CATEGORY, _MONTH, _TAG, _DUE = range(4)
# kind, key, count, label, slug; see ``_counted``.
Row = tuple[int, int, int, str, str]


def counted_facts(blog: Any, request: "HttpRequest | None") -> dict[str, Any]:
    """Categories as (packed, count), months as (year, month, count), tags as (name, slug, count), and when the next
    posts are due. Two queries, three where categories have children.
    """
    most = blog_settings.current.NAVIGATION_TERMS
    rows = _rows(blog, request)
    tags = sorted((-row[2], row[3], row[4]) for row in rows if row[0] == _TAG)[:most]
    months = sorted(((row[3][:7], row[2]) for row in rows if row[0] == _MONTH), reverse=True)
    categories = {row[1]: (row[2], row[3]) for row in rows if row[0] == _CATEGORY}
    if any("/" in path for _, path in categories.values()):
        categories = _with_descendants(blog, request)
    return {
        "categories": _packed_categories(blog, categories, most),
        "months": [(int(month[:4]), int(month[5:]), count) for month, count in months],
        "due": min((moment_of(row[3]) for row in rows if row[0] == _DUE), default=None),
        "tags": [(name, slug, -count) for count, name, slug in tags],
    }


def _rows(blog: Any, request: "HttpRequest | None") -> list[Row]:
    # Months begin at midnight of the current time zone.
    key = Spot.of(blog), blog.locale_id, timezone.get_current_timezone_name()
    return COUNTS.rows(blog, blog.get_post_model(), request, *key, at=timezone.now())


def _counted(
    posts: "PostQuerySet", blog: Spot, locale_id: int, zone: str, *, at: "datetime"
) -> Any:
    """One statement: the posts of each category itself, of each month and of each tag, and when the next are due."""
    text, nothing = CharField(), Value("")
    posts = posts.order_by()

    def columns(rows: Any, kind: int, key: Any, number: Any, label: Any, slug: Any) -> Any:
        return rows.annotate(
            _kind=Value(kind, output_field=IntegerField()),
            _key=Cast(key, IntegerField()),
            _number=Cast(number, IntegerField()),
            _label=Cast(label, text),
            _slug=Cast(slug, text),
        ).values_list("_kind", "_key", "_number", "_label", "_slug")

    in_language = posts.filter(categories__locale=locale_id).values("categories")
    months = posts.annotate(_month=TruncMonth("date")).values("_month").annotate(_posts=Count("pk"))
    tags = posts.filter(tags__isnull=False).values("tags").annotate(_posts=Count("pk"))
    in_each = in_language.annotate(_posts=Count("pk"))
    due = waiting(blog, posts.model, at=at)
    return columns(
        in_each, _CATEGORY, F("categories"), F("_posts"), F("categories__path"), nothing
    ).union(
        columns(months, _MONTH, Value(0), F("_posts"), F("_month"), nothing),
        columns(tags, _TAG, F("tags"), F("_posts"), F("tags__name"), F("tags__slug")),
        columns(due, _DUE, Value(0), Value(0), F("date"), nothing),
        all=True,
    )


COUNTS = PreparedPosts(_counted)


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
