"""Each alert fires when it should, and is silent when it should be: as Prometheus itself evaluates it."""

from dataclasses import dataclass

import pytest

from mkt_monitoring.rules.groups import CATALOGUE, alert_names

from . import promtool

COUNT = "http_server_request_duration_seconds_count"
BUCKET = "http_server_request_duration_seconds_bucket"
SITE = {"job": "site"}


def series(name, **labels):
    inner = ",".join(f'{key}="{value}"' for key, value in {**SITE, **labels}.items())
    return f"{name}{{{inner}}}"


def requests(status, route="/shop/"):
    return series(COUNT, http_route=route, http_response_status_class=status)


def durations(*phases):
    """Requests that take up to 0.1 s, and up to 1 s: (fast, slow, steps) for each phase, a step's number of each."""
    labels = {"http_route": "/shop/", "http_response_status_class": "2xx", "wagtail_page_type": "x"}
    within = series(BUCKET, **labels, le="0.1")
    others = [series(BUCKET, **labels, le=le) for le in ("1.0", "+Inf")] + [series(COUNT, **labels)]
    fast_total = total = 0
    values = {name: [] for name in (within, *others)}
    for fast, slow, steps in phases:
        values[within].append(f"{fast_total}+{fast}x{steps - 1}")
        for name in others:
            values[name].append(f"{total}+{fast + slow}x{steps - 1}")
        fast_total, total = fast_total + fast * steps, total + (fast + slow) * steps
    return {name: " ".join(parts) for name, parts in values.items()}


@dataclass
class Case:
    fires: dict
    # What is in the message, besides the job and the severity.
    labels: dict
    summary: str
    # Each of them is not enough.
    silent: list
    severity: str = "ticket"
    at: str = "60m"


UP = series("up", instance="web1")
LOGINS = {
    result: series("wagtail_logins_total", area="admin", result=result)
    for result in ("failure", "success")
}
DB_ERRORS = "db_query_errors_total"
TASKS = {
    status: series("task_finished_total", task="shop.send", queue="default", status=status)
    for status in ("failed", "successful")
}
CACHE = {
    result: series("cache_operations_total", alias="default", operation="get", result=result)
    for result in ("hit", "miss", "error")
}
POOL = series("db_pool_waiting", instance="web1", alias="default")
MIGRATIONS = series("django_migrations_unapplied", instance="web1", alias="default")
BACKLOG = series("task_backlog", queue="default", backend="db")
DROPPED = series("mkt_monitoring_observations_dropped_total", reason="disk_full")
EVENTS = series("mkt_events_dropped_total", reason="queue_full")
REFUSED = series("mkt_monitoring_series_refused_total", metric="shop_total")
COLLECTOR = series("mkt_monitoring_collector_success", instance="web1", collector="shop.orders")
FILES = series("mkt_monitoring_multiprocess_files", instance="web1")
SCRAPE = series("scrape_duration_seconds", instance="web1")

