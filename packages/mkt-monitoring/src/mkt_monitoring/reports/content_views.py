"""The dashboard of content, and its tables as files."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.translation import gettext as _

from mkt_core.spreadsheets import harmless_cell

from .access import DashboardView
from .charts import Chart, Series, decimal, whole
from .content import EXPORTED, Days, Row, Table, by_day, rows_of, tables
from .labels import day_label
from .periods import DEFAULT_DAYS, Period, PeriodForm, last_days
from .vitals import DEVICES, vitals

URL_NAME = "mkt_monitoring_content"
PRESETS = (7, DEFAULT_DAYS, 90, 365)


class ContentView(DashboardView):
    """What visitors looked at in any period, beside the one before it. ``?export=pages`` is one table as CSV.

    Two queries for the days, one for Web Vitals, one for the sites in the form, and those of ``rows_of``.
    """

    template_name = "mkt_monitoring/content.html"
    url_name = URL_NAME

    def get(self, request: HttpRequest) -> HttpResponseBase:
        form = PeriodForm(request.GET)
        period, site_id = last_days(DEFAULT_DAYS), None
        if form.is_valid():
            period, site = form.cleaned_data["period"], form.cleaned_data["site"]
            site_id = None if site is None else site.pk
        names = {table.name: table for table in tables()}
        if table := names.get(request.GET.get("export", "")):
            return _as_csv(table, period, site_id)
        if form.is_valid() and "first" not in request.GET and "last" not in request.GET:
            # Shows the days that are meant.
            form = PeriodForm(initial={"site": site_id})
        return self._page(form, period, site_id)

    def _page(self, form: PeriodForm, period: Period, site_id: int | None) -> HttpResponse:
        now, earlier = by_day(period, site_id), by_day(period.before(), site_id)
        shown = [(table, rows_of(table, period, site_id)) for table in tables()]
        return self.render_to_response(
            self.get_context_data(
                form=form,
                period=period,
                presets=[_preset(days, period) for days in PRESETS],
                query=_query(period, site_id),
                tiles=_tiles(now, earlier),
                chart=_chart(period, now, earlier),
                vitals=vitals(period, site_id),
                vital_devices=list(DEVICES.values()),
                tables=[_shown(table, rows) for table, rows in shown],
            )
        )


def _preset(days: int, period: Period) -> dict[str, Any]:
    preset = last_days(days)
    return {"days": days, "period": preset, "is_current": preset == period}


def _query(period: Period, site_id: int | None) -> str:
    site = "" if site_id is None else f"&site={site_id}"
    return f"first={period.first.isoformat()}&last={period.last.isoformat()}{site}"


def _tiles(now: Days, earlier: Days) -> list[dict[str, Any]]:
    views, before = sum(now.views.values()), sum(earlier.views.values())
    visitors, visitors_before = sum(now.visitors.values()), sum(earlier.visitors.values())
    return [
        {"label": _("Page views"), "value": whole(views), "note": _change(views, before)},
        {
            # Nobody is recognised on another day.
            "label": _("Visitors, each day’s added up"),
            "value": whole(visitors),
            "note": _change(visitors, visitors_before),
        },
        {
            "label": _("Pages per visitor and day"),
            "value": decimal(views / visitors, 1) if visitors else "–",
            "note": "",
        },
    ]


def _change(now: int, before: int) -> str:
    if not before:
        return _("nothing in the period before")
    share = decimal((now - before) / before * 100, 0)
    sign = "+" if now > before else ""
    return _("%(sign)s%(share)s %% to the period before") % {"sign": sign, "share": share}


def _chart(period: Period, now: Days, earlier: Days) -> Chart:
    return Chart(
        "days",
        _("Page views per day"),
        [day_label(day) for day in period],
        [
            Series(_("This period"), list(now.views.values()), 1, "bars"),
            Series(_("The period before"), list(earlier.views.values()), 4),
        ],
        heading=_("Day"),
    )


def _shown(table: Table, rows: list[Row]) -> dict[str, Any]:
    most = max((row.count for row in rows), default=1)
    shown = [
        {
            "row": row,
            "count": whole(row.count),
            "change": _signed(row.change),
            "share": f"{row.count / most * 100:.1f}",
        }
        for row in rows
    ]
    return {"table": table, "rows": shown}


def _signed(change: float | None) -> str:
    if change is None:
        return _("new")
    return f"{'+' if change > 0 else ''}{decimal(change, 0)} %"


class _Echo:
    """A file that gives each line back, for a response that is sent while it is written."""

    def write(self, line: str) -> str:
        return line


def _as_csv(table: Table, period: Period, site_id: int | None) -> StreamingHttpResponse:
    rows = rows_of(table, period, site_id, EXPORTED)
    name = f"{table.name}-{period.first.isoformat()}-{period.last.isoformat()}.csv"
    headers: Mapping[str, str] = {"Content-Disposition": f'attachment; filename="{name}"'}
    return StreamingHttpResponse(
        _lines(table, rows), content_type="text/csv; charset=utf-8", headers=headers
    )


def _lines(table: Table, rows: list[Row]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    # Spreadsheets take it for the encoding.
    yield "\ufeff"
    yield writer.writerow([table.heading, _("Address"), _("Count"), _("Period before")])
    for row in rows:
        cells = [harmless_cell(row.label), harmless_cell(row.path), row.count, row.before]
        yield writer.writerow(cells)
