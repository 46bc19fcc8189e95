"""What the tables say about requests."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from django.utils import timezone

from ..models.requests import EVERY_ROUTE, RequestHour, RequestMinute
from .folding import MINUTES_FOR
from .queries import PREFIX, parts_of
from .remembering import Remembered
from .totals import FIELDS, Requests

#: What the slowest routes are found in.
RECENTLY = timedelta(minutes=5)

# Requests of the whole site, and the processes that answered them.
_site: Remembered[tuple[Requests, set[str]]] = Remembered()
_routes: Remembered[dict[str, Requests]] = Remembered()


@dataclass(slots=True)
class Timeline:
    """The site's requests by minute, and the processes that answered."""

    minutes: dict[datetime, Requests]
    workers: int
    per_second: float


def timeline(minutes: int = 30, now: datetime | None = None) -> Timeline:
    """The last minutes, the current one last, one entry for each; one query."""
    now = now or timezone.now()
    current = now.replace(second=0, microsecond=0)
    asked = _minutes_until(current, minutes)
    known = _site.among(asked)
    read: dict[datetime, tuple[Requests, set[str]]] = {
        minute: (Requests(), set()) for minute in asked if minute not in known
    }
    rows = RequestMinute.objects.filter(route=EVERY_ROUTE, minute__in=list(read))
    for minute, writer, *row in rows.values_list("minute", "writer", *FIELDS):
        read[minute][0].add(tuple(row))
        read[minute][1].add(writer)
    _site.keep(read, now)
    entries = {minute: known.get(minute) or read[minute] for minute in asked}
    found = {minute: requests for minute, (requests, _writers) in entries.items()}
    writers = set().union(*(writers for _requests, writers in list(entries.values())[-2:]))
    return Timeline(found, len(writers), _rate(found, current, now))


def _minutes_until(current: datetime, number: int) -> list[datetime]:
    return [current - timedelta(minutes=ago) for ago in reversed(range(number))]


def _rate(found: dict[datetime, Requests], current: datetime, now: datetime) -> float:
    """Requests per second over about a minute: the current one, and the rest of it from the one before."""
    elapsed = (now - current).total_seconds() / 60
    before = found.get(current - timedelta(minutes=1), Requests()).count
    return (found[current].count + before * (1 - elapsed)) / 60


@dataclass(slots=True)
class Recent:
    """The last minutes: requests by route, and slow queries by database and statement."""

    routes: dict[str, Requests]
    queries: dict[tuple[str, str], Requests]


def recent(now: datetime | None = None) -> Recent:
    """The last minutes by what was slow; one query."""
    now = now or timezone.now()
    current = now.replace(second=0, microsecond=0)
    asked = _minutes_until(current, RECENTLY // timedelta(minutes=1))
    known = _routes.among(asked)
    read: dict[datetime, dict[str, Requests]] = {
        minute: defaultdict(Requests) for minute in asked if minute not in known
    }
    rows = RequestMinute.objects.filter(minute__in=list(read)).exclude(route=EVERY_ROUTE)
    for minute, route, *row in rows.values_list("minute", "route", *FIELDS):
        read[minute][route].add(tuple(row))
    _routes.keep(read, now)
    found: dict[str, Requests] = defaultdict(Requests)
    for routes in (*known.values(), *read.values()):
        for route, totals in routes.items():
            found[route].merge(totals)
    slow = {route: found.pop(route) for route in list(found) if route.startswith(PREFIX)}
    return Recent(dict(found), {parts_of(route): totals for route, totals in slow.items()})


def routes_between(start: datetime, end: datetime, *, containing: str = "") -> dict[str, Requests]:
    """The requests of whole hours from ``start`` to before ``end`` by route; two queries."""
    hours = RequestHour.objects.filter(hour__gte=start, hour__lt=end, route__contains=containing)
    minutes = RequestMinute.objects.filter(
        minute__gte=start, minute__lt=end, route__contains=containing
    )
    return _by_route(
        chain(
            hours.exclude(route=EVERY_ROUTE).values_list("route", *FIELDS),
            minutes.exclude(route=EVERY_ROUTE)
            .exclude(route__startswith=PREFIX)
            .values_list("route", *FIELDS),
        )
    )


def count_between(start: datetime, end: datetime) -> Requests:
    """The requests of the whole site from ``start`` to before ``end``, with quantiles; at most two queries."""
    total = Requests()
    if start < timezone.now() - MINUTES_FOR:
        hours = RequestHour.objects.filter(route=EVERY_ROUTE, hour__gte=start, hour__lt=end)
        for row in hours.values_list(*FIELDS):
            total.add(row)
    minutes = RequestMinute.objects.filter(route=EVERY_ROUTE, minute__gte=start, minute__lt=end)
    for row in minutes.values_list(*FIELDS):
        total.add(row)
    return total


def _by_route(rows: Iterable[tuple[object, ...]]) -> dict[str, Requests]:
    found: dict[str, Requests] = defaultdict(Requests)
    for route, *row in rows:
        found[str(route)].add(tuple(row))  # type: ignore[arg-type]
    return dict(found)
