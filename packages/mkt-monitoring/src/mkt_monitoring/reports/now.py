"""What goes on at the moment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import QuerySet, Sum
from django.utils import timezone

from ..days import date_of
from ..events.options import event_options
from ..events.visitors import Present, visitors_present
from ..models.aggregates import TOTAL, EventMinute
from ..models.events import Event
from ..requests_now.figures import Recent, Timeline, recent, timeline
from ..requests_now.totals import Requests
from ..tasks.backlog import waiting_tasks
from .operation import Operation, last_minutes, operation

MINUTES = 30
#: Somebody who has done something within it is here.
PRESENT_SECONDS = 300
FEED_LENGTH = 10
#: Told again and again while somebody reads; too much for the feed.
QUIET = ("web_vital", "time_on_page", "scroll_depth")


@dataclass(frozen=True, slots=True)
class Now:
    """The figures of the last minutes."""

    present: Present
    #: Page views by minute, the current one last.
    views: dict[datetime, int]
    feed: list[Event]
    requests: Timeline
    #: The slowest are among them.
    recent: Recent
    #: Waiting tasks and the age of the oldest in seconds; None if they are not in the database.
    tasks: tuple[int, float] | None
    operation: Operation

    @property
    def visitors(self) -> int:
        """Those who are here."""
        return self.present.number

    def last_minutes(self, number: int) -> Requests:
        """The site's requests of the last minutes together."""
        return last_minutes(self.requests, number)


def now_figures(now: datetime | None = None) -> Now:
    """Six queries at most, whatever the number of events, and one round trip each of the response cache or of
    Prometheus, and of the visitors' HyperLogLogs if there are any.
    """
    now = now or timezone.now()
    events = _recent_events(now)
    requests = timeline(MINUTES, now)
    return Now(
        present=visitors_present(PRESENT_SECONDS, now),
        views=_views(now),
        feed=list(events.exclude(name__in=QUIET).order_by("-occurred_at")[:FEED_LENGTH]),
        requests=requests,
        recent=recent(now),
        tasks=waiting_tasks(),
        operation=operation(requests, now),
    )


def _recent_events(now: datetime) -> QuerySet[Event]:
    """Of the last half hour. The days are named for databases that keep each in a table of its own."""
    start = now - timedelta(minutes=MINUTES)
    events = Event.objects.using(event_options().DATABASE)
    days = {date_of(start), date_of(now)}
    return events.filter(day__in=days, occurred_at__gte=start, occurred_at__lte=now)


def _views(now: datetime) -> dict[datetime, int]:
    current = now.replace(second=0, microsecond=0)
    first = current - timedelta(minutes=MINUTES - 1)
    found = {first + timedelta(minutes=n): 0 for n in range(MINUTES)}
    rows = EventMinute.objects.using(event_options().DATABASE).filter(
        event="page_view", dimension=TOTAL, start__gte=first, start__lte=now
    )
    found.update(rows.order_by().values_list("start").annotate(number=Sum("count")))
    return found