CASES = {
    "MktTargetDown": Case(
        fires={UP: "1 1 1 0x100"},
        labels={"instance": "web1"},
        summary="web1 gives no metrics",
        severity="page",
        # Always up; down for less than five minutes.
        silent=[{UP: "1x100"}, {UP: "1x56 0x3"}],
    ),
    "MktTargetAbsent": Case(
        fires={'up{job="other"}': "1x100"},
        labels={},
        summary="Prometheus does not know of any server of site",
        severity="page",
        silent=[{UP: "0x100"}],
    ),
    "MktRouteServerErrors": Case(
        fires={requests("2xx"): "0+60x100", requests("5xx"): "0+6x100"},
        labels={"http_route": "/shop/"},
        summary="/shop/ fails",
        silent=[
            # Few of many; all of very few; another route's.
            {requests("2xx"): "0+60x100", requests("5xx"): "0+2x100"},
            {requests("5xx"): "0+1x100"},
            {requests("2xx"): "0+60x100", requests("4xx"): "0+60x100"},
        ],
    ),
    "MktLoginFailureBurst": Case(
        fires={LOGINS["failure"]: "0+10x100", LOGINS["success"]: "0+1x100"},
        labels={"area": "admin"},
        summary="Somebody tries passwords at the log-in of admin",
        silent=[
            {LOGINS["failure"]: "0+2x100"},
            {LOGINS["failure"]: "0+10x100", LOGINS["success"]: "0+30x100"},
        ],
    ),
    "MktDatabaseErrors": Case(
        fires={series(DB_ERRORS, alias="default", error="OperationalError"): "0+6x100"},
        labels={"alias": "default", "error": "OperationalError"},
        summary="Queries to the database default fail",
        silent=[
            {series(DB_ERRORS, alias="default", error="OperationalError"): "0+1x100"},
            {series(DB_ERRORS, alias="default", error="IntegrityError"): "0+60x100"},
        ],
    ),
    "MktDatabasePoolWaiting": Case(
        fires={POOL: "0x10 3x100"},
        labels={"instance": "web1", "alias": "default"},
        summary="Requests wait for a connection to default",
        # Never; now and then.
        silent=[{POOL: "0x100"}, {POOL: "0x57 3x2"}],
    ),
    "MktMigrationsUnapplied": Case(
        fires={MIGRATIONS: "2x100"},
        labels={"alias": "default"},
        summary="The database default lacks migrations",
        # None; while a deployment is under way.
        silent=[{MIGRATIONS: "0x100"}, {MIGRATIONS: "0x50 2x10"}],
    ),
    "MktCacheErrors": Case(
        fires={CACHE["error"]: "0+10x100"},
        labels={"alias": "default"},
        summary="The cache default fails",
        silent=[{CACHE["error"]: "0+1x100"}, {CACHE["miss"]: "0+100x100"}],
    ),
    "MktTaskFailures": Case(
        fires={TASKS["failed"]: "0+1x100", TASKS["successful"]: "0+10x100"},
        labels={"task": "shop.send"},
        summary="shop.send fails",
        # Few of many; one that failed twice.
        silent=[
            {TASKS["failed"]: "0+1x100", TASKS["successful"]: "0+100x100"},
            {TASKS["failed"]: "0x40 1 2x60", TASKS["successful"]: "0x100"},
        ],
    ),
    "MktTaskBacklogOld": Case(
        fires={series("task_backlog_age_seconds"): "0+60x100"},
        labels={},
        summary="Tasks are not run",
        silent=[{series("task_backlog_age_seconds"): "300x100"}],
    ),
    "MktTaskBacklogLarge": Case(
        fires={BACKLOG: "0+50x100"},
        labels={"queue": "default", "backend": "db"},
        summary="The queue default is long",
        silent=[{BACKLOG: "900x100"}],
    ),
    "MktScheduledPublishOverdue": Case(
        fires={series("wagtail_scheduled_publish_overdue_seconds"): "0+60x100"},
        labels={},
        summary="Pages are not published when they should be",
        # What publish_scheduled finds each ten minutes is normal.
        silent=[{series("wagtail_scheduled_publish_overdue_seconds"): "600x100"}],
    ),
    "MktRenditionFailures": Case(
        fires={series("wagtail_rendition_failures_total"): "0+1x100"},
        labels={},
        summary="Images cannot be resized",
        silent=[{series("wagtail_rendition_failures_total"): "0x40 1 2 3x60"}],
    ),
    "MktObservationsDropped": Case(
        fires={DROPPED: "0+1x100"},
        labels={"reason": "disk_full"},
        summary="Measurements are lost: disk_full",
        silent=[{DROPPED: "7x100"}],
    ),
    "MktEventsDropped": Case(
        fires={EVENTS: "0+1x100"},
        labels={"reason": "queue_full"},
        summary="Events are lost: queue_full",
        silent=[{EVENTS: "7x100"}],
    ),
    "MktMultiprocessFiles": Case(
        fires={FILES: "0+10x100"},
        labels={"instance": "web1"},
        summary="Files of dead workers pile up at web1",
        silent=[{FILES: "40x100"}],
    ),
    "MktScrapeSlow": Case(
        fires={SCRAPE: "4x100"},
        labels={"instance": "web1"},
        summary="/metrics of web1 is slow",
        silent=[{SCRAPE: "0.1x100"}, {SCRAPE: "0.1x50 4x10"}],
    ),
    "MktSeriesRefused": Case(
        fires={REFUSED: "0+1x100"},
        labels={"metric": "shop_total"},
        summary="shop_total has reached its limit of series",
        silent=[{REFUSED: "7x100"}],
    ),
    "MktCollectorFailing": Case(
        fires={COLLECTOR: "0x100"},
        labels={"collector": "shop.orders"},
        summary="The collector shop.orders fails",
        silent=[{COLLECTOR: "1x100"}, {COLLECTOR: "1x50 0x10"}],
    ),
}
# They compare with a day and a week ago, and are tested with a coarser clock below.
LONG_CASES = {"MktLatencyRegression", "MktCacheHitDrop"}


