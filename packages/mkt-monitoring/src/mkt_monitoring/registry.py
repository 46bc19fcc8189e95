"""Metrics for any app: declare them in its ``mkt_metrics`` module, or wherever they are needed.

``counter``, ``gauge`` and ``histogram`` return the metric of that name, and make it when there is none yet: a module
may be imported twice. The metrics live in prometheus_client's own registry, next to those of other libraries.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import pairwise
from threading import Lock
from typing import Literal, TypeVar

from prometheus_client import REGISTRY, Gauge

from ._bounded import BoundedCounter, BoundedGauge, BoundedHistogram
from .collectors import collector
from .conf import settings_in_force
from .multiprocess import values
from .rules.slos import latency_bounds

__all__ = ["DEFAULT_SECONDS_BUCKETS", "collector", "counter", "gauge", "histogram"]

# OpenTelemetry's advice for the duration of HTTP requests, in seconds.
DEFAULT_SECONDS_BUCKETS = (
    *(0.005, 0.01, 0.025, 0.05, 0.075),
    *(0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0),
)

# The histogram that latency objectives are about.
SLO_METRIC = "http_server_request_duration_seconds"

GaugeMode = (
    Literal["all", "min", "max", "sum", "mostrecent"]
    | Literal["liveall", "livemin", "livemax", "livesum", "livemostrecent"]
)

# Before the first metric is made.
values.install()

M = TypeVar("M", BoundedCounter, BoundedGauge, BoundedHistogram)

_metrics: dict[str, BoundedCounter | BoundedGauge | BoundedHistogram] = {}
_lock = Lock()


def counter(
    name: str,
    documentation: str,
    labels: Sequence[str] = (),
    *,
    limit: int | None = None,
    open_labels: Collection[str] | None = None,
) -> BoundedCounter:
    """The counter ``name``, which must end in ``_total``.

    Keep the ``documentation`` short: with several workers it is stored once per series. The values of ``labels`` must
    come from code, never from a request. At most ``limit`` label combinations per process (``SERIES_LIMIT`` if None)
    are told apart; beyond that the ``open_labels`` (all if None) get the value "overflow".

    Raises:
        ValueError: the name does not end in ``_total``, or is taken by a metric of another kind or with other labels.
    """
    if not name.endswith("_total"):
        raise ValueError(f"The name of a counter ends in '_total'; {name!r} does not.")
    with _lock:
        metric = _existing(name, labels, BoundedCounter) or BoundedCounter(
            name, documentation, labels
        )
        return _bounded(name, metric, limit, open_labels)


def gauge(
    name: str,
    documentation: str,
    labels: Sequence[str] = (),
    *,
    mode: GaugeMode,
    limit: int | None = None,
    open_labels: Collection[str] | None = None,
) -> BoundedGauge:
    """The gauge ``name``; arguments and errors as of ``counter``.

    ``mode`` says how the values of several workers become one ("livesum" for things in progress, "max" …). It has no
    default, because prometheus_client's is one series for each process there ever was.
    """
    with _lock:
        metric = _existing(name, labels, BoundedGauge) or BoundedGauge(
            name, documentation, labels, multiprocess_mode=mode
        )
        return _bounded(name, metric, limit, open_labels)


def histogram(
    name: str,
    documentation: str,
    labels: Sequence[str] = (),
    *,
    buckets: Sequence[float] = DEFAULT_SECONDS_BUCKETS,
    limit: int | None = None,
    open_labels: Collection[str] | None = None,
) -> BoundedHistogram:
    """The histogram ``name``; arguments and errors as of ``counter``.

    ``buckets`` are upper bounds, ascending, in the unit of the metric; those in ``MKT_MONITORING["BUCKETS"]`` go first.
    """
    with _lock:
        metric = _existing(name, labels, BoundedHistogram) or BoundedHistogram(
            name, documentation, labels, buckets=_buckets(name, buckets)
        )
        return _bounded(name, metric, limit, open_labels)


def registered() -> Mapping[str, BoundedCounter | BoundedGauge | BoundedHistogram]:
    """All metrics made by this module, by name."""
    return dict(_metrics)


def foreign_gauges_by_process() -> list[str]:
    """The names of gauges made with prometheus_client that keep its default mode: one series for each process."""
    collectors = set(REGISTRY._collector_to_names)
    return sorted(
        one._name
        for one in collectors
        if isinstance(one, Gauge)
        and not isinstance(one, BoundedGauge)
        and one._multiprocess_mode == "all"
    )


def is_ascending(bounds: Sequence[float]) -> bool:
    """Whether these can be the bounds of buckets: at least one, and each greater than the one before."""
    return bool(bounds) and all(low < high for low, high in pairwise(bounds))


def _buckets(name: str, default: Sequence[float]) -> Sequence[float]:
    """Those of the settings if they are any, and the thresholds of objectives, which must be bounds to be counted."""
    configured = settings_in_force().BUCKETS.get(name, ())
    bounds = configured if is_ascending(configured) else default
    return sorted({*bounds, *latency_bounds()}) if name == SLO_METRIC else bounds


def _existing(name: str, labels: Sequence[str], kind: type[M]) -> M | None:
    metric = _metrics.get(name)
    if metric is None:
        return None
    if not isinstance(metric, kind):
        raise ValueError(f"{name} is already a {metric._type}.")
    if metric._labelnames != tuple(labels):
        raise ValueError(
            f"{name} already has the labels {', '.join(metric._labelnames) or '(none)'}."
        )
    return metric


def _bounded(name: str, metric: M, limit: int | None, open_labels: Collection[str] | None) -> M:
    if name not in _metrics:
        metric.series_limit = settings_in_force().SERIES_LIMIT if limit is None else limit
        metric.open_labels = metric._labelnames if open_labels is None else open_labels
        metric.refusals, metric.public_name = _refusals, name
        _metrics[name] = metric
    return metric


# Not made by counter(): it has one series for each metric, and would otherwise have to count its own refusals.
_refusals = BoundedCounter(
    "mkt_monitoring_series_refused_total",
    "Observations counted as overflow, by metric.",
    ["metric"],
)
_metrics["mkt_monitoring_series_refused_total"] = _refusals

#: What was seen and could not be counted, by reason ("storage": the directory of the metrics is full or read-only).
dropped = counter(f"{values.DROPPED}_total", "Observations that were lost, by reason.", ["reason"])
# From the start: on a full disk there is no place for it any more.
dropped.labels("storage")
