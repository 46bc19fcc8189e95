"""Alerts about the site as its visitors see it."""

from __future__ import annotations

from ..model import Alert, Record

RECORDS = (
    Record(
        name="mkt:http_requests:rate5m",
        expr="sum by (job, site, http_route, http_response_status_class)"
        " (rate(http_server_request_duration_seconds_count{<site>}[5m]))",
    ),
    Record(
        name="mkt:http_request_duration_seconds:p95_5m",
        expr="histogram_quantile(0.95, sum by (job, site, le)"
        " (rate(http_server_request_duration_seconds_bucket"
        '{<site>, http_response_status_class!~"5xx|aborted"}[5m])))',
    ),
    Record(
        name="mkt:http_request_duration_seconds_by_page_type:p95_5m",
        expr="histogram_quantile(0.95, sum by (job, site, wagtail_page_type, le)"
        " (rate(http_server_request_duration_seconds_bucket"
        '{<site>, http_response_status_class!~"5xx|aborted"}[5m])))',
    ),
)

ALERTS = (
    Alert(
        name="MktTargetDown",
        expr="up{<site>} == 0",
        severity="page",
        summary="{{ $labels.instance }} gives no metrics",
        description="Prometheus has had no answer from /metrics of {{ $labels.instance }} for 5 minutes.",
    ),
    Alert(
        name="MktTargetAbsent",
        expr="absent(up{<site>})",
        severity="page",
        summary="Prometheus does not know of any server of {{ $labels.job }}",
        description="The job {{ $labels.job }} has no target: nothing about the site is measured.",
    ),
    Alert(
        name="MktRouteServerErrors",
        expr="sum by (job, site, http_route)"
        ' (mkt:http_requests:rate5m{<site>, http_response_status_class="5xx"})'
        " / sum by (job, site, http_route) (mkt:http_requests:rate5m{<site>}) > <threshold>"
        " and sum by (job, site, http_route)"
        ' (mkt:http_requests:rate5m{<site>, http_response_status_class="5xx"}) > 0.02',
        threshold=0.05,
        unit="share of the requests of a route; at least 0.02 failures a second",
        summary="{{ $labels.http_route }} fails",
        description="{{ $value | humanizePercentage }} of the requests to {{ $labels.http_route }} end with 5xx.",
    ),
    Alert(
        name="MktLatencyRegression",
        expr="mkt:http_request_duration_seconds:p95_5m{<site>}"
        " > <threshold> * mkt:http_request_duration_seconds:p95_5m{<site>} offset 1w"
        " and mkt:http_request_duration_seconds:p95_5m{<site>} > 0.25"
        " and on (job, site) sum by (job, site) (mkt:http_requests:rate5m{<site>}) > 0.1",
        threshold=1.5,
        unit="times the 95th percentile of a week before; at least 0.25 s, and 0.1 requests a second",
        lasting="15m",
        summary="The site is slower than a week ago",
        description="The 95th percentile of the request duration is {{ $value | humanizeDuration }},"
        " much longer than at this time a week ago.",
    ),
    Alert(
        name="MktLoginFailureBurst",
        expr="sum by (job, site, area)"
        ' (increase(wagtail_logins_total{<site>, result=~"fail.*"}[10m])) > <threshold>'
        " and sum by (job, site, area)"
        ' (increase(wagtail_logins_total{<site>, result=~"fail.*"}[10m]))'
        " > 0.5 * sum by (job, site, area) (increase(wagtail_logins_total{<site>}[10m]))",
        threshold=50,
        unit="failed logins in 10 minutes; more than half of all",
        lasting="1m",
        summary="Somebody tries passwords at the log-in of {{ $labels.area }}",
        description="{{ $value | humanize }} logins failed within 10 minutes.",
    ),
)
