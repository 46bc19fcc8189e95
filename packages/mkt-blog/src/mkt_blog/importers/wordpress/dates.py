"""The dates of an item, as far as they can be right."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from django.utils import timezone

from .items import Item

# Addresses and some databases need four digits; a diary of 1660 has its place.
FIRST_YEAR = 1000
# A post that waits for longer was not meant to be published.
YEARS_AHEAD = 100

# How WordPress writes that there is no date.
_NO_DATE = re.compile(r"0000-00-00|-0001|\w{3}, 30 Nov -0001")
# Python reads such a year as one of this century.
_FEW_DIGITS = re.compile(r"[A-Za-z]\s+-?0\d{3}\b")


def plausible_years(now: datetime) -> range:
    return range(FIRST_YEAR, now.year + YEARS_AHEAD + 1)


def published_at(item: Item, years: range) -> datetime | None:
    return (
        _moment(item.get("wp:post_date_gmt"), years, utc=True)
        or _moment(item.get("wp:post_date"), years, utc=False)
        or _feed_date(item.get("pubDate"), years)
    )


def modified_at(item: Item, years: range) -> datetime | None:
    return _moment(item.get("wp:post_modified_gmt"), years, utc=True) or _moment(
        item.get("wp:post_modified"), years, utc=False
    )


def unusable_published(item: Item) -> str:
    """What stands for the date of a post that has no ``published_at``; "" if nothing does."""
    return _first_date(item, "wp:post_date_gmt", "wp:post_date", "pubDate")


def unusable_modified(item: Item) -> str:
    return _first_date(item, "wp:post_modified_gmt", "wp:post_modified")


def _first_date(item: Item, *names: str) -> str:
    texts = (item.get(name) for name in names)
    return next((text[:40] for text in texts if text and not _NO_DATE.match(text)), "")


def _moment(text: str, years: range, *, utc: bool) -> datetime | None:
    """``2012-01-31 08:00:00``; WordPress writes ``0000-00-00 00:00:00`` for no date."""
    try:
        moment = datetime.strptime(text, "%Y-%m-%d %H:%M:%S")  # noqa: DTZ007
    except ValueError:
        return None
    if moment.year not in years:
        return None
    return moment.replace(tzinfo=UTC) if utc else timezone.make_aware(moment)


def _feed_date(text: str, years: range) -> datetime | None:
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.year not in years or _FEW_DIGITS.search(text):
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
