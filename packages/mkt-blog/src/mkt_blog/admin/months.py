"""A month as a table of weeks."""

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any

from django.utils import formats, timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR


@dataclass(frozen=True, slots=True)
class Day:
    date: date
    in_month: bool
    is_today: bool
    posts: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the calendar; ``year`` from 1970 to 9998."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """``"2026-03"``; anything else is the current month."""
        if found := re.fullmatch(r"([0-9]{4})-([0-9]{2})", text):
            year, month = map(int, found.groups())
            if 1970 <= year <= 9998 and 1 <= month <= 12:
                return cls(year, month)
        today = timezone.localdate()
        return cls(today.year, today.month)

    def __str__(self) -> str:
        return f"{self.year:04}-{self.month:02}"

    @property
    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def start(self) -> datetime:
        """Its first moment in the current time zone."""
        return timezone.make_aware(datetime.combine(self.first_day, time.min))

    @property
    def end(self) -> datetime:
        """The first moment of the next month."""
        return self.next.start

    @property
    def previous(self) -> "Month":
        return Month(self.year, self.month - 1) if self.month > 1 else Month(self.year - 1, 12)

    @property
    def next(self) -> "Month":
        return Month(self.year, self.month + 1) if self.month < 12 else Month(self.year + 1, 1)

    def weeks(self, posts: Iterable[Any]) -> list[list[Day]]:
        """Days by weeks, with the posts whose ``moment`` is on them; weeks begin as the language has it."""
        by_day: dict[date, list[Any]] = defaultdict(list)
        for post in posts:
            by_day[timezone.localtime(post.moment).date()].append(post)
        today = timezone.localdate()
        return [
            [Day(day, day.month == self.month, day == today, by_day[day]) for day in week]
            for week in calendar.Calendar(_first_weekday()).monthdatescalendar(
                self.year, self.month
            )
        ]


def weekdays() -> list[tuple[Any, Any]]:
    """Names and abbreviations in the order of the table."""
    order = [(_first_weekday() + n) % 7 for n in range(7)]
    return [(WEEKDAYS[day], WEEKDAYS_ABBR[day]) for day in order]


def _first_weekday() -> int:
    """0 is Monday, as in ``calendar``; Django counts from Sunday."""
    return (int(formats.get_format("FIRST_DAY_OF_WEEK")) - 1) % 7
