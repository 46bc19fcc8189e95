"""Add up what this process has noted, and write it.

A process has rows of its own, and writes the whole minute each time: nothing is counted twice, whatever is repeated.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from threading import Lock
from time import time

from django.db import connections, router

from ..models.requests import EVERY_ROUTE, RequestMinute
from ..registry import dropped
from . import queries
from .recording import Noted, drain
from .totals import FIELDS, Requests

logger = logging.getLogger(__name__)

#: Routes of one minute; those beyond are added up as one.
ROUTES = 200
OTHER_ROUTES = "overflow"
#: How long minutes that could not be written are kept.
MINUTES_KEPT = 10


class Minutes:
    """What this process has counted and may still have to write, by minute and route."""

    def __init__(self) -> None:
        self.writer = secrets.token_hex(8)
        self.totals: dict[int, dict[str, Requests]] = {}
        self.changed: set[int] = set()

    def add(self, noted: Noted) -> None:
        """Count one request for its route and for the whole site."""
        minute = int(noted.ended // 60)
        routes = self.totals.setdefault(minute, {})
        route = noted.route if noted.route in routes or self._has_room(routes) else OTHER_ROUTES
        for name in (EVERY_ROUTE, route):
            if name not in routes:
                routes[name] = Requests()
            routes[name].note(noted)
        self.changed.add(minute)

    @staticmethod
    def _has_room(routes: dict[str, Requests]) -> bool:
        if len(routes) < ROUTES:
            return True
        return len(routes) - sum(map(_is_query, routes)) < ROUTES

    def add_query(self, query: queries.SlowQuery) -> None:
        """Count one slow query."""
        minute = int(query.ended // 60)
        rows = self.totals.setdefault(minute, {})
        route = queries.route_of(query)
        if route not in rows and sum(map(_is_query, rows)) >= queries.STATEMENTS:
            route = queries.route_of(query._replace(statement=None))
        rows.setdefault(route, Requests()).note(Noted(query.ended, route, 0, query.seconds))
        self.changed.add(minute)

    def rows(self) -> Iterator[RequestMinute]:
        """The rows of the minutes that have changed since they were written."""
        for minute in sorted(self.changed):
            for route, totals in self.totals[minute].items():
                yield RequestMinute(
                    minute=datetime.fromtimestamp(minute * 60, UTC),
                    writer=self.writer,
                    route=route,
                    **totals.columns(),
                )

    def was_written(self, now: int) -> None:
        """Forget what is over; a request that took long may still come for the minute before."""
        self.changed.clear()
        self.totals = {m: routes for m, routes in self.totals.items() if m >= now - 1}

    def was_not_written(self, now: int) -> None:
        """Keep it for the next time, within limits."""
        for minute in [m for m in self.totals if m < now - MINUTES_KEPT]:
            lost = self.totals.pop(minute)
            if minute in self.changed:
                dropped.labels("requests_storage").inc(_requests(lost))
            self.changed.discard(minute)


def _is_query(route: str) -> bool:
    return route.startswith(queries.PREFIX)


def _requests(routes: dict[str, Requests]) -> int:
    """How many requests; a minute may have slow queries alone."""
    every = routes.get(EVERY_ROUTE)
    return every.count if every else 0


_minutes = Minutes()
_lock = Lock()
_has_failed = False


def flush(now: float | None = None) -> int:
    """Write what was noted; how many rows. One statement, none if nothing was noted.

    Raises:
        django.db.DatabaseError: it could not be written, and is kept for ten minutes.
    """
    with _lock:
        minute = int((time() if now is None else now) // 60)
        for noted in drain():
            _minutes.add(noted)
        for query in queries.drain():
            _minutes.add_query(query)
        rows = list(_minutes.rows())
        try:
            write(rows)
        except Exception:
            _minutes.was_not_written(minute)
            raise
        _minutes.was_written(minute)
        return len(rows)


def write(rows: Iterable[RequestMinute]) -> None:
    """Write the rows, in place of those that this process has written for the same minute and route."""
    RequestMinute.objects.bulk_create(
        rows,
        batch_size=100,
        update_conflicts=True,
        unique_fields=["minute", "writer", "route"],
        update_fields=FIELDS,
    )


def flush_quietly() -> None:
    """``flush()`` for a thread: an error is logged once until it works again, and the connection is given back."""
    global _has_failed
    from .folding import fold_now_and_then

    try:
        flush()
        fold_now_and_then()
        _has_failed = False
    except Exception:
        if not _has_failed:
            logger.exception("Requests could not be written for the dashboard; they are kept.")
        _has_failed = True
    finally:
        # Nobody else will: there is no end of a request in this thread.
        connections[router.db_for_write(RequestMinute)].close()


def _after_fork() -> None:
    global _minutes, _lock
    _minutes, _lock = Minutes(), Lock()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
