"""Alerts on how fast the error budget of an objective is used up, over several windows at once.

The method, the windows and the factors are those of the Google SRE Workbook, chapter "Alerting on SLOs", for a budget
of 30 days: a page when 2 % of it are gone in an hour or 5 % in six hours, a ticket for 10 % in a day or in three days.
The long window says that it matters, the short one that it still goes on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from prometheus_client.utils import floatToGoString

from .model import Alert, Group, Record, Severity
from .promql import SITE, matchers
from .slos import Slo

DURATION = "http_server_request_duration_seconds"
STATUS = "http_response_status_class"
ALERT = "MktErrorBudgetBurn"


@dataclass(frozen=True)
class Window:
    """``factor``: how many times faster than allowed the budget is used up."""

    short: str
    long: str
    factor: float
    severity: Severity
    lasting: str


WINDOWS = (
    Window("5m", "1h", 14.4, "page", "2m"),
    Window("30m", "6h", 6, "page", "15m"),
    Window("2h", "1d", 3, "ticket", "1h"),
    Window("6h", "3d", 1, "ticket", "3h"),
)
RATIO_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
# Requests per second are recorded for the guard against little traffic, and for the budget.
REQUEST_WINDOWS = ("5m", *(window.long for window in WINDOWS))


def slo_groups(slos: tuple[Slo, ...], job: str) -> Iterator[Group]:
    """One group of rules for each objective."""
    for slo in slos:
        yield Group(name=f"mkt-slo-{slo.name}", rules=[*_records(slo, job), *_alerts(slo, job)])


def _records(slo: Slo, job: str) -> Iterator[Record]:
    labels = {"slo": slo.name}
    yield Record(name="mkt:slo_objective:ratio", expr=f"vector({slo.objective})", labels=labels)
    for window in REQUEST_WINDOWS:
        requests = _requests(slo, job, window)
        yield Record(name=f"mkt:slo_requests:rate{window}", expr=requests, labels=labels)
    yield Record(name="mkt:slo_errors:rate5m", expr=_errors(slo, job, "5m"), labels=labels)
    for window in RATIO_WINDOWS:
        # Without a request there is no share of them, and no division by zero.
        expr = f"({_errors(slo, job, window)}) / ({_requests(slo, job, window)} > 0)"
        yield Record(name=f"mkt:slo_errors:ratio_rate{window}", expr=expr, labels=labels)
    yield Record(name="mkt:slo_budget_left:ratio30d", expr=_budget_left(slo, job), labels=labels)


def _alerts(slo: Slo, job: str) -> Iterator[Alert]:
    for window in WINDOWS:
        threshold = round(window.factor * slo.budget, 9)
        # More than all requests cannot fail: with a budget that large, the faster windows have nothing to say.
        if threshold >= 1:
            continue
        yield Alert(
            name=ALERT,
            expr=_burning(slo, job, window, threshold),
            lasting=window.lasting,
            severity=window.severity,
            labels={"slo": slo.name, "window": window.long},
            summary=f"The error budget of {slo.name} burns {window.factor:g} times too fast",
            description=(
                f"{{{{ $value | humanizePercentage }}}} of the requests of the last {window.long} "
                f"{_verb(slo)}; {slo.budget * 100:g} % may in 30 days."
            ),
        )


def _verb(slo: Slo) -> str:
    if slo.kind == "availability":
        return "failed"
    return f"took longer than {slo.threshold_seconds:g} s"


def _burning(slo: Slo, job: str, window: Window, threshold: float) -> str:
    of_slo = matchers({"job": job, "slo": slo.name})
    return (
        f"mkt:slo_errors:ratio_rate{window.long}{{{of_slo}}} > {threshold:g}"
        f" and on ({SITE}) mkt:slo_errors:ratio_rate{window.short}{{{of_slo}}} > {threshold:g}"
        f" and on ({SITE}) mkt:slo_requests:rate{window.long}{{{of_slo}}}"
        f" >= {slo.min_requests_per_second:g}"
    )


def _budget_left(slo: Slo, job: str) -> str:
    of_slo = matchers({"job": job, "slo": slo.name})
    errors = f"sum_over_time(mkt:slo_errors:rate5m{{{of_slo}}}[30d])"
    requests = f"sum_over_time(mkt:slo_requests:rate5m{{{of_slo}}}[30d])"
    return f"1 - ({errors} / ({requests} > 0)) / {slo.budget:g}"


def _requests(slo: Slo, job: str, window: str) -> str:
    return _rate(f"{DURATION}_count", _selector(slo, job), window)


def _errors(slo: Slo, job: str, window: str) -> str:
    requests = _requests(slo, job, window)
    selector = _selector(slo, job)
    if slo.kind == "latency":
        within = selector | {"le": floatToGoString(slo.threshold_seconds)}
        return f"{requests} - {_rate(f'{DURATION}_bucket', within, window)}"
    # A site that never failed has no series of failures; that is a share of 0.
    return f"{_rate(f'{DURATION}_count', selector | {STATUS: '5xx'}, window)} or 0 * {requests}"


def _selector(slo: Slo, job: str) -> dict[str, str]:
    selector = {"job": job, **slo.selector}
    if slo.kind == "latency":
        # A failure counts for availability, however fast it was; a client that left has not waited for us.
        selector.setdefault(f"{STATUS}!~", "5xx|aborted")
    return selector


def _rate(name: str, selector: dict[str, str], window: str) -> str:
    return f"sum by ({SITE}) (rate({name}{{{matchers(selector)}}}[{window}]))"
