"""Which posts stand around a post: before and after it, in its series, and like it; all in one statement."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connections
from django.db.models import F, Min, QuerySet

from mkt_core.cache import reading
from mkt_core.cache.collector import current_collector

from .remembered import keep, recall
from .visible import is_changed_by_hooks, moment_of, waiting

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .querysets import PostQuerySet

RELATED_POSTS = 3

_LIKE, _CHOSEN, _PREVIOUS, _NEXT, _SERIES, _TAG, _DUE = range(7)


@dataclass
class Around:
    """Primary keys of posts; tags of the post itself as (key, name, slug)."""

    previous: list[int] = field(default_factory=list)
    next: list[int] = field(default_factory=list)
    series: list[int] = field(default_factory=list)
    related: list[int] = field(default_factory=list)
    tags: list[tuple[int, str, str]] = field(default_factory=list)
    # When another post of the blog becomes visible.
    due: datetime | None = None

    @property
    def posts(self) -> set[int]:
        return {*self.previous, *self.next, *self.series, *self.related}


def around(post: Any, request: "HttpRequest | None") -> Around:
    """What stands around a saved post of a blog. One query, none when it is remembered.

    Related are first the posts that an editor has chosen, then those that share categories, tags and the series. What
    is shared counts for one divided by how many published posts of the blog have it, so that two posts with a rare
    tag in common are closer than two of the category that everything is in.
    """
    key = f"around:{post._meta.label_lower}:{post.pk}"
    is_shared = not is_changed_by_hooks() and not getattr(request, "is_preview", False)
    if is_shared and (known := recall(key)):
        return Around(**known[key])
    found = _sorted_out(_rows(post, post.blog.posts(type(post), request)))
    if is_shared:
        keep({key: vars(found)}, until=found.due)
    return found


def _sorted_out(rows: list[Any]) -> Around:
    by_kind: dict[int, list[Any]] = defaultdict(list)
    for kind, key, rank, label, slug in rows:
        by_kind[kind].append((rank, key, label, slug))

    def keys(kind: int) -> list[int]:
        return [row[1] for row in sorted(by_kind[kind])]

    related = list(dict.fromkeys([*keys(_CHOSEN), *keys(_LIKE)]))
    return Around(
        previous=keys(_PREVIOUS),
        next=keys(_NEXT),
        series=keys(_SERIES),
        related=related[: max(RELATED_POSTS, len(by_kind[_CHOSEN]))],
        tags=[row[1:] for row in sorted(by_kind[_TAG])],
        due=next((moment_of(row[2]) for row in by_kind[_DUE] if row[2]), None),
    )


def _rows(post: Any, visible: "PostQuerySet") -> list[Any]:
    """(kind, key, rank, label, slug); in each kind the lowest rank comes first."""
    query = visible.order_by().annotate(_id=F("pk"), _date=F("date")).values("_id", "_date").query
    connection = connections[visible.db]
    try:
        inner, parameters = query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:
        inner, parameters = "SELECT 0 AS _id, NULL AS _date WHERE 1 = 0", ()
    later = waiting(post.blog, type(post)).values("pk", "date")
    next_due = waiting(post.blog, type(post)).values(_due=Min("date")).query
    dues, moments = next_due.get_compiler(connection=connection).as_sql()
    statement = _Statement(post, connection)
    # Names of tables and columns are those of the models, quoted; all values are parameters.
    sql = f"WITH visible AS ({inner}), waiting AS ({dues}), {statement.text}"
    with reading(*_read_by_hand(post, visible, later)), connection.cursor() as cursor:
        cursor.execute(sql, [*parameters, *moments, *statement.parameters])
        return list(cursor.fetchall())


def _read_by_hand(post: Any, visible: "PostQuerySet", later: "PostQuerySet") -> list[QuerySet[Any]]:
    """What ``_Statement`` reads, for mkt_core's response cache; made only where something is cached."""
    if current_collector() is None:
        return []
    model = type(post)
    found: list[QuerySet[Any]] = [visible.order_by().values("pk", "date"), later]
    categories: Any = model._meta.get_field("categories")
    links = categories.remote_field.through.objects
    names = categories.m2m_reverse_field_name(), categories.m2m_field_name()
    mine = [category.pk for category in post.category_list]
    found.append(links.filter(**{f"{names[0]}__in": mine}).values(*names))
    tagged = model._meta.get_field("tags").remote_field.through.objects
    found.append(
        tagged.filter(tag__in=[tag.pk for tag in post.tag_list]).values("content_object", "tag")
    )
    found.append(post.related_links.model.objects.filter(post=post).values())
    if post.series_id:
        mates = model._base_manager.filter(series=post.series_id)
        found.append(mates.values("pk", "series_position", "date"))
    return found


