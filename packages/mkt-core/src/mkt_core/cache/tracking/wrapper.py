"""The wrapper around every statement: notes what it reads, queues what it changes."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from django.db.models.query import ModelIterable, RawModelIterable
from django.db.models.sql.compiler import SQLCompiler

from ..collector import Collector, automatic_collector
from . import writes
from .analysis import analyse
from .reads import Note, coarse_tags, notes_for
from .statements import Insert, Modify, Nothing, Read, SchemaChange, Statement, UncertainRead

_EXECUTE_SQL = SQLCompiler.execute_sql.__code__
_INSTANCE_MAKERS = frozenset({ModelIterable.__iter__.__code__, RawModelIterable.__iter__.__code__})
# Frames between the wrapper and the iterable that asked: Django's own, and those of a few debuggers.
_DEEPEST_FRAME = 30


@lru_cache(maxsize=4000)
def _plan(sql: str) -> tuple[Statement, tuple[Note, ...], frozenset[str] | None]:
    """What a statement does, and the tags that it leaves if it reads; the coarse ones None if there is no telling."""
    statement = analyse(sql)
    if isinstance(statement, Read):
        return statement, notes_for(statement), frozenset()
    if isinstance(statement, UncertainRead):
        return statement, (), coarse_tags(statement)
    return statement, (), frozenset()


def forget_plans() -> None:
    """For tests that change the models."""
    _plan.cache_clear()


class TrackingWrapper:
    """An ``execute_wrapper`` for one connection."""

    def __init__(self, connection: Any) -> None:
        self._connection = connection
        self._is_looking = False

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        if self._is_looking:
            return execute(sql, params, many, context)
        text = sql if isinstance(sql, str) else _text_of(sql, context)
        statement, notes, coarse = _plan(text)
        if isinstance(statement, Nothing):
            return execute(sql, params, many, context)
        if isinstance(statement, (Read, UncertainRead)):
            if (collector := automatic_collector()) is not None:
                _note(collector, notes, coarse, () if params is None else params)
            return execute(sql, params, many, context)
        return self._run_write(statement, execute, sql, params, many, context)

    def _run_write(
        self,
        statement: Statement,
        execute: Callable[..., Any],
        sql: Any,
        params: Any,
        many: bool,
        context: dict[str, Any],
    ) -> Any:
        connection = self._connection

        def run() -> Any:
            connection._mkt_last_cursor = context["cursor"].cursor
            return execute(sql, params, many, context)

        # Own queries and those of others inside this write are no reads of the response and no writes.
        self._is_looking = True
        try:
            if isinstance(statement, Insert):
                return writes.run_insert(connection, run, statement, params, many=many)
            if isinstance(statement, Modify):
                return writes.run_modify(connection, run, statement, params, many=many)
            result = run()
            if isinstance(statement, SchemaChange):
                writes.enqueue_everything(connection)
            else:
                writes.enqueue_uncertain(connection, statement)  # type: ignore[arg-type]
            return result
        finally:
            self._is_looking = False
            connection._mkt_last_cursor = None


def note_query(sql: str, params: tuple[Any, ...]) -> None:
    """Note what a query would read, as if it had run and its rows had been handed out as they are."""
    collector = automatic_collector()
    if collector is None:
        return
    _, notes, coarse = _plan(sql)
    _note(collector, notes, coarse, params)


def _note(
    collector: Collector, notes: tuple[Note, ...], coarse: frozenset[str] | None, params: Any
) -> None:
    if coarse is None or not isinstance(params, (tuple, list)):
        collector.refuse("untracked")
        return
    collector.tags.update(coarse)
    for note in notes:
        note.add_to(collector, params, _makes_instances)


def _makes_instances() -> bool:
    """Whether the query in progress is one that model instances are made of, rather than ``values()``.

    Both send the same SQL when all columns are selected. Whoever is not known to make instances counts as ``values()``.
    """
    frame = sys._getframe(1)
    for _ in range(_DEEPEST_FRAME):
        if frame.f_code in _INSTANCE_MAKERS:
            return True
        if frame.f_back is None:
            return False
        if frame.f_code is _EXECUTE_SQL:
            # Others may have begun to make instances before, and ask for something else meanwhile.
            return frame.f_back.f_code in _INSTANCE_MAKERS
        frame = frame.f_back
    return False


def _text_of(sql: Any, context: dict[str, Any]) -> str:
    """The text of a statement composed with psycopg's ``sql`` module."""
    try:
        return str(sql.as_string(context["cursor"].cursor))
    except Exception:  # noqa: BLE001
        # Read as a write of unknown tables: nothing stays in the cache.
        return "UNKNOWN"
