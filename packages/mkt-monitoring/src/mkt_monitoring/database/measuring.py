"""The duration and the errors of every query, by an ``execute_wrapper`` on each connection."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from time import perf_counter
from typing import Any

from django import db
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from ..conf import settings_in_force
from ..registry import counter, histogram
from ..requests_now.queries import note
from .pools import note_pool
from .request_queries import current

QUERY_BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
OTHER = "other"

durations = histogram(
    "db_query_duration_seconds",
    "Duration of database queries.",
    ["alias", "kind"],
    buckets=QUERY_BUCKETS,
)
errors = counter("db_query_errors_total", "Failed database queries.", ["alias", "error"])
refused = counter(
    "db_connection_errors_total", "Database connections that failed.", ["alias", "error"]
)
opened = counter("db_connections_opened_total", "Database connections opened.", ["alias"])

# By the first letters, as Django writes them; a longer look is only taken at what is not here.
_KINDS = {
    **{word: word.lower() for word in ("SELECT", "INSERT", "UPDATE", "DELETE")},
    **dict.fromkeys(
        ("SAVEPO", "RELEAS", "ROLLBA", "COMMIT", "BEGIN", "BEGIN ", "START "), "transaction"
    ),
}
KINDS = frozenset(_KINDS.values()) | {OTHER}
_ERRORS = frozenset(
    name for name in dir(db) if isinstance(getattr(db, name), type) and name.endswith("Error")
)


def kind_of(statement: object) -> str:
    """What the statement does: one of ``KINDS``."""
    if not isinstance(statement, str):
        # Composed by psycopg, or bytes.
        return OTHER
    kind = _KINDS.get(statement[:6])
    return kind or _KINDS.get(statement[:200].strip(" \n\t(").upper()[:6], OTHER)


def error_label(error: Exception) -> str:
    """Its name, or that of what it is a kind of (a driver has more of them than Django); "other" if it is none."""
    kinds = (kind.__name__ for kind in type(error).__mro__)
    return next((name for name in kinds if name in _ERRORS), OTHER)


class MeasuredQueries:
    """The wrapper of one connection, with bound observers: nothing is looked up by labels for a query."""

    def __init__(self, alias: str) -> None:
        self.alias = alias
        self._slow = settings_in_force().SLOW_QUERY_SECONDS
        self._observers = {kind: durations.labels(alias, kind).observer() for kind in sorted(KINDS)}
        self._by_start = {start: self._observers[kind] for start, kind in _KINDS.items()}

    def __call__(
        self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any
    ) -> Any:
        started = perf_counter()
        try:
            return execute(sql, params, many, context)
        except Exception as error:
            self._failed(error)
            raise
        finally:
            seconds = perf_counter() - started
            observe = self._by_start.get(sql[:6]) if isinstance(sql, str) else None
            (observe or self._observers[kind_of(sql)])(seconds)
            if seconds > self._slow:
                note(self.alias, sql, seconds)
            queries = current.get()
            if queries is not None:
                queries.add(self.alias, sql)

    def _failed(self, error: Exception) -> None:
        errors.labels(self.alias, error_label(error)).inc()


_wrappers: dict[str, MeasuredQueries] = {}


def measure(connection: BaseDatabaseWrapper) -> None:
    """Let the queries of this connection be measured; again is the same as once."""
    alias = connection.alias
    wrapper = _wrappers.get(alias)
    if wrapper is None:
        wrapper = _wrappers[alias] = MeasuredQueries(alias)
    if wrapper not in connection.execute_wrappers:
        connection.execute_wrappers.append(wrapper)


def note_connection(sender: object, connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """A connection was opened."""
    measure(connection)
    opened.labels(connection.alias).inc()
    note_pool(connection)


def _counting_failures(connect: Callable[..., None]) -> Callable[..., None]:
    @wraps(connect)
    def connect_and_count(self: BaseDatabaseWrapper) -> None:
        try:
            connect(self)
        except Exception as error:
            refused.labels(self.alias, error_label(error)).inc()
            raise

    return connect_and_count


def install() -> None:
    """Measure the connections of the future and those that are open. Opens none.

    Django has no signal for a connection that fails, so that the method of all engines is wrapped.
    """
    if not getattr(BaseDatabaseWrapper.connect, "_mkt_measured", False):
        BaseDatabaseWrapper.connect = _counting_failures(BaseDatabaseWrapper.connect)  # type: ignore[method-assign]
        BaseDatabaseWrapper.connect._mkt_measured = True  # type: ignore[attr-defined]
    from django.db.backends.signals import connection_created

    connection_created.connect(note_connection, dispatch_uid="mkt_monitoring.note_connection")
    for connection in connections.all(initialized_only=True):
        measure(connection)
