"""The figures of requests as Prometheus has them, for sites that name one in ``PROMETHEUS_URL``.

One question for all figures of half an hour, which all who look within five seconds share.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPException
from math import isfinite
from threading import Lock
from time import monotonic
from typing import Any
from urllib.parse import urlencode
from urllib.request import HTTPErrorProcessor, ProxyHandler, Request, build_opener

from django.core.exceptions import ImproperlyConfigured

from ..conf import settings_in_force
from ..requests_now.totals import SHARES
from ..rules.options import rule_options
from ..rules.promql import matchers

logger = logging.getLogger(__name__)

STEP_SECONDS = 60
#: Of each figure; a rate takes several scrapes.
WINDOW = "5m"
WINDOW_SECONDS = 300
#: For the connection and each read, and for all of it.
TIMEOUT_SECONDS, TOTAL_SECONDS = 2.0, 4.0
MOST_BYTES = 1_000_000
#: How long an answer is good, and how long one that did not come is not asked for again.
KEPT_SECONDS, PAUSE_SECONDS = 5.0, 15.0

_REQUESTS = "http_server_request_duration_seconds"
_LOOKUPS = "mkt_core_response_cache_lookups_total"

Values = Mapping[datetime, float]


@dataclass(frozen=True, slots=True)
class Figures:
    """Values by figure: "rate" and "failed" (per second), "hits" (0 to 1), "0.5", "0.95", "0.99" (seconds).

    There is a moment each minute, the last one at ``end``; where nothing is known of it, it is missing.
    """

    values: Mapping[str, Values]
    end: datetime

    def at(self, name: str, minutes_ago: int = 0) -> float | None:
        """The value of a figure, or None."""
        moment = self.end - timedelta(seconds=minutes_ago * STEP_SECONDS)
        return self.values.get(name, {}).get(moment)


class PrometheusError(Exception):
    """It did not answer, or not with what was asked for."""


@dataclass(frozen=True, slots=True)
class _Kept:
    url: str
    until: float
    #: None: it could not be had.
    figures: Figures | None


_lock = Lock()
_kept: _Kept | None = None


def figures(minutes: int, now: datetime) -> Figures:
    """The last ``minutes``, one value for each, the latest at ``now``.

    Raises:
        PrometheusError: there are none; the reason is in the log once in a while.
    """
    global _kept
    url = settings_in_force().PROMETHEUS_URL
    with _lock:
        if _kept is None or _kept.url != url or monotonic() >= _kept.until:
            try:
                _kept = _Kept(url, monotonic() + KEPT_SECONDS, _asked(url, minutes, now))
            except PrometheusError as error:
                logger.warning("Prometheus cannot be read, own figures are shown: %s", error)
                _kept = _Kept(url, monotonic() + PAUSE_SECONDS, None)
        if _kept.figures is None:
            raise PrometheusError("It did not answer a moment ago.")
        return _kept.figures


def forget() -> None:
    """Ask again; for tests."""
    global _kept
    _kept = None


def query() -> str:
    """All figures as one expression, told apart by the label "figure".

    Raises:
        ImproperlyConfigured: ``RULES`` cannot be read.
    """
    site = {"job": rule_options().JOB}

    def rate(name: str, **more: str) -> str:
        return f"rate({name}{{{matchers(site | more)}}}[{WINDOW}])"

    count, buckets = f"{_REQUESTS}_count", f"{_REQUESTS}_bucket"
    answered = rate(_LOOKUPS, **{"state~": "hit|stale"})
    cacheable = rate(_LOOKUPS, **{"state~": "hit|stale|miss"})
    found = {
        "rate": f"sum({rate(count)})",
        "failed": f"sum({rate(count, http_response_status_class='5xx')})",
        "hits": f"sum({answered}) / sum({cacheable})",
    }
    for share in SHARES:
        found[str(share)] = f"histogram_quantile({share}, sum by (le) ({rate(buckets)}))"
    return " or ".join(
        f'label_replace({expression}, "figure", "{name}", "", "")'
        for name, expression in found.items()
    )


def _asked(url: str, minutes: int, now: datetime) -> Figures:
    try:
        end = int(now.timestamp())
        parameters = {
            "query": query(),
            "start": end - (minutes - 1) * STEP_SECONDS,
            "end": end,
            "step": STEP_SECONDS,
            "timeout": f"{TOTAL_SECONDS:g}s",
        }
        document = json.loads(_body(url, urlencode(parameters).encode()))
        found = {
            series["metric"]["figure"]: _values(series["values"])
            for series in document["data"]["result"]
        }
    # RecursionError: JSON may be as deep as it likes.
    except (OSError, HTTPException, RecursionError, ImproperlyConfigured) as error:
        raise PrometheusError(f"{type(error).__name__}: {error}") from error
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise PrometheusError(f"The answer is none of Prometheus ({error!r}).") from error
    if not found.get("rate"):
        raise PrometheusError("It knows no requests of the job that RULES['JOB'] names.")
    return Figures(found, datetime.fromtimestamp(end, UTC))


class _NoRedirects(HTTPErrorProcessor):
    """Whatever is no 200 is an error."""

    def http_response(self, request: Any, response: Any) -> Any:
        if response.status != 200:
            raise OSError(f"HTTP status {response.status}")
        return response

    https_response = http_response


def _body(url: str, form: bytes) -> bytes:
    if not url.startswith(("http://", "https://")):
        raise ValueError("PROMETHEUS_URL is no address of the web")
    headers = {"Accept": "application/json"}
    if token := settings_in_force().PROMETHEUS_TOKEN:
        headers["Authorization"] = f"Bearer {token}"
    end = monotonic() + TOTAL_SECONDS
    request = Request(f"{url.rstrip('/')}/api/v1/query_range", form, headers)  # noqa: S310
    opener = build_opener(ProxyHandler({}), _NoRedirects())
    body = b""
    with opener.open(request, timeout=TIMEOUT_SECONDS) as answer:
        while part := answer.read1(65_536):
            body += part
            if len(body) > MOST_BYTES or monotonic() > end:
                raise OSError("The answer is too long, or too slow")
    return body


def _values(pairs: list[tuple[float, str]]) -> Values:
    """Without those that are none: a quantile of no requests is NaN."""
    numbers = ((moment, float(value)) for moment, value in pairs)
    return {
        datetime.fromtimestamp(moment, UTC): number
        for moment, number in numbers
        if isfinite(number)
    }
