"""The one statement behind ``counts``, written by hand: the visible posts, found once and counted in three ways."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models import F
from django.db.models.functions import TruncMonth

from .link_tables import category_links, tag_links
from .prepared import any_moment
from .querysets import Spot
from .visible import waiting

if TYPE_CHECKING:
    from .querysets import PostQuerySet

CATEGORY, MONTH, TAG, DUE, FEATURED = range(5)
# kind, key, count, label, slug
Row = tuple[int, int, int, str, str]


@lru_cache(maxsize=256)
def usual_statement(
    alias: str, model: Any, blog: Spot, locale_id: int, featured: int, zone: str
) -> "CountingStatement":
    """Where nothing of the site decides which posts are visible: written once in a process.

    Months begin at midnight of the current time zone, so it is part of the key.
    """
    visible = model.objects.using(alias).published_in(blog, at=any_moment())
    later = waiting(blog, model, at=any_moment()).using(alias)
    return CountingStatement(visible, later, locale_id, featured)


class CountingStatement:
    """The visible posts of each category of a language itself, of each month, of each tag; when others are due; and
    the newest of those that are featured.

    Names of tables and columns are those of the models, quoted; all values are parameters.
    """

    def __init__(
        self, visible: "PostQuerySet", later: "PostQuerySet", locale_id: int, featured: int
    ) -> None:
        self._model, self._alias = visible.model, visible.db
        self._quote = connections[self._alias].ops.quote_name
        self._parameters: list[Any] = []
        rows = visible.order_by().annotate(_month=TruncMonth("date"))
        columns = {"_id": F("pk"), "_date": F("date"), "_featured": F("featured")}
        posts = self._compiled(rows.values("_month", **columns))
        dues = self._compiled(later.values(_due=F("date")))
        self._parameters.append(locale_id)
        chosen = f"SELECT {FEATURED}, _id, 0, '', '' FROM ({_FEATURED} LIMIT {featured}) f"  # noqa: S608
        steps = (self._categories(), _MONTHS, self._tags(), _DUES, chosen)
        union = " UNION ALL ".join(steps)
        self._sql = f"WITH visible AS ({posts}), waiting AS ({dues}) {union}"

    def rows(self, now: datetime) -> list[Row]:
        """One query."""
        connection = connections[self._alias]
        adapt = connection.ops.adapt_datetimefield_value
        values = {adapt(any_moment()): adapt(now)}
        with connection.cursor() as cursor:
            cursor.execute(self._sql, [values.get(found, found) for found in self._parameters])
            return list(cursor.fetchall())

    def _compiled(self, rows: Any) -> str:
        # Where a hook leaves no posts: a statement that finds none, with columns of the right types.
        compiler = rows.query.get_compiler(using=self._alias, elide_empty=False)
        sql, parameters = compiler.as_sql()
        self._parameters += parameters
        return str(sql)

    def _categories(self) -> str:
        model: Any = self._model._meta.get_field("categories").related_model
        table, key, path, locale = self._columns(model, "path", "locale")
        counted = self._counted(*category_links(self._model))
        return (
            f"SELECT {CATEGORY}, t.{key}, c.posts, t.{path}, '' FROM ({counted}) c"  # noqa: S608
            f" JOIN {table} t ON t.{key} = c.term WHERE t.{locale} = %s"
        )

    def _tags(self) -> str:
        model: Any = self._model._meta.get_field("tags").related_model
        table, key, name, slug = self._columns(model, "name", "slug")
        counted = self._counted(*tag_links(self._model))
        return (
            f"SELECT {TAG}, t.{key}, c.posts, t.{name}, t.{slug} FROM ({counted}) c"  # noqa: S608
            f" JOIN {table} t ON t.{key} = c.term"
        )

    def _counted(self, *names: str) -> str:
        table, post, term = map(self._quote, names)
        return (
            f"SELECT l.{term} AS term, COUNT(*) AS posts FROM {table} l"  # noqa: S608
            f" JOIN visible ON visible._id = l.{post} GROUP BY l.{term}"
        )

    def _columns(self, model: Any, *fields: str) -> tuple[str, ...]:
        """The table, its key, and the columns of ``fields``."""
        columns = (model._meta.get_field(name).column for name in fields)
        return tuple(map(self._quote, (model._meta.db_table, model._meta.pk.column, *columns)))


_MONTHS = (
    f"SELECT {MONTH}, 0, COUNT(*), CAST(_month AS VARCHAR(40)), '' FROM visible GROUP BY _month"  # noqa: S608
)
_FEATURED = "SELECT _id FROM visible WHERE _featured ORDER BY _date DESC, _id DESC"
_DUES = f"SELECT {DUE}, 0, 0, CAST(MIN(_due) AS VARCHAR(40)), '' FROM waiting"  # noqa: S608
