"""What mkt-core tells by its signals (response cache, limiter, CSP reports, uploads, CDN …), and its health checks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from mkt_core import signals
from mkt_core.health.report import recent_report

from .collectors import collector
from .registry import counter

lookups = counter("mkt_core_response_cache_lookups_total", "Response cache.", ["state", "reason"])
cache_failures = counter(
    "mkt_core_cache_failures_total", "A cache server could not be used.", ["cache", "operation"]
)
limited = counter("mkt_core_rate_limited_total", "Refused by a rate limit.", ["rule"])
limiter_failures = counter("mkt_core_rate_limit_failures_total", "Limits not counted.", ["rule"])
throttled = counter("mkt_core_logins_throttled_total", "Log-ins that had to wait.", ["limit"])
violations = counter(
    "mkt_core_csp_reports_total", "CSP violations reported.", ["directive", "disposition"]
)
refused_uploads = counter("mkt_core_uploads_refused_total", "Files refused.", ["what", "code"])
purges = counter("wagtail_frontend_cache_purges_total", "Purges told to CDNs.", ["result"])
lost_tasks = counter("mkt_core_task_enqueue_failures_total", "Tasks not enqueued after a commit.")

HEALTH_SECONDS = 15

# The browser of a stranger sends them.
DIRECTIVE = re.compile(
    r"(?:default|script|style|img|font|media|object|frame|child|connect|worker|manifest)-src"
)
OTHERS = frozenset({"script-src-elem", "script-src-attr", "style-src-elem", "style-src-attr"})
OTHER_DIRECTIVES = OTHERS | {"base-uri", "form-action", "frame-ancestors", "sandbox", "report-uri"}

_lookups: dict[tuple[str, str], Any] = {}


def count_lookup(sender: Any, state: str = "", reason: str = "", **kwargs: Any) -> None:
    """Sent with each request, therefore with children bound once."""
    increase = _lookups.get((state, reason))
    if increase is None:
        increase = _lookups[state, reason] = lookups.labels(state, reason or "none").inc
    increase()


def count_response_cache_failure(sender: Any, operation: str = "", **kwargs: Any) -> None:
    cache_failures.labels("response", operation).inc()


def count_cache_failure(sender: Any, operation: str = "", **kwargs: Any) -> None:
    cache_failures.labels("django", operation).inc()


def count_limited(sender: Any, decision: Any = None, **kwargs: Any) -> None:
    limited.labels(decision.rule.name).inc()


def count_limiter_failure(sender: Any, decision: Any = None, **kwargs: Any) -> None:
    limiter_failures.labels(decision.rule.name).inc()


def count_throttled(sender: Any, limit: str = "", **kwargs: Any) -> None:
    throttled.labels(limit).inc()


def count_violation(sender: Any, violation: Any = None, **kwargs: Any) -> None:
    directive = violation.directive
    known = DIRECTIVE.fullmatch(directive) or directive in OTHER_DIRECTIVES
    disposition = "enforce" if violation.disposition == "enforce" else "report"
    violations.labels(directive if known else "other", disposition).inc()


def count_refused_upload(sender: Any, what: str = "", code: str = "", **kwargs: Any) -> None:
    refused_uploads.labels(what, code).inc()


def count_purge(sender: Any, **kwargs: Any) -> None:
    purges.labels("purged").inc()


def count_failed_purge(sender: Any, **kwargs: Any) -> None:
    purges.labels("failed").inc()


def count_dropped_purge(sender: Any, **kwargs: Any) -> None:
    purges.labels("dropped").inc()


def count_lost_task(sender: Any, **kwargs: Any) -> None:
    lost_tasks.inc()


@collector(ttl_seconds=HEALTH_SECONDS, budget_seconds=10, name="mkt_monitoring.health")
def health_checks() -> Iterator[Metric]:
    """The checks of mkt-core, as the process that is asked sees them: an answer that was just given to a probe, or new.

    Runs those checks, with the queries that they make. Its signal tells changes only: a site that was never ill would
    have no health.
    """
    up = GaugeMetricFamily("mkt_core_health_check_up", "Whether a check passed.", labels=["check"])
    duration = GaugeMetricFamily(
        "mkt_core_health_check_duration_seconds", "Duration of a check.", labels=["check"]
    )
    for result in recent_report(HEALTH_SECONDS).results:
        up.add_metric([result.name], result.passed)
        duration.add_metric([result.name], result.duration_seconds)
    yield up
    yield duration


def install() -> None:
    for signal, receiver in (
        (signals.response_cache_looked_up, count_lookup),
        (signals.response_cache_failed, count_response_cache_failure),
        (signals.cache_backend_failed, count_cache_failure),
        (signals.rate_limit_exceeded, count_limited),
        (signals.rate_limit_failed, count_limiter_failure),
        (signals.login_throttled, count_throttled),
        (signals.csp_violation_reported, count_violation),
        (signals.upload_refused, count_refused_upload),
        (signals.cdn_purged, count_purge),
        (signals.cdn_purge_failed, count_failed_purge),
        (signals.cdn_purge_dropped, count_dropped_purge),
        (signals.task_enqueue_failed, count_lost_task),
    ):
        signal.connect(receiver, dispatch_uid=f"mkt_monitoring.{receiver.__name__}")
