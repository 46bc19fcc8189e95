"""Years, months and days as spans of time."""

from datetime import datetime, timedelta

from django.http import Http404
from django.utils import timezone
from django.utils.formats import date_format


def period(year: str, month: str | None, day: str | None) -> tuple[datetime, datetime, str]:
    """First moment, moment after the last, and title of a year, month or day.

    Days begin at midnight of the current time zone. Raises Http404 if there is no such day.
    """
    try:
        start = datetime(int(year), int(month or 1), int(day or 1))  # noqa: DTZ001 - made aware below
        if day:
            end, title = start + timedelta(days=1), date_format(start, "DATE_FORMAT")
        elif month:
            end = (start + timedelta(days=31)).replace(day=1)
            title = date_format(start, "YEAR_MONTH_FORMAT")
        else:
            end, title = start.replace(year=start.year + 1), year
        return timezone.make_aware(start), timezone.make_aware(end), title
    except (ValueError, OverflowError) as error:
        raise Http404("There is no such day.") from error


def month_name(year: int, month: int) -> str:
    """The month alone, such as "March", as it stands below its year."""
    return date_format(datetime(year, month, 1), "F")  # noqa: DTZ001 - only its name is used
