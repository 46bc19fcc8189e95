"""What has been kept for long enough."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import connections
from django.db.models import F
from django.utils import timezone

from ..days import date_of
from . import salts
from .options import event_options
from .storage import postgresql
from .storage.locks import PRUNE, alone

#: Days for which partitions are made ahead.
AHEAD_DAYS = 3


@dataclass(frozen=True, slots=True)
class Pruned:
    """How many rows, or partitions, were dropped."""

    salts: int = 0
    partitions: int = 0
    events: int = 0
    minutes: int = 0
    hours: int = 0
    days: int = 0


def prune(now: datetime | None = None) -> Pruned:
    """Delete salts, raw events and aggregates whose time is over, and make the partitions of the next days.

    Minutes that hours and days have not got yet are kept. If another process is at it, nothing is done.
    """
    now = now or timezone.now()
    options = event_options()
    connection = connections[options.DATABASE]
    today = date_of(now)
    with alone(connection, PRUNE) as is_ours:
        if not is_ours:
            return Pruned()
        deleted_salts = salts.delete_expired(now)
        partitions, events = _raw(connection, today - timedelta(days=options.RAW_DAYS), today)
        minutes, hours, days = _aggregates(now, today)
    return Pruned(deleted_salts, partitions, events, minutes, hours, days)


def _raw(connection: object, before: date, today: date) -> tuple[int, int]:
    from ..models import Event

    if connection.vendor == "postgresql" and postgresql.is_partitioned(connection):  # type: ignore[attr-defined]
        following = [(today + timedelta(days=n)).isoformat() for n in range(AHEAD_DAYS + 1)]
        postgresql.ensure_partitions(connection, following)
        dropped = postgresql.drop_partitions(connection, before)
        return dropped, postgresql.delete_other_days(connection, before)
    alias = event_options().DATABASE
    deleted = Event.objects.using(alias).filter(day__lt=before)._raw_delete(alias)
    return 0, deleted


def _aggregates(now: datetime, today: date) -> tuple[int, int, int]:
    from ..models import EventDay, EventHour, EventMinute

    options = event_options()
    alias = options.DATABASE
    minutes = EventMinute.objects.using(alias).filter(
        start__lt=now - timedelta(hours=options.MINUTE_HOURS), count=F("rolled_count")
    )
    hours = EventHour.objects.using(alias).filter(start__lt=now - timedelta(days=options.HOUR_DAYS))
    counts = minutes._raw_delete(alias), hours._raw_delete(alias)
    if not options.DAY_DAYS:
        return *counts, 0
    days = EventDay.objects.using(alias).filter(day__lt=today - timedelta(days=options.DAY_DAYS))
    return *counts, days._raw_delete(alias)
