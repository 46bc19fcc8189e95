"""Make hours of minutes, so that the tables stay small."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta
from operator import attrgetter
from random import random
from time import monotonic

from django.db import router, transaction
from django.utils import timezone

from ..models.requests import RequestHour, RequestMinute
from ..row_locks import unlocked
from .queries import PREFIX
from .totals import FIELDS, Requests

#: For so long there is a row for each minute, process and route; then one for each hour and route.
MINUTES_FOR = timedelta(hours=3)
#: Older hours are deleted.
HOURS_FOR = timedelta(days=90)
#: Rows at a time.
BATCH = 2_000
#: Between two attempts of one process.
PAUSE_SECONDS = 600.0

_next_attempt = 0.0
_values = attrgetter(*FIELDS)


def fold_now_and_then() -> None:
    """``fold()`` if this process has not done so for a while; not all processes at the same time."""
    global _next_attempt
    if monotonic() >= _next_attempt:
        _next_attempt = monotonic() + PAUSE_SECONDS * (0.5 + random())  # noqa: S311
        fold()


def fold(now: datetime | None = None) -> int:
    """Add minutes that are over to their hours, and delete hours that are too old; how many minutes.

    Safe to be done by several processes at once, and to be killed at any moment: each batch is one transaction.
    """
    now = now or timezone.now()
    before = (now - MINUTES_FOR).replace(minute=0, second=0, microsecond=0)
    folded = 0
    while number := _fold_batch(before):
        folded += number
        if number < BATCH:
            break
    RequestHour.objects.filter(hour__lt=now - HOURS_FOR).delete()
    return folded


def _fold_batch(before: datetime) -> int:
    alias = router.db_for_write(RequestMinute)
    with transaction.atomic(using=alias):
        rows = unlocked(RequestMinute.objects.using(alias).filter(minute__lt=before))
        found = list(rows.order_by("minute", "route", "writer")[:BATCH])
        for (hour, route), totals in sorted(_by_hour(found).items()):
            _add(alias, hour, route, totals)
        keys = [row.pk for row in found]
        if keys:
            RequestMinute.objects.using(alias).filter(pk__in=keys).delete()
    return len(found)


def _by_hour(rows: Iterable[RequestMinute]) -> dict[tuple[datetime, str], Requests]:
    hours: dict[tuple[datetime, str], Requests] = defaultdict(Requests)
    for row in rows:
        if row.route.startswith(PREFIX):
            # Slow queries are shown for minutes only.
            continue
        hours[row.minute.replace(minute=0), row.route].add(_values(row))
    return hours


def _add(alias: str, hour: datetime, route: str, totals: Requests) -> None:
    rows = RequestHour.objects.using(alias)
    rows.get_or_create(hour=hour, route=route)
    row = rows.select_for_update().get(hour=hour, route=route)
    totals.add(_values(row))
    for name, value in totals.columns().items():
        setattr(row, name, value)
    row.save(using=alias)
