"""What statements written by hand have in common: Django's querysets know no WITH."""

from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import connections
from django.db.models import F

from .prepared import any_moment

if TYPE_CHECKING:
    from .querysets import PostQuerySet


class VisibleStatement:
    """A statement over ``visible`` posts and those that are ``waiting`` for their date.

    Names of tables and columns are those of the models, quoted; all values are parameters, in the order in which the
    text has them.
    """

    def __init__(self, visible: "PostQuerySet") -> None:
        self._model, self._alias = visible.model, visible.db
        self._quote = connections[self._alias].ops.quote_name
        self._parameters: list[Any] = []

    def _beginning(self, visible: Any, later: "PostQuerySet") -> str:
        """WITH the two; the columns of ``visible`` are whatever it selects, of ``waiting`` it is ``_due``."""
        return (
            f"WITH visible AS ({self._compiled(visible)}),"
            f" waiting AS ({self._compiled(later.values(_due=F('date')))})"
        )

    def _compiled(self, rows: Any) -> str:
        # Where a hook leaves no posts: a statement that finds none, with columns of the right types.
        compiler = rows.query.get_compiler(using=self._alias, elide_empty=False)
        sql, parameters = compiler.as_sql()
        self._parameters += parameters
        return str(sql)

    def _found(self, sql: str, now: datetime, values: dict[Any, Any]) -> list[Any]:
        """The rows; ``values`` are those of parameters that were not known when ``sql`` was written. One query."""
        known = {**values, self._adapted(any_moment()): self._adapted(now)}
        with connections[self._alias].cursor() as cursor:
            cursor.execute(sql, [known.get(found, found) for found in self._parameters])
            return list(cursor.fetchall())

    def _adapted(self, moment: datetime) -> Any:
        """As the database has it."""
        return connections[self._alias].ops.adapt_datetimefield_value(moment)