class _Statement:
    """What follows the posts that are visible, which the text calls ``visible`` (``_id``, ``_date``)."""

    def __init__(self, post: Any, connection: Any) -> None:
        self.post = post
        self.quote = connection.ops.quote_name
        self.parameters: list[Any] = []
        self.date = connection.ops.adapt_datetimefield_value(post.date)
        shared = self._shared()
        steps = [self._like(), self._chosen(), self._neighbour(_PREVIOUS), self._neighbour(_NEXT)]
        steps += [self._series(), self._tags(), _NEXT_DUE]
        union = " UNION ALL ".join(
            f"SELECT * FROM ({step}) AS step{n}"  # noqa: S608
            for n, step in enumerate(steps)
        )
        self.text = f"shared AS ({shared}), {_WEIGHTS} {union}"

    def _shared(self) -> str:
        """(post, kind, term) of each visible post for each term that it has in common with this one."""
        parts = [self._linked("c", *self._category_table()), self._linked("t", *self._tag_table())]
        if self.post.series_id:
            table, key = self._series_table()
            parts.append(
                f"SELECT p.{key} AS post, 's' AS kind, p.{self._series_column} AS term"  # noqa: S608
                f" FROM {table} p JOIN visible ON visible._id = p.{key}"
                f" WHERE p.{self._series_column} = %s"
            )
            self.parameters.append(self.post.series_id)
        return " UNION ALL ".join(parts)

    def _linked(self, kind: str, table: str, post: str, term: str) -> str:
        self.parameters.append(self.post.pk)
        return (
            f"SELECT l.{post} AS post, '{kind}' AS kind, l.{term} AS term"  # noqa: S608
            f" FROM {table} l JOIN visible ON visible._id = l.{post}"
            f" WHERE l.{term} IN (SELECT {term} FROM {table} WHERE {post} = %s)"
        )

    def _like(self) -> str:
        self.parameters.append(self.post.pk)
        return (
            f"SELECT {_LIKE} AS kind, shared.post AS item, -SUM(weights.weight) AS position,"  # noqa: S608
            " '' AS label, '' AS slug FROM shared"
            " JOIN weights ON weights.kind = shared.kind AND weights.term = shared.term"
            " JOIN visible ON visible._id = shared.post WHERE shared.post <> %s"
            " GROUP BY shared.post, visible._date"
            " ORDER BY SUM(weights.weight) DESC, visible._date DESC, shared.post DESC"
            f" LIMIT {RELATED_POSTS * 2}"
        )

    def _chosen(self) -> str:
        field = type(self.post)._meta.get_field("related_links")
        links: Any = field.related_model
        quote = self.quote
        post = quote(field.field.column)
        related = quote(links._meta.get_field("related_post").column)
        order = quote(links._meta.get_field("sort_order").column)
        self.parameters += [self.post.pk, self.post.pk]
        return (
            f"SELECT {_CHOSEN}, r.{related}, COALESCE(r.{order}, 0) * 1.0, '', ''"  # noqa: S608
            f" FROM {quote(links._meta.db_table)} r JOIN visible ON visible._id = r.{related}"
            f" WHERE r.{post} = %s AND r.{related} <> %s"
        )

    def _neighbour(self, kind: int) -> str:
        """The post right before (or after) this one in time; posts of one moment follow their keys."""
        sign, order = ("<", "DESC") if kind == _PREVIOUS else (">", "ASC")
        self.parameters += [self.date, self.date, self.post.pk]
        return (
            f"SELECT {kind}, _id, 0.0, '', '' FROM visible"  # noqa: S608
            f" WHERE _date {sign} %s OR (_date = %s AND _id {sign} %s)"
            f" ORDER BY _date {order}, _id {order} LIMIT 1"
        )

    def _series(self) -> str:
        """All visible posts of the series, in reading order."""
        table, key = self._series_table()
        position = self.quote(type(self.post)._meta.get_field("series_position").column)
        self.parameters.append(self.post.series_id)
        return (
            f"SELECT {_SERIES}, p.{key}, ROW_NUMBER() OVER (ORDER BY COALESCE(p.{position}, 99999),"  # noqa: S608
            f" visible._date, p.{key}) * 1.0, '', '' FROM {table} p"
            f" JOIN visible ON visible._id = p.{key} WHERE p.{self._series_column} = %s"
        )

    def _tags(self) -> str:
        """The tags of the post itself, in the order in which they were given."""
        quote, (table, post, term) = self.quote, self._tag_table()
        through = self._tags_field.remote_field.through
        tag = self._tags_field.related_model
        self.parameters.append(self.post.pk)
        return (
            f"SELECT {_TAG}, t.{quote(tag._meta.pk.column)}, l.{quote(through._meta.pk.column)} * 1.0,"  # noqa: S608
            f" t.{quote('name')}, t.{quote('slug')} FROM {table} l"
            f" JOIN {quote(tag._meta.db_table)} t ON t.{quote(tag._meta.pk.column)} = l.{term}"
            f" WHERE l.{post} = %s"
        )

    @property
    def _tags_field(self) -> Any:
        return type(self.post)._meta.get_field("tags")

    @property
    def _series_column(self) -> str:
        return str(self.quote(type(self.post)._meta.get_field("series").column))

    def _series_table(self) -> tuple[str, str]:
        owner = type(self.post)._meta.get_field("series").model._meta
        return self.quote(owner.db_table), self.quote(owner.pk.column)

    def _category_table(self) -> tuple[str, str, str]:
        field: Any = type(self.post)._meta.get_field("categories")
        names = (field.m2m_db_table(), field.m2m_column_name(), field.m2m_reverse_name())
        return tuple(map(self.quote, names))

    def _tag_table(self) -> tuple[str, str, str]:
        options = self._tags_field.remote_field.through._meta
        columns = (options.get_field(name).column for name in ("content_object", "tag"))
        return tuple(map(self.quote, (options.db_table, *columns)))


_NEXT_DUE = f"SELECT {_DUE}, 0, 0.0, CAST(MIN(_due) AS VARCHAR(40)), '' FROM waiting"  # noqa: S608
_WEIGHTS = (
    "weights AS (SELECT kind, term, 1.0 / COUNT(*) AS weight FROM shared GROUP BY kind, term)"
)
