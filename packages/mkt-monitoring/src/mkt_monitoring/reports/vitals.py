"""Web Vitals: what three of four visits stay within, and what that is worth.

The bounds are those of https://web.dev/articles/vitals and, of TTFB, https://web.dev/articles/ttfb.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from django.db.models import QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..events.vitals import DIMENSION, EVENT, quantile
from ..models.aggregates import EventDay
from .charts import decimal, duration, whole
from .content import days_of
from .periods import Period

#: The share of visits that a figure is about.
SHARE = 0.75
Rating = Literal["good", "middling", "poor"]
RATINGS: dict[Rating, str | Promise] = {
    "good": _("good"),
    "middling": _("needs improvement"),
    "poor": _("poor"),
}
DEVICES: dict[str, str | Promise] = {
    "": _("All devices"),
    "mobile": _("Phones"),
    "tablet": _("Tablets"),
    "desktop": _("Computers"),
}


@dataclass(frozen=True, slots=True)
class Metric:
    """A Web Vital: good up to the first bound, poor beyond the second; milliseconds, or of CLS no unit."""

    name: str
    label: str | Promise
    good: float
    poor: float

    def rating(self, value: float) -> Rating:
        """What a value is worth."""
        if value <= self.good:
            return "good"
        return "middling" if value <= self.poor else "poor"

    def text(self, value: float) -> str:
        """As "2.4 s", "180 ms" or, of CLS, "0.12"."""
        return decimal(value, 2) if self.name == "CLS" else duration(value / 1000)


METRICS = (
    Metric("LCP", _("Largest part shown"), 2500, 4000),
    Metric("INP", _("Answer to a click or key"), 200, 500),
    Metric("CLS", _("Shifts of the layout"), 0.1, 0.25),
    Metric("TTFB", _("First byte"), 800, 1800),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """One metric on one kind of device."""

    value: str
    rating: Rating
    rating_label: str | Promise
    count: str


@dataclass(frozen=True, slots=True)
class Line:
    """One metric: a cell for each of ``DEVICES``, None where nothing was measured."""

    metric: Metric
    cells: list[Cell | None]


def vitals(period: Period, site_id: int | None = None) -> list[Line]:
    """A line for each metric, none at all if nothing was measured. One query, on the counts by day."""
    found = _counts(days_of(period, site_id))
    if not found:
        return []
    return [
        Line(metric, [_cell(metric, found.get((metric.name, device), {})) for device in DEVICES])
        for metric in METRICS
    ]


def _counts(days: QuerySet[EventDay]) -> Mapping[tuple[str, str], Mapping[int, int]]:
    """By metric and device (empty: all), how often each bucket."""
    names = [f"{DIMENSION}{metric.name}" for metric in METRICS]
    rows = (
        days.filter(event=EVENT, dimension__in=names).order_by().values_list("dimension", "value")
    )
    counts: dict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for dimension, value, number in rows.annotate(Sum("count")):
        device, _colon, bucket = value.rpartition(":")
        # "(other)" is none.
        if bucket.isdecimal():
            for name in {"", device}:
                counts[dimension.removeprefix(DIMENSION), name][int(bucket)] += number
    return counts


def _cell(metric: Metric, counts: Mapping[int, int]) -> Cell | None:
    value = quantile(metric.name, counts, SHARE)
    if value is None:
        return None
    rating = metric.rating(value)
    return Cell(metric.text(value), rating, RATINGS[rating], whole(sum(counts.values())))