def group_of(name):
    return next(group.name for group in CATALOGUE if name in {alert.name for alert in group.alerts})


def prometheus_cases(name, case):
    labels = {"severity": case.severity, **SITE, **case.labels}
    yield f"{name} fires", case.fires, case.at, name, [(labels, case.summary)]
    for number, quiet in enumerate(case.silent):
        yield f"{name} is silent {number}", quiet, case.at, name, []


def test_every_alert_has_its_cases():
    assert {*CASES, *LONG_CASES, "MktErrorBudgetBurn"} == set(alert_names())


@pytest.mark.parametrize("group", [group.name for group in CATALOGUE])
def test_alerts_fire_and_are_silent(group, tmp_path):
    cases = [
        prometheus_case
        for name, case in CASES.items()
        if group_of(name) == group
        for prometheus_case in prometheus_cases(name, case)
    ]

    promtool.check_alerts(tmp_path, {group}, cases)


def test_latency_is_compared_with_a_week_ago(tmp_path):
    # A step is two minutes: 5040 of them a week.
    labels, summary = {"severity": "ticket", **SITE}, "The site is slower than a week ago"
    cases = [
        (name, series, "169h", "MktLatencyRegression", expected)
        for name, series, expected in (
            ("as ever", durations((120, 0, 5100)), []),
            ("always slow", durations((0, 120, 5100)), []),
            ("slower", durations((120, 0, 5040), (0, 120, 60)), [(labels, summary)]),
        )
    ]

    promtool.check_alerts(tmp_path, {"mkt-requests"}, cases, interval="2m", every="20m")


def test_cache_hits_are_compared_with_a_day_ago(tmp_path):
    # A step is two minutes: 720 of them a day.
    good = {CACHE["hit"]: "0+900x1000", CACHE["miss"]: "0+100x1000"}
    dropped = {
        CACHE["hit"]: "0+900x720 648000+300x280",
        CACHE["miss"]: "0+100x720 72000+700x280",
    }
    seldom = {CACHE["hit"]: "0+90x720 64800+3x280", CACHE["miss"]: "0+10x720 7200+7x280"}
    labels = {"severity": "ticket", **SITE, "alias": "default"}
    summary = "The cache default finds less than a day ago"
    cases = [
        ("as ever", good, "26h", "MktCacheHitDrop", []),
        ("dropped", dropped, "26h", "MktCacheHitDrop", [(labels, summary)]),
        ("hardly used", seldom, "26h", "MktCacheHitDrop", []),
    ]

    promtool.check_alerts(tmp_path, {"mkt-services"}, cases, interval="2m", every="10m")
