"""How many different visitors: counted exactly, on the raw events of a day, or by HyperLogLog while the day lasts.

A hash means nothing on another day, so that visitors of several days cannot be told apart: their numbers are added up.
Counting exactly reads all events of the day. Where there is a Redis (see ``uniques``), that is done once, when the day
is over; until then the numbers are wrong by 0.81 %. Whenever Redis cannot have all of them, they are counted exactly.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock
from typing import Any, Literal, NamedTuple

from django.db import connections
from django.db.models import Count, Min, Q
from django.utils import timezone

from ..days import date_of
from ..models.aggregates import OTHER_VALUES, PAGE, TOTAL
from .options import event_options
from .storage.locks import ROLLUP, VISITORS, alone, transaction_lock
from .uniques.choosing import counters

#: Days are counted again at least so often while they last, and so many times as long as the counting itself took.
INTERVAL = timedelta(seconds=60)
PAUSE_FACTOR = 20
#: Pages of a day whose visitors are counted, the most viewed first.
PAGES = 200
#: What is late by less than this is still in a day's last count.
LATE = timedelta(hours=1)
#: Days that are looked at again.
RECENT_DAYS = 3

_took_seconds = 0.0


class Present(NamedTuple):
    """Visitors who are here now, and how they were counted.

    "exact", "estimate" (by HyperLogLog), or "fallback": exactly, since Redis does not answer or has not all of them.
    """

    number: int
    counted: Literal["exact", "estimate", "fallback"]


def visitors_present(seconds: float, now: datetime | None = None) -> Present:
    """Different visitors of the last ``seconds`` or some more, over all events.

    One round trip to Redis, or one query.
    """
    there = counters()
    if there is not None and (number := there.present(seconds, now)) is not None:
        return Present(number, "estimate")
    return Present(visitors_since(seconds), "exact" if there is None else "fallback")


def visitors_since(seconds: float, *, site_id: int | None = None) -> int:
    """Different visitors of the last ``seconds``, over all events. One query, on the index of the time."""
    from ..models import Event

    now = timezone.now()
    since = now - timedelta(seconds=seconds)
    events = Event.objects.using(event_options().DATABASE).filter(
        occurred_at__gte=since, day__range=(date_of(since), date_of(now))
    )
    if site_id is not None:
        events = events.filter(site_id=site_id)
    return int(events.aggregate(count=Count("visitor", distinct=True))["count"])


def count_visitors(now: datetime | None = None, *, force: bool = False) -> int:
    """Count the visitors of the days that are due, and of the last hours; gives the number of days.

    With ``force`` all days of the last three are due. If another process is at it, nothing is done.
    """
    global _took_seconds
    now = now or timezone.now()
    connection = connections[event_options().DATABASE]
    started = time.monotonic()
    with alone(connection, VISITORS) as is_ours:
        days = _due(connection, now, force) if is_ours else []
        counted = [_counts_of_day(connection, day, now) for day in days]
        hours = _counts_of_hours(connection, now) if days else []
        if days and connection.vendor == "postgresql":
            # From here on rows are locked that adding up would lock in another order.
            with connection.cursor() as cursor:
                transaction_lock(cursor, ROLLUP)
        for counts in counted:
            counts.write(connection, now)
        for rows, visitors in hours:
            rows.update(visitors=visitors)
    if days:
        _took_seconds = time.monotonic() - started
    return len(days)


def _due(connection: Any, now: datetime, force: bool) -> list[date]:
    from ..models import EventDay

    pause = max(INTERVAL, timedelta(seconds=PAUSE_FACTOR * _took_seconds))
    rows = (
        EventDay.objects.using(connection.alias)
        .filter(dimension=TOTAL, day__gt=date_of(now) - timedelta(days=RECENT_DAYS))
        .values("day")
        .annotate(
            counted=Min("counted_at"), uncounted=Count("pk", filter=Q(counted_at__isnull=True))
        )
        .order_by("day")
    )
    return [
        row["day"]
        for row in rows
        if force
        or row["uncounted"]
        or row["counted"] < min(now - pause, _midnight_after(row["day"]) + LATE)
    ]


@dataclass(frozen=True, slots=True)
class _DayCounts:
    """Visitors of a day by site and event, and of its top pages by site and path."""

    day: date
    by_event: dict[tuple[int, str], int]
    by_page: dict[tuple[int, str], int]

    def write(self, connection: Any, now: datetime) -> None:
        from ..models import EventDay

        days = EventDay.objects.using(connection.alias).filter(day=self.day)
        for (site_id, name), visitors in self.by_event.items():
            rows = days.filter(dimension=TOTAL, site_id=site_id, event=name)
            rows.update(visitors=visitors)
        days.filter(dimension=TOTAL).update(counted_at=now)
        paths = {path for _, path in self.by_page}
        rows = days.filter(dimension=PAGE, event="page_view")
        if len(paths) <= PAGES:
            rows = rows.filter(value__in=paths)
        pages = []
        for row in rows:
            counted = self.by_page.get((row.site_id, row.value))
            if counted is not None and counted != row.visitors:
                row.visitors, row.counted_at = counted, now
                pages.append(row)
        EventDay.objects.using(connection.alias).bulk_update(
            pages, ["visitors", "counted_at"], batch_size=100
        )


def _counts_of_day(connection: Any, day: date, now: datetime) -> _DayCounts:
    is_over = now >= _midnight_after(day) + LATE
    return (None if is_over else _estimated_day(connection, day)) or _exact_day(connection, day)


def _estimated_day(connection: Any, day: date) -> _DayCounts | None:
    """By HyperLogLog, of all pages; None without one that has the whole day. Two queries."""
    from ..models import EventDay

    if (there := counters()) is None:
        return None
    rows = EventDay.objects.using(connection.alias).filter(day=day)
    events = list(rows.filter(dimension=TOTAL).values_list("site_id", "event"))
    paths = rows.filter(dimension=PAGE, event="page_view").exclude(value=OTHER_VALUES)
    pages = list(paths.values_list("site_id", "value").distinct())
    by_event, by_page = there.by_event(day, events), there.by_page(day, pages)
    if by_event is None or by_page is None:
        return None
    return _DayCounts(
        day=day,
        by_event=dict(zip(events, by_event, strict=True)),
        # A page with views and no visitor is one of those that no process had room for.
        by_page={page: count for page, count in zip(pages, by_page, strict=True) if count},
    )


def _exact_day(connection: Any, day: date) -> _DayCounts:
    from ..models import Event, EventDay

    events = Event.objects.using(connection.alias).filter(day=day, visitor__isnull=False)
    top = EventDay.objects.using(connection.alias).filter(
        day=day, dimension=PAGE, event="page_view"
    )
    paths = list(top.order_by("-count").values_list("value", flat=True)[:PAGES])
    visitors = Count("visitor", distinct=True)
    by_event = events.values_list("site_id", "name").annotate(count=visitors)
    by_page = (
        events.filter(name="page_view", path__in=paths)
        .values_list("site_id", "path")
        .annotate(count=visitors)
    )
    return _DayCounts(
        day=day,
        by_event={(site_id, name): count for site_id, name, count in by_event},
        by_page={(site_id, path): count for site_id, path, count in by_page},
    )


def _counts_of_hours(connection: Any, now: datetime) -> list[tuple[Any, int]]:
    """Rows of this hour and the one before, and their visitors."""
    from ..models import Event, EventHour

    this_hour = now.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    there = counters()
    found = []
    for start in (this_hour - timedelta(hours=1), this_hour):
        hours = EventHour.objects.using(connection.alias).filter(start=start, dimension=TOTAL)
        if there is not None:
            groups = list(hours.values_list("site_id", "event"))
            if (numbers := there.by_hour(start, groups)) is not None:
                found += [
                    (hours.filter(site_id=site_id, event=name), number)
                    for (site_id, name), number in zip(groups, numbers, strict=True)
                ]
                continue
        end = start + timedelta(hours=1)
        events = Event.objects.using(connection.alias).filter(
            occurred_at__gte=start,
            occurred_at__lt=end,
            day__range=(date_of(start), date_of(end)),
            visitor__isnull=False,
        )
        counts = events.values_list("site_id", "name").annotate(
            count=Count("visitor", distinct=True)
        )
        found += [
            (hours.filter(site_id=site_id, event=name), count) for site_id, name, count in counts
        ]
    return found


def _midnight_after(day: date) -> datetime:
    zone = timezone.get_default_timezone()
    return datetime.combine(day + timedelta(days=1), clock.min, tzinfo=zone)
