"""What visitors look at: figures from the counts by day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from mkt_core.compat import get_page_model

from ..events.options import event_options
from ..models.aggregates import PAGE, TOTAL, EventDay
from .groupings import Grouping, groupings
from .labels import referrer_label
from .periods import Period

#: Rows on the page, and in a file.
SHOWN, EXPORTED = 10, 10_000
#: Pages that groups are made of.
GROUPED = 500


@dataclass(frozen=True, slots=True)
class Row:
    """One line: how often in the period, and in the one before."""

    label: str
    count: int
    before: int
    page_id: int = 0
    path: str = ""

    @property
    def change(self) -> float | None:
        """Per cent; None if there was nothing before."""
        return (self.count - self.before) / self.before * 100 if self.before else None


@dataclass(frozen=True, slots=True)
class Table:
    """One of the tables, and where its rows come from."""

    name: str
    label: str | Promise
    heading: str | Promise
    event: str
    dimension: str
    #: Only values whose sum is zero: searches that found nothing.
    only_empty: bool = False
    grouping: Grouping | None = None


_TABLES = (
    Table("pages", _("Pages"), _("Page"), "page_view", PAGE),
    Table(
        "referrers",
        _("Where visitors come from"),
        pgettext_lazy("another website", "Site"),
        "page_view",
        "referrer",
    ),
    Table("campaigns", _("Campaigns"), _("Campaign"), "page_view", "campaign"),
    Table("sources", _("Sources of campaigns"), _("Source"), "page_view", "source"),
    Table("devices", _("Devices"), _("Device"), "page_view", "device"),
    Table("countries", _("Countries"), _("Country"), "page_view", "country"),
    Table("downloads", _("Downloads"), _("File"), "download", "prop:url"),
    Table("outbound", _("Links to other sites"), _("Address"), "outbound_click", "prop:url"),
    Table("searches", _("Searches"), _("Term"), "search", "prop:term"),
    Table(
        "fruitless",
        _("Searches without a result"),
        _("Term"),
        "search",
        "prop:term",
        only_empty=True,
    ),
    Table("missing", _("Addresses that are not there"), _("Address"), "not_found", PAGE),
)


def tables() -> list[Table]:
    """All tables, in the order in which they are shown."""
    grouped = [
        Table(one.name, one.label, _("Group"), "page_view", PAGE, grouping=one)
        for one in groupings()
    ]
    return [_TABLES[0], *grouped, *_TABLES[1:]]


@dataclass(frozen=True, slots=True)
class Days:
    """Page views and visitors of each day."""

    views: Mapping[date, int]
    visitors: Mapping[date, int]


def by_day(period: Period, site_id: int | None = None) -> Days:
    """Counts for each day, also those without any; one query."""
    return _added_up(days_of(period, site_id).filter(dimension=TOTAL), period)


def page_days(page_ids: Iterable[int], period: Period) -> Days:
    """The same of some pages together; one query."""
    rows = days_of(period, None).filter(dimension=PAGE, page_id__in=page_ids)
    return _added_up(rows, period)


def views_by_page(page_ids: Iterable[int], period: Period) -> dict[int, int]:
    """How often each of the pages was looked at; one query."""
    rows = days_of(period, None).filter(event="page_view", dimension=PAGE, page_id__in=page_ids)
    return dict(rows.order_by().values_list("page_id").annotate(Sum("count")))


def rows_of(
    table: Table, period: Period, site_id: int | None = None, limit: int = SHOWN
) -> list[Row]:
    """The lines of a table, the most frequent first.

    One query, and one more for titles of pages; of a grouping two, and those of its function.
    """
    if table.grouping is not None:
        return _grouped(table, table.grouping, period, site_id)[:limit]
    both = Period(period.before().first, period.last)
    days = days_of(both, site_id).filter(event=table.event, dimension=table.dimension)
    keys = ("value", "page_id") if table.dimension == PAGE else ("value",)
    rows = (
        days.exclude(value="")
        .order_by()
        .values(*keys)
        .annotate(
            now=Sum("count", filter=Q(day__gte=period.first), default=0),
            earlier=Sum("count", filter=Q(day__lt=period.first), default=0),
            results=Sum("sum", filter=Q(day__gte=period.first), default=0.0),
        )
        .filter(now__gt=0)
    )
    if table.only_empty:
        rows = rows.filter(results=0)
    return _labelled(table, list(rows.order_by("-now", "value")[:limit]))


def _labelled(table: Table, found: Sequence[Mapping[str, Any]]) -> list[Row]:
    titles: Mapping[int, str] = {}
    if table.name == "pages":
        keys = {row["page_id"] for row in found} - {0}
        titles = dict(
            get_page_model()._default_manager.filter(pk__in=keys).values_list("pk", "title")
        )
    rows = []
    for row in found:
        value, page_id = row["value"], row.get("page_id", 0)
        label = str(referrer_label(value)) if table.name == "referrers" else value
        title = titles.get(page_id)
        rows.append(
            Row(
                label=title or label,
                count=row["now"],
                before=row["earlier"],
                page_id=page_id if title else 0,
                path=value if title else "",
            )
        )
    return rows


def _grouped(table: Table, grouping: Grouping, period: Period, site_id: int | None) -> list[Row]:
    count_by_page = partial(_count_by_page, table, site_id)
    now, earlier = count_by_page(period), count_by_page(period.before())
    labels = grouping.labels_of({*now, *earlier})
    totals: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for position, counts in enumerate((now, earlier)):
        for page_id, count in counts.items():
            for label in labels.get(page_id, ()):
                totals[label][position] += count
    rows = [Row(label, one, before) for label, (one, before) in totals.items() if one]
    return sorted(rows, key=lambda row: (-row.count, row.label))


def _count_by_page(table: Table, site_id: int | None, period: Period) -> dict[int, int]:
    rows = days_of(period, site_id).filter(event=table.event, dimension=PAGE).exclude(page_id=0)
    counted = rows.order_by().values_list("page_id").annotate(number=Sum("count"))
    return dict(counted.order_by("-number")[:GROUPED])


def _added_up(rows: QuerySet[EventDay], period: Period) -> Days:
    views, visitors = (dict.fromkeys(period, 0) for _ in range(2))
    days = rows.filter(event="page_view").order_by().values_list("day")
    for day, count, people in days.annotate(Sum("count"), Sum("visitors")):
        views[day], visitors[day] = count, people or 0
    return Days(views, visitors)


def days_of(period: Period, site_id: int | None = None) -> QuerySet[EventDay]:
    """The rows of the table of days."""
    days = EventDay.objects.using(event_options().DATABASE)
    found = days.filter(day__gte=period.first, day__lte=period.last)
    return found if site_id is None else found.filter(site_id=site_id)
