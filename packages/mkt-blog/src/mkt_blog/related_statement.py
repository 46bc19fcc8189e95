"""The one statement behind ``related``, written by hand."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import F

from .link_tables import category_links, tag_links
from .prepared import any_moment
from .querysets import Spot
from .visible import waiting
from .visible_statement import VisibleStatement

if TYPE_CHECKING:
    from .querysets import PostQuerySet

RELATED_POSTS = 3

LIKE, CHOSEN, PREVIOUS, NEXT, SERIES, TAG, DUE = range(7)


class _Parameter:
    """Stands for a value that is known when the statement is asked."""


_POST, _DATE, _SERIES = _Parameter(), _Parameter(), _Parameter()


@lru_cache(maxsize=256)
def usual_statement(alias: str, model: Any, blog: Spot, *, in_series: bool) -> "AroundStatement":
    """Where nothing of the site decides which posts are visible: written once in a process."""
    visible = model.objects.using(alias).published_in(blog, at=any_moment())
    later = waiting(blog, model, at=any_moment()).using(alias)
    return AroundStatement(visible, later, in_series=in_series)


class AroundStatement(VisibleStatement):
    """The text for the posts of one class in one blog, with or without a series."""

    def __init__(self, visible: "PostQuerySet", later: "PostQuerySet", *, in_series: bool) -> None:
        super().__init__(visible)
        self._in_series = in_series
        rows = visible.order_by().values(_id=F("pk"), _date=F("date"))
        beginning = self._beginning(rows, later)
        shared = self._shared()
        steps = [self._like(), self._chosen(), self._neighbour(PREVIOUS), self._neighbour(NEXT)]
        steps += [self._series()] if in_series else []
        steps += [self._tags(), _NEXT_DUE]
        union = " UNION ALL ".join(
            f"SELECT * FROM ({step}) AS step{n}"  # noqa: S608
            for n, step in enumerate(steps)
        )
        self._sql = f"{beginning}, shared AS ({shared}), {_WEIGHTS} {union}"

    def rows(self, post: Any, now: datetime) -> list[Any]:
        """(kind, key, rank, label, slug); in each kind the lowest rank comes first. One query."""
        values = {_POST: post.pk, _DATE: self._adapted(post.date), _SERIES: post.series_id}
        return self._found(self._sql, now, values)

    def _shared(self) -> str:
        """(post, kind, term) of each visible post for each term that it has in common with this one."""
        categories, tags = category_links(self._model), tag_links(self._model)
        parts = [
            self._linked("c", *map(self._quote, categories)),
            self._linked("t", *map(self._quote, tags)),
        ]
        if self._in_series:
            parts.append(
                f"SELECT visible._id AS post, 's' AS kind, p.{self._series_column} AS term"  # noqa: S608
                f" FROM {self._mates()}"
            )
        return " UNION ALL ".join(parts)

    def _linked(self, kind: str, table: str, post: str, term: str) -> str:
        self._parameters.append(_POST)
        return (
            f"SELECT l.{post} AS post, '{kind}' AS kind, l.{term} AS term"  # noqa: S608
            f" FROM {table} l JOIN visible ON visible._id = l.{post}"
            f" WHERE l.{term} IN (SELECT {term} FROM {table} WHERE {post} = %s)"
        )

    def _like(self) -> str:
        self._parameters.append(_POST)
        return (
            f"SELECT {LIKE} AS kind, shared.post AS item, -SUM(weights.weight) AS position,"  # noqa: S608
            " '' AS label, '' AS slug FROM shared"
            " JOIN weights ON weights.kind = shared.kind AND weights.term = shared.term"
            " JOIN visible ON visible._id = shared.post WHERE shared.post <> %s"
            " GROUP BY shared.post, visible._date"
            " ORDER BY SUM(weights.weight) DESC, visible._date DESC, shared.post DESC"
            f" LIMIT {RELATED_POSTS * 2}"
        )

    def _chosen(self) -> str:
        field = self._model._meta.get_field("related_links")
        links: Any = field.related_model
        quote = self._quote
        post = quote(field.field.column)
        related = quote(links._meta.get_field("related_post").column)
        order = quote(links._meta.get_field("sort_order").column)
        self._parameters += [_POST, _POST]
        return (
            f"SELECT {CHOSEN}, r.{related}, COALESCE(r.{order}, 0) * 1.0, '', ''"  # noqa: S608
            f" FROM {quote(links._meta.db_table)} r JOIN visible ON visible._id = r.{related}"
            f" WHERE r.{post} = %s AND r.{related} <> %s"
        )

    def _neighbour(self, kind: int) -> str:
        """The post right before (or after) this one in time; posts of one moment follow their keys."""
        sign, order = ("<", "DESC") if kind == PREVIOUS else (">", "ASC")
        self._parameters += [_DATE, _DATE, _POST]
        return (
            f"SELECT {kind}, _id, 0.0, '', '' FROM visible"  # noqa: S608
            f" WHERE _date {sign} %s OR (_date = %s AND _id {sign} %s)"
            f" ORDER BY _date {order}, _id {order} LIMIT 1"
        )

    def _series(self) -> str:
        """All visible posts of the series, in reading order."""
        position = self._quote(self._model._meta.get_field("series_position").column)
        return (
            f"SELECT {SERIES}, visible._id, ROW_NUMBER() OVER (ORDER BY COALESCE(p.{position}, 99999),"  # noqa: S608
            f" visible._date, visible._id) * 1.0, '', '' FROM {self._mates()}"
        )

    def _mates(self) -> str:
        """The visible posts of the series; ``p`` is the table that says where in it they stand."""
        owner = self._model._meta.get_field("series").model._meta
        table, key = self._quote(owner.db_table), self._quote(owner.pk.column)
        self._parameters.append(_SERIES)
        return f"{table} p JOIN visible ON visible._id = p.{key} WHERE p.{self._series_column} = %s"

    def _tags(self) -> str:
        """The tags of the post itself, in the order in which they were given."""
        quote = self._quote
        table, post, term = map(quote, tag_links(self._model))
        through = self._tags_field.remote_field.through
        tag = self._tags_field.related_model
        self._parameters.append(_POST)
        return (
            f"SELECT {TAG}, t.{quote(tag._meta.pk.column)}, l.{quote(through._meta.pk.column)} * 1.0,"  # noqa: S608
            f" t.{quote('name')}, t.{quote('slug')} FROM {table} l"
            f" JOIN {quote(tag._meta.db_table)} t ON t.{quote(tag._meta.pk.column)} = l.{term}"
            f" WHERE l.{post} = %s"
        )

    @property
    def _tags_field(self) -> Any:
        return self._model._meta.get_field("tags")

    @property
    def _series_column(self) -> str:
        return str(self._quote(self._model._meta.get_field("series").column))


_NEXT_DUE = f"SELECT {DUE}, 0, 0.0, CAST(MIN(_due) AS VARCHAR(40)), '' FROM waiting"  # noqa: S608
_WEIGHTS = (
    "weights AS (SELECT kind, term, 1.0 / COUNT(*) AS weight FROM shared GROUP BY kind, term)"
)
