"""Service level objectives: what share of requests has to be good, read from ``MKT_MONITORING["SLOS"]``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from django.core.exceptions import ImproperlyConfigured

from mkt_core.conf import GivenSettings

from ..conf import settings_in_force


@dataclass(frozen=True, kw_only=True)
class Slo:
    """One objective. Its fields are the keys of a dictionary in ``SLOS``."""

    # Lower-case letters, digits and dashes; the value of the label "slo".
    name: str
    # "availability": no 5xx. "latency": answered within threshold_seconds; failed requests are not looked at.
    kind: Literal["availability", "latency"]
    # The share of good requests over 30 days: 0.999.
    objective: float
    # Of a latency objective, and a bound of the buckets of http_server_request_duration_seconds.
    threshold_seconds: float = 0.5
    # Which requests: {"http_route": "/shop/", "http_route!": "…", "http_route~": "/api/.*", "http_route!~": "…"}.
    selector: Mapping[str, str] = field(default_factory=dict)
    # With fewer requests than this nobody is alerted: one failure would be a large share of them.
    min_requests_per_second: float = 0.1

    @property
    def budget(self) -> float:
        """The share of requests that may be bad."""
        # Without the noise of 1 - 0.999 in floating point.
        return round(1 - self.objective, 9)


DEFAULTS = (
    Slo(name="availability", kind="availability", objective=0.999),
    Slo(name="latency", kind="latency", objective=0.99, threshold_seconds=0.5),
)

_NAME = re.compile(r"[a-z][a-z0-9-]*")
_SELECTOR_KEY = re.compile(r"[a-z_][a-z0-9_]*(?:!~|!|~)?")


def slos() -> tuple[Slo, ...]:
    """The objectives in force: those of the settings, or availability 99.9 % and latency 99 % within 0.5 s.

    Raises:
        ImproperlyConfigured: an entry cannot be used; the text says which, and why.
    """
    given = settings_in_force().SLOS
    if not given:
        return DEFAULTS
    if problems := list(slo_problems(given)):
        raise ImproperlyConfigured(" ".join(problems))
    return tuple(_settings(number, entry).current for number, entry in enumerate(given))


def slo_problems(given: tuple[Mapping[str, Any], ...]) -> Iterator[str]:
    """One sentence for everything that is wrong with the entries."""
    names: set[str] = set()
    for number, entry in enumerate(given):
        settings = _settings(number, entry)
        if unreadable := settings.problems():
            yield from unreadable
            continue
        slo = settings.current
        yield from (f"{settings.name}: {problem}" for problem in _value_problems(slo, names))
        names.add(slo.name)


def latency_bounds() -> tuple[float, ...]:
    """The thresholds in seconds that have to be bounds of buckets; none while the settings cannot be read."""
    try:
        return tuple(sorted({slo.threshold_seconds for slo in slos() if slo.kind == "latency"}))
    except ImproperlyConfigured:
        return ()


def _settings(number: int, entry: Mapping[str, Any]) -> GivenSettings[Slo]:
    return GivenSettings(f"MKT_MONITORING['SLOS'][{number}]", Slo, entry)


def _value_problems(slo: Slo, names: set[str]) -> Iterator[str]:
    if not _NAME.fullmatch(slo.name):
        yield f"the name {slo.name!r} is not made of lower-case letters, digits and dashes."
    if slo.name in names:
        yield f"there is another objective named {slo.name!r}."
    if not 0.5 <= slo.objective < 1:
        yield "the objective is a share from 0.5 to below 1, such as 0.999 for 99.9 %."
    if slo.threshold_seconds <= 0:
        yield "threshold_seconds must be above 0."
    if slo.min_requests_per_second < 0:
        yield "min_requests_per_second must not be negative."
    for key in slo.selector:
        if not _SELECTOR_KEY.fullmatch(key):
            yield f"the selector's key {key!r} is no label, with !, ~ or !~ after it or nothing."
