"""When to try again."""

from __future__ import annotations

from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from random import uniform

from django.utils import timezone

#: Since the first attempt. What could not be delivered by then is given up.
PERIOD = timedelta(hours=24)
# After the first failure, the second, and so on; the last one for all that follow. Together they fill the period.
_DELAYS_SECONDS = (5, 30, 120, 600, 1_800, 3_600, 7_200, 14_400, 21_600, 21_600, 14_400)
_LONGEST_WISH = timedelta(hours=6)


def next_attempt(
    attempts: int, first_attempt_at: datetime, *, now: datetime, retry_after: str = ""
) -> datetime | None:
    """The moment of the next attempt after so many failed ones; None: no more.

    ``retry_after`` is what the receiver has asked for, if anything. A tenth is left to chance, so that what failed
    together does not come back together.
    """
    seconds = _DELAYS_SECONDS[min(attempts, len(_DELAYS_SECONDS)) - 1]
    delay = timedelta(seconds=seconds * uniform(0.9, 1.1))  # noqa: S311
    moment = now + max(delay, _wish(retry_after, now))
    return moment if moment <= first_attempt_at + PERIOD else None


def _wish(retry_after: str, now: datetime) -> timedelta:
    text = retry_after.strip()
    if text.isascii() and text.isdigit():
        return min(timedelta(seconds=int(text[:9])), _LONGEST_WISH)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return timedelta(0)
    if timezone.is_naive(moment):
        return timedelta(0)
    return min(moment - now, _LONGEST_WISH)
