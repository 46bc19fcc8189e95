"""How the site answers: from its own tables, or from Prometheus where there is one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mkt_core.cache.counting import figures as cache_figures

from ..conf import settings_in_force
from ..requests_now.figures import Timeline
from ..requests_now.totals import SHARES, Requests
from . import prometheus

#: The figures without a time are about so many minutes.
RECENT_MINUTES = 5
Number = float | int | None


@dataclass(frozen=True, slots=True)
class Minute:
    """Requests of one minute; seconds that ``SHARES`` of them took at most."""

    count: float
    failed: float
    quantiles: list[float | None]


@dataclass(frozen=True, slots=True)
class Operation:
    """The figures, and whose they are: "own", "prometheus", or "fallback": own ones, as Prometheus did not answer."""

    source: Literal["own", "prometheus", "fallback"]
    #: The current one last.
    minutes: Mapping[datetime, Minute]
    per_second: float
    quantiles: list[float | None]
    failed: float
    error_share: float | None
    #: Of the response cache, 0 to 1; None without a request.
    hit_rate: float | None


def operation(requests: Timeline, now: datetime) -> Operation:
    """From Prometheus if ``PROMETHEUS_URL`` names one and it answers in time, else from ``requests``. No query."""
    if not settings_in_force().PROMETHEUS_URL:
        return _own(requests, "own")
    try:
        return _of_prometheus(
            prometheus.figures(len(requests.minutes), now), list(requests.minutes)
        )
    except prometheus.PrometheusError:
        return _own(requests, "fallback")


def last_minutes(requests: Timeline, number: int = RECENT_MINUTES) -> Requests:
    """The site's requests of the last minutes together."""
    total = Requests()
    for minute in list(requests.minutes.values())[-number:]:
        total.merge(minute)
    return total


def _own(requests: Timeline, source: Literal["own", "fallback"]) -> Operation:
    recent = last_minutes(requests)
    return Operation(
        source=source,
        minutes={
            moment: Minute(one.count, one.server_errors, one.quantiles())
            for moment, one in requests.minutes.items()
        },
        per_second=requests.per_second,
        quantiles=recent.quantiles(),
        failed=recent.server_errors,
        error_share=recent.error_share,
        hit_rate=cache_figures(hours=1).hit_rate,
    )


def _of_prometheus(found: prometheus.Figures, moments: list[datetime]) -> Operation:
    """Each minute has the values of the five up to it."""

    def number(name: str, minutes_ago: int = 0) -> float:
        return found.at(name, minutes_ago) or 0.0

    def minute(minutes_ago: int) -> Minute:
        quantiles = [found.at(str(share), minutes_ago) for share in SHARES]
        return Minute(
            number("rate", minutes_ago) * 60, number("failed", minutes_ago) * 60, quantiles
        )

    rate, failed = number("rate"), number("failed")
    latest = len(moments) - 1
    return Operation(
        source="prometheus",
        minutes={moment: minute(latest - place) for place, moment in enumerate(moments)},
        per_second=rate,
        quantiles=minute(0).quantiles,
        failed=failed * prometheus.WINDOW_SECONDS,
        error_share=failed / rate if rate else None,
        hit_rate=found.at("hits"),
    )
