"""How the endpoints of the site's APIs are used."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from prometheus_client import Metric

from ..mkt_core_metrics import limited
from ..multiprocess.files import multiprocess_directory
from ..multiprocess.reading import AllWorkers
from ..requests_now.figures import routes_between
from ..requests_now.totals import Requests
from .access import DashboardView
from .charts import duration, whole

URL_NAME = "mkt_monitoring_api"
#: Hours that can be chosen.
SPANS = (1, 24, 168)
#: A route is one of an API if it says so, or has a version in it.
API_ROUTE = re.compile(r"(?:^|[/_-])api(?:[/_-]|$)|/v\d+(?:/|$)")
LIMITS_METRIC = "mkt_core_rate_limited"


class ApiView(DashboardView):
    """Requests, refusals, failures and times by endpoint, and the limits that were reached. Two queries."""

    template_name = "mkt_monitoring/api.html"
    url_name = URL_NAME

    def get(self, request: HttpRequest) -> HttpResponse:
        given = request.GET.get("hours", "")
        hours = int(given) if given in map(str, SPANS) else 24
        endpoints = api_routes(hours)
        total = Requests()
        for one in endpoints.values():
            total.merge(one)
        return self.render_to_response(
            self.get_context_data(
                spans=[
                    {"hours": span, "label": _span_label(span), "is_current": span == hours}
                    for span in SPANS
                ],
                tiles=_tiles(total),
                endpoints=[_row(route, one) for route, one in endpoints.items()],
                limits=list(limits_reached()),
            )
        )


def api_routes(hours: int) -> dict[str, Requests]:
    """The endpoints of the last hours, those with the most requests first. Two queries."""
    now = timezone.now()
    start = now - timedelta(hours=hours)
    if hours > 1:
        start = start.replace(minute=0, second=0, microsecond=0)
    found = routes_between(start, now)
    rows = [(route, one) for route, one in found.items() if API_ROUTE.search(route)]
    return dict(sorted(rows, key=lambda pair: (-pair[1].count, pair[0])))


def limits_reached() -> Iterator[dict[str, Any]]:
    """How often each limit has refused somebody since the processes started, all of them together."""
    for family in _families():
        if family.name == LIMITS_METRIC:
            for sample in family.samples:
                if sample.name.endswith("_total") and sample.value:
                    yield {"rule": sample.labels.get("rule", ""), "count": whole(sample.value)}


def _families() -> Iterable[Metric]:
    directory = multiprocess_directory()
    if directory is None:
        return limited.collect()
    return AllWorkers(directory).collect() if directory.is_dir() else ()


def _span_label(hours: int) -> str:
    if hours >= 48:
        label = ngettext("last %(number)d day", "last %(number)d days", hours // 24)
        return label % {"number": hours // 24}
    return ngettext("last %(number)d hour", "last %(number)d hours", hours) % {"number": hours}


def _tiles(total: Requests) -> list[dict[str, Any]]:
    half, most, _nearly_all = total.quantiles()
    return [
        {"label": _("Requests"), "value": whole(total.count), "note": ""},
        {
            "label": _("Refused"),
            "value": whole(total.client_errors),
            "note": _("wrong, forbidden or too many (4xx)"),
        },
        {
            "label": _("Failed"),
            "value": whole(total.server_errors),
            "note": _("errors of the site (5xx)"),
            "is_bad": bool(total.server_errors),
        },
        {
            "label": _("Half of the requests within"),
            "value": duration(half),
            "note": _("95%%: %(most)s") % {"most": duration(most)},
        },
    ]


def _row(route: str, one: Requests) -> dict[str, Any]:
    return {
        "route": route,
        "cells": [
            whole(one.count),
            whole(one.client_errors),
            whole(one.server_errors),
            *map(duration, one.quantiles()),
        ],
    }
