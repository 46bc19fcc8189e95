"""Querysets whose statements are written once in a process, and asked again and again with other values.

Django writes the SQL of a queryset anew each time, which for the wide rows of pages takes several times as long as the
database does. Here a queryset is built once with placeholders (``PreparedQuery``), and after that only its values
change. What is sent to the database is what the queryset itself would send (a list may name its last value more than
once), so everything that looks at statements (mkt_core's response cache, query counts, slow query logs) sees no
difference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from copy import copy
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db import connections, router
from django.db.models import QuerySet
from django.utils import timezone

Value = int | str | datetime | Sequence[int] | Sequence[str]

# No real key, slug or moment: what stands for values while a statement is written.
_FIRST_NUMBER = 2_140_000_000
_TEXT = "mkt\x1fblog\x1fprepared\x1f{}"
_FIRST_YEAR = 8000
# Lists are made as long as the next of these, by naming the last value again, so that few statements are written.
_LENGTHS = (1, 2, 4, 8, 16, 32, 64, 128)
_MOST_STATEMENTS = 512


class PreparedQuery:
    """``build(model, *key, **values)`` makes the queryset. It is called with placeholders for the values, once for each
    database, ``key`` and kinds of values.

    ``key`` holds what changes the text of the statement: classes, settings, or values that seldom change, like the path
    of a blog. Everything in it is hashable. A value may be the number that the queryset is sliced from,
    ``[first : first + size]``. What a queryset prefetches is not loaded.
    """

    def __init__(self, build: Callable[..., QuerySet[Any]]) -> None:
        self._build = build
        self._statement = lru_cache(maxsize=_MOST_STATEMENTS)(self._written)

    def rows(self, model: Any, *key: Any, **values: Value) -> list[Any]:
        """What ``build(model, *key, **values)`` gives, in one query; none where a list among the values is empty.

        Raises:
            ValueError: the queryset does not contain one of its values as it is.
        """
        shape = []
        flat: list[Any] = []
        for name, value in values.items():
            if isinstance(value, (list, tuple)):
                if not value:
                    return []
                if len(value) > _LENGTHS[-1]:
                    return list(self._build(model, *key, **values))
                value = _filled_up(value)
                shape.append((name, type(value[0]), len(value)))
                flat += value
            else:
                shape.append((name, type(value), 0))
                flat.append(value)
        alias = router.db_for_read(model)
        return list(self._statement(alias, (model, *key), tuple(shape)).rows(flat))

    def _written(self, alias: str, key: tuple[Any, ...], shape: tuple[Any, ...]) -> _Statement:
        placeholders = _placeholders()
        given: dict[str, Any] = {}
        every: list[Any] = []
        for name, kind, length in shape:
            made = [placeholders[kind](len(every) + number) for number in range(length or 1)]
            every += made
            given[name] = made if length else made[0]
        return _Statement(self._build(*key, **given).using(alias), every)


class _Statement:
    """A compiled statement, and which of its parameters are which of the values."""

    def __init__(self, queryset: QuerySet[Any], placeholders: Sequence[Any]) -> None:
        self._queryset = queryset
        self._query = queryset.query
        self._compiler: Any = self._query.get_compiler(using=queryset.db)
        self._sql: str
        self._sql, parameters = self._compiler.as_sql()
        adapt = self._compiler.connection.ops.adapt_datetimefield_value
        known = {
            (type(adapted), adapted): position
            for position, value in enumerate(placeholders)
            for adapted in [adapt(value) if isinstance(value, datetime) else value]
        }
        self._parameters = list(parameters)
        self._places = [
            (place, known[type(found), found])
            for place, found in enumerate(parameters)
            if (type(found), found) in known
        ]
        missing = set(range(len(placeholders))) - {position for _, position in self._places}
        # Django writes the limits of a slice as numbers.
        self._offset = missing.pop() if missing else None
        self._offset_text = (
            f" OFFSET {placeholders[self._offset]}" if self._offset is not None else ""
        )
        if missing or self._offset_text not in self._sql:
            raise ValueError("Not every value stands in the statement as it is.")

    def rows(self, values: Sequence[Any]) -> Iterator[Any]:
        connection = connections[self._queryset.db]
        adapt = connection.ops.adapt_datetimefield_value
        parameters = self._parameters.copy()
        for place, position in self._places:
            value = values[position]
            parameters[place] = adapt(value) if isinstance(value, datetime) else value
        compiler = copy(self._compiler)
        compiler.connection = connection
        compiler.as_sql = lambda *args, **kwargs: (self._text(values), tuple(parameters))
        # Not a clone, which would copy the query as well.
        queryset = self._queryset.__class__.__new__(self._queryset.__class__)
        queryset.__dict__.update(self._queryset.__dict__)
        queryset._query = _Ready(self._query, compiler)  # type: ignore[attr-defined]
        rows: Any = queryset._iterable_class(queryset)
        return iter(rows)

    def _text(self, values: Sequence[Any]) -> str:
        if self._offset is None:
            return self._sql
        first = int(values[self._offset])
        return self._sql.replace(self._offset_text, f" OFFSET {first}" if first else "")


class _Ready:
    """Stands for a query that is compiled already."""

    def __init__(self, query: Any, compiler: Any) -> None:
        self._query = query
        self._compiler = compiler

    def get_compiler(self, *args: Any, **kwargs: Any) -> Any:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


def _filled_up(values: Sequence[Any]) -> list[Any]:
    length = next(length for length in _LENGTHS if length >= len(values))
    return [*values, *[values[-1]] * (length - len(values))]


def any_moment(number: int = 0) -> datetime:
    """A moment that no post is dated, with a time zone if the site's moments have one."""
    return timezone.now().replace(
        year=_FIRST_YEAR + number, month=2, day=3, hour=4, minute=5, second=6, microsecond=7
    )


def _placeholders() -> Mapping[type, Callable[[int], Any]]:
    return {
        int: lambda number: _FIRST_NUMBER + number,
        str: _TEXT.format,
        datetime: any_moment,
    }
