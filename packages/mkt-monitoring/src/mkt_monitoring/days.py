"""Days as an editor would call them: in the time zone of the site (``TIME_ZONE``), whatever zone is active."""

from __future__ import annotations

from datetime import date, datetime, tzinfo
from functools import lru_cache
from time import time

from django.utils import timezone


def date_of(moment: datetime) -> date:
    """The day of an aware time."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def today() -> date:
    """The day that it is now."""
    return _day_of(int(time() // 60), timezone.get_default_timezone())


# Asked for every event. No time zone has a day that begins within a minute.
@lru_cache(maxsize=4)
def _day_of(minute: int, zone: tzinfo) -> date:
    return datetime.fromtimestamp(minute * 60, zone).date()
