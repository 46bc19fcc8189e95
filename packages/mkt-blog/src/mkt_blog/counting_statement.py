"""The one statement behind ``counts``, written by hand: the visible posts, found once and counted in three ways."""

from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.db.models import F
from django.db.models.functions import TruncMonth

from .link_tables import category_links, tag_links
from .prepared import any_moment
from .querysets import Spot
from .visible import waiting
from .visible_statement import VisibleStatement

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


class CountingStatement(VisibleStatement):
    """The visible posts of each category of a language itself, of each month, of each tag; when others are due; and
    the newest of those that are featured.
    """

    def __init__(
        self, visible: "PostQuerySet", later: "PostQuerySet", locale_id: int, featured: int
    ) -> None:
        super().__init__(visible)
        rows = visible.order_by().annotate(_month=TruncMonth("date"))
        columns = {"_id": F("pk"), "_date": F("date"), "_featured": F("featured")}
        beginning = self._beginning(rows.values("_month", **columns), later)
        chosen = f"SELECT {FEATURED}, _id, 0, '', '' FROM ({_FEATURED} LIMIT {featured}) f"  # noqa: S608
        steps = (self._categories(locale_id), _MONTHS, self._tags(), _DUES, chosen)
        self._sql = f"{beginning} {' UNION ALL '.join(steps)}"

    def rows(self, now: datetime) -> list[Row]:
        """One query."""
        return self._found(self._sql, now, {})

    def _categories(self, locale_id: int) -> str:
        self._parameters.append(locale_id)
        counted = self._counted(CATEGORY, "categories", category_links(self._model), "path")
        locale = self._model._meta.get_field("categories").related_model._meta.get_field("locale")
        return f"{counted} WHERE t.{self._quote(locale.column)} = %s"

    def _tags(self) -> str:
        return self._counted(TAG, "tags", tag_links(self._model), "name", "slug")

    def _counted(self, kind: int, relation: str, links: tuple[str, str, str], *names: str) -> str:
        """(kind, key, posts, label, slug) of each term that visible posts are linked to."""
        link, post, term = map(self._quote, links)
        options: Any = self._model._meta.get_field(relation).related_model._meta
        key = self._quote(options.pk.column)
        shown = [f"t.{self._quote(options.get_field(name).column)}" for name in names]
        label, slug = [*shown, "''"][:2]
        return (
            f"SELECT {kind}, t.{key}, c.posts, {label}, {slug} FROM (SELECT l.{term} AS term, COUNT(*) AS posts"  # noqa: S608
            f" FROM {link} l JOIN visible ON visible._id = l.{post} GROUP BY l.{term}) c"
            f" JOIN {self._quote(options.db_table)} t ON t.{key} = c.term"
        )


_MONTHS = (
    f"SELECT {MONTH}, 0, COUNT(*), CAST(_month AS VARCHAR(40)), '' FROM visible GROUP BY _month"  # noqa: S608
)
_FEATURED = "SELECT _id FROM visible WHERE _featured ORDER BY _date DESC, _id DESC"
_DUES = f"SELECT {DUE}, 0, 0, CAST(MIN(_due) AS VARCHAR(40)), '' FROM waiting"  # noqa: S608
