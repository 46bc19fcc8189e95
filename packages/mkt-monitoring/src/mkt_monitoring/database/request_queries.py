"""The queries of one request: how many, and whether one of them is asked again and again."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

# So many different statements of one request are told apart; a batch job behind a URL must not fill the memory.
MOST_STATEMENTS = 500


class RequestQueries:
    """Filled by the wrapper of the connections, also from the threads that an asynchronous request uses."""

    __slots__ = ("by_alias", "statements")

    def __init__(self) -> None:
        self.by_alias: dict[str, int] = {}
        self.statements: dict[object, int] = {}

    def add(self, alias: str, statement: object) -> None:
        """Count one query. ``statement`` has placeholders instead of values."""
        by_alias, statements = self.by_alias, self.statements
        by_alias[alias] = by_alias.get(alias, 0) + 1
        seen = statements.get(statement)
        if seen is not None:
            statements[statement] = seen + 1
        elif len(statements) < MOST_STATEMENTS:
            statements[statement] = 1

    def absorb(self, others: RequestQueries) -> None:
        """Count the queries of a part that was looked at by itself."""
        for alias, number in others.by_alias.items():
            self.by_alias[alias] = self.by_alias.get(alias, 0) + number
        for statement, number in others.statements.items():
            self.statements[statement] = self.statements.get(statement, 0) + number

    @property
    def most_repeated(self) -> int:
        """How often the statement ran that ran most often."""
        return max(self.statements.values(), default=0)


current: ContextVar[RequestQueries | None] = ContextVar("mkt_monitoring_queries", default=None)


@contextmanager
def counting_queries() -> Iterator[RequestQueries]:
    """Collect the queries that are made inside, by this thread or task and those it waits for."""
    queries = RequestQueries()
    token = current.set(queries)
    try:
        yield queries
    finally:
        current.reset(token)
