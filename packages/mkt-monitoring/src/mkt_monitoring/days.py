"""Days as an editor would call them: in the time zone of the site (``TIME_ZONE``), whatever zone is active."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone


def date_of(moment: datetime) -> date:
    """The day of an aware time."""
    return moment.astimezone(timezone.get_default_timezone()).date()


def today() -> date:
    """The day that it is now."""
    return date_of(timezone.now())
