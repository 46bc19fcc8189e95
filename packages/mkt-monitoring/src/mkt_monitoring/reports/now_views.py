"""The page of what goes on at the moment, and what it asks for every few seconds."""

from __future__ import annotations

from datetime import datetime
from hashlib import blake2b
from typing import Any

from django.core.handlers.asgi import ASGIRequest
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext as _
from django.views import View

from ..conf import settings_in_force
from .access import DashboardView, may_see
from .charts import Chart, Series, decimal, duration, whole
from .labels import event_label
from .now import Now, now_figures

URL_NAME = "mkt_monitoring_now"
FIGURES_URL_NAME = "mkt_monitoring_now_figures"
STREAM_URL_NAME = "mkt_monitoring_now_stream"
POLL_SECONDS = 5
ROUTES = 8
QUERIES = 8


class NowView(DashboardView):
    """Renders the figures, too, so that the page shows them without its script."""

    template_name = "mkt_monitoring/now.html"
    url_name = URL_NAME

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.render_to_response(
            self.get_context_data(
                **now_context(),
                figures_url=reverse(FIGURES_URL_NAME),
                # A stream of another server would keep a thread for itself as long as the page is open.
                stream_url=reverse(STREAM_URL_NAME) if isinstance(request, ASGIRequest) else "",
                poll_seconds=POLL_SECONDS,
            )
        )


class NowFiguresView(View):
    """The figures alone; 304 if they are those that the browser has."""

    def get(self, request: HttpRequest) -> HttpResponseBase:
        if not may_see(request.user):
            # No page of an error: a script asks, and its log-in may be over.
            return HttpResponse(status=403)
        body = render_to_string("mkt_monitoring/now_figures.html", now_context(), request)
        etag = quote_etag(blake2b(body.encode(), digest_size=16).hexdigest())
        response = HttpResponse(body, headers={"Cache-Control": "private, no-cache", "ETag": etag})
        conditional = get_conditional_response(request, etag=etag, response=response)
        return response if conditional is None else conditional


def now_context(figures: Now | None = None) -> dict[str, Any]:
    """What ``now_figures.html`` shows: of these figures, or of those that are read now."""
    figures = now_figures() if figures is None else figures
    return {
        "source": figures.operation.source,
        "tiles": _tiles(figures),
        "charts": [_views_chart(figures), _requests_chart(figures), _latency_chart(figures)],
        "routes": _routes(figures),
        "queries": _queries(figures),
        "slow_query": duration(settings_in_force().SLOW_QUERY_SECONDS),
        "feed": [{"event": one, "label": event_label(one.name)} for one in figures.feed],
    }


def _tiles(figures: Now) -> list[dict[str, Any]]:
    found = figures.operation
    half, most, nearly_all = found.quantiles
    share, hit_rate = found.error_share, found.hit_rate
    is_own = found.source != "prometheus"
    tiles: list[dict[str, Any]] = [
        {"label": _("Visitors"), "value": whole(figures.visitors), "note": _visitors_note(figures)},
        {
            "label": _("Requests per second"),
            "value": decimal(found.per_second, 1),
            "note": _("last minute") if is_own else _("last 5 minutes"),
        },
        {
            "label": _("Half of the requests within"),
            "value": duration(half),
            "note": _("95%%: %(most)s, 99%%: %(nearly_all)s")
            % {"most": duration(most), "nearly_all": duration(nearly_all)},
        },
        {
            "label": _("Failed requests"),
            "value": "–" if share is None else f"{decimal(share * 100, 1)} %",
            "note": _("%(number)s in 5 minutes") % {"number": whole(found.failed)},
            "is_bad": bool(share and share > 0.01),
        },
        {
            "label": _("Answered from the cache"),
            "value": "–" if hit_rate is None else f"{decimal(hit_rate * 100, 0)} %",
            "note": _("this hour") if is_own else _("last 5 minutes"),
        },
        {
            "label": _("Server processes"),
            "value": whole(figures.requests.workers),
            "note": _("that have answered in this or the last minute"),
        },
    ]
    if figures.tasks is not None:
        waiting, age = figures.tasks
        tiles.append(
            {
                "label": _("Tasks that wait"),
                "value": whole(waiting),
                "note": _("the oldest for %(age)s") % {"age": duration(age)},
                "is_bad": age > 300,
            }
        )
    return tiles


def _visitors_note(figures: Now) -> str:
    counted = figures.present.counted
    if counted == "estimate":
        return _("last 5 minutes, to within 1 percent")
    if counted == "fallback":
        return _("last 5 minutes; counted in the database, as Redis does not have all of them")
    return _("last 5 minutes")


def _views_chart(figures: Now) -> Chart:
    views = list(figures.views.values())
    return Chart(
        "views",
        _("Page views per minute"),
        [_clock(minute) for minute in figures.views],
        [Series(_("Page views"), views, 1, "bars")],
        heading=_("Minute"),
        is_under_way=True,
    )


def _requests_chart(figures: Now) -> Chart:
    minutes = figures.operation.minutes
    return Chart(
        "requests",
        _("Requests per minute"),
        [_clock(minute) for minute in minutes],
        [
            Series(_("Requests"), [one.count for one in minutes.values()], 1, "bars"),
            Series(_("Failed"), [one.failed for one in minutes.values()], 3, "bars"),
        ],
        heading=_("Minute"),
        is_under_way=True,
    )


def _latency_chart(figures: Now) -> Chart:
    minutes = figures.operation.minutes
    quantiles = [one.quantiles for one in minutes.values()]
    labels = (_("Half within"), _("95% within"), _("99% within"))
    return Chart(
        "latency",
        _("Time to answer"),
        [_clock(minute) for minute in minutes],
        [
            Series(label, [row[position] for row in quantiles], position + 1)
            for position, label in enumerate(labels)
        ],
        form=duration,
        heading=_("Minute"),
        is_under_way=True,
    )


def _routes(figures: Now) -> list[dict[str, Any]]:
    """The slowest first, by the 95th percentile."""
    rows = [(one.quantiles(), route, one) for route, one in figures.recent.routes.items()]
    rows.sort(key=lambda row: (-(row[0][1] or 0.0), row[1]))
    return [
        {
            "route": route,
            "cells": [whole(one.count), whole(one.server_errors), *map(duration, quantiles)],
        }
        for quantiles, route, one in rows[:ROUTES]
    ]


def _queries(figures: Now) -> list[dict[str, Any]]:
    """Those that took most of the time, all of them together."""
    rows = [(-one.seconds, *key, one) for key, one in figures.recent.queries.items()]
    return [
        {
            "alias": alias,
            "statement": statement,
            "cells": [whole(one.count), *map(duration, (one.seconds, *one.quantiles()[:2]))],
        }
        for _seconds, alias, statement, one in sorted(rows, key=lambda row: row[:3])[:QUERIES]
    ]


def _clock(moment: datetime) -> str:
    return formats.time_format(timezone.localtime(moment), "H:i")
