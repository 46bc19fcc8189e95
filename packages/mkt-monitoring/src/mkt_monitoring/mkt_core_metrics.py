"""What mkt-core tells by its signals: response cache, limiter, CSP reports, uploads, CDN, health and the like."""

from __future__ import annotations

import re
from typing import Any

from mkt_core import signals

from .registry import counter, gauge, histogram

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
healthy = gauge("mkt_core_health_check_up", "Whether a check passed.", ["check"], mode="mostrecent")
lost_tasks = counter("mkt_core_task_enqueue_failures_total", "Tasks not enqueued after a commit.")
outgoing = histogram(
    "http_client_request_duration_seconds",
    "Requests of the site to other servers.",
    ["purpose", "status_class"],
)

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


def note_health(sender: Any, result: Any = None, **kwargs: Any) -> None:
    healthy.labels(result.name).set(result.passed)


def count_lost_task(sender: Any, **kwargs: Any) -> None:
    lost_tasks.inc()


def observe_outgoing(
    sender: Any, purpose: str = "", status: int | None = None, seconds: float = 0.0, **kwargs: Any
) -> None:
    status_class = f"{status // 100}xx" if status else "none"
    outgoing.labels(purpose or "other", status_class).observe(seconds)


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
        (signals.health_check_changed, note_health),
        (signals.task_enqueue_failed, count_lost_task),
        (signals.outgoing_request_finished, observe_outgoing),
    ):
        signal.connect(receiver, dispatch_uid=f"mkt_monitoring.{receiver.__name__}")
