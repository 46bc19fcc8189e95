"""What a rule can look at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone

from mkt_core.cache.counting import figures as cache_figures
from mkt_core.health.report import run_checks

from ..events.options import event_options
from ..models.aggregates import TOTAL, EventHour, EventMinute
from ..models.alerts import AlertRule
from ..requests_now.figures import count_between
from ..requests_now.folding import MINUTES_FOR
from ..requests_now.totals import Requests
from ..tasks.backlog import waiting_tasks

WEEK = timedelta(days=7)
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Span:
    """A time that a rule looks at; the end belongs to what comes after."""

    start: datetime
    end: datetime

    @property
    def minutes(self) -> float:
        """How long it is."""
        return (self.end - self.start).total_seconds() / 60

    def a_week_before(self) -> Span:
        """The same time of the week before."""
        return Span(self.start - WEEK, self.end - WEEK)

    def whole_hours(self) -> Span:
        """The hours that it touches."""
        start = self.start.replace(minute=0, second=0, microsecond=0)
        end = (self.end + HOUR - timedelta(microseconds=1)).replace(
            minute=0, second=0, microsecond=0
        )
        return Span(start, end)


def span_of(rule: AlertRule, now: datetime) -> Span:
    """The last whole minutes: the current one is not over."""
    end = now.replace(second=0, microsecond=0)
    return Span(end - timedelta(minutes=rule.window_minutes), end)


def value_of(rule: AlertRule, span: Span) -> float | None:
    """What the rule looks at, in the unit of its measure; None if there is nothing to tell it from.

    A few queries at most.
    """
    return _FUNCTIONS[AlertRule.Measure(rule.measure)](rule, span)


def _events(rule: AlertRule, span: Span) -> float:
    """Events in the span. Of days ago only hours are known: then what they had in that share of their time."""
    alias, options = event_options().DATABASE, event_options()
    rows = {"event": rule.event, "dimension": TOTAL}
    if span.start > timezone.now() - timedelta(hours=options.MINUTE_HOURS - 1):
        minutes = EventMinute.objects.using(alias).filter(
            start__gte=span.start, start__lt=span.end, **rows
        )
        return float(minutes.aggregate(sum=Sum("count"))["sum"] or 0)
    whole = span.whole_hours()
    hours = EventHour.objects.using(alias).filter(
        start__gte=whole.start, start__lt=whole.end, **rows
    )
    count = hours.aggregate(sum=Sum("count"))["sum"] or 0
    return float(count * span.minutes / whole.minutes)


def _requests_in(span: Span) -> tuple[Requests, float]:
    """The requests, and the minutes that they came in: more than were asked for if only hours are known."""
    if span.start < timezone.now() - MINUTES_FOR:
        span = span.whole_hours()
    return count_between(span.start, span.end), span.minutes


def _requests(rule: AlertRule, span: Span) -> float:
    found, minutes = _requests_in(span)
    return found.count / minutes


def _failed(rule: AlertRule, span: Span) -> float | None:
    share = _requests_in(span)[0].error_share
    return None if share is None else share * 100


def _slow(rule: AlertRule, span: Span) -> float | None:
    seconds = _requests_in(span)[0].sketch.quantile(0.95)
    return None if seconds is None else seconds * 1000


def _cached(rule: AlertRule, span: Span) -> float | None:
    rate = cache_figures(hours=1).hit_rate
    return None if rate is None else rate * 100


def _tasks(rule: AlertRule, span: Span) -> float | None:
    found = waiting_tasks()
    return None if found is None else float(found[0])


def _task_age(rule: AlertRule, span: Span) -> float | None:
    found = waiting_tasks()
    return None if found is None else found[1] / 60


def _health(rule: AlertRule, span: Span) -> float:
    return float(sum(not result.passed for result in run_checks().results))


_FUNCTIONS: Mapping[AlertRule.Measure, Callable[[AlertRule, Span], float | None]] = {
    AlertRule.Measure.EVENTS: _events,
    AlertRule.Measure.REQUESTS: _requests,
    AlertRule.Measure.FAILED: _failed,
    AlertRule.Measure.SLOW: _slow,
    AlertRule.Measure.CACHED: _cached,
    AlertRule.Measure.TASKS: _tasks,
    AlertRule.Measure.TASK_AGE: _task_age,
    AlertRule.Measure.HEALTH: _health,
}
