"""Values computed when they are asked for: a collector runs at most once in its time to live, and fails alone."""

from __future__ import annotations

import logging
import math
import time
from collections.abc import Callable, Iterable, Iterator
from threading import Lock

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import generate_latest

from .conf import settings_in_force

logger = logging.getLogger(__name__)

Compute = Callable[[], Iterable[Metric]]


def collector(
    *, ttl_seconds: float, budget_seconds: float = 5.0, name: str | None = None
) -> Callable[[Compute], Compute]:
    """Register a function whose metrics are computed at the scrape, and kept for ``ttl_seconds``.

    The function returns or yields metric families (``prometheus_client.core.GaugeMetricFamily`` and the like). It may
    use the database: it runs inside the request for ``/metrics``, in autocommit mode. Registering the same name again
    replaces the collector. What became of each one is shown by ``mkt_monitoring_collector_success`` and its sisters.

    One that takes longer than ``budget_seconds`` is served, reported (``mkt_monitoring_collector_over_budget``), and
    not asked again for as many times its ``ttl_seconds`` as it took budgets: a slow one must not slow each scrape.

    A failure is kept as long as a result, and both by each process for itself. ``name`` is the value of the
    ``collector`` label, the function's dotted path if None.
    """

    def register(compute: Compute) -> Compute:
        computed.add(
            Collector(
                name or f"{compute.__module__}.{compute.__qualname__}",
                compute,
                ttl_seconds,
                budget_seconds,
            )
        )
        return compute

    return register


class Collector:
    """One registered function and its latest result."""

    def __init__(
        self, name: str, compute: Compute, ttl_seconds: float, budget_seconds: float = 5.0
    ) -> None:
        self.name = name
        self.succeeded = False
        self.duration_seconds = 0.0
        self.succeeded_at: float | None = None
        self._compute = compute
        self._ttl_seconds = ttl_seconds
        self._budget_seconds = budget_seconds
        self._families: list[Metric] = []
        self._expires_at = float("-inf")
        self._lock = Lock()

    def families(self) -> list[Metric]:
        """The metrics, at most ``ttl_seconds`` old; none while the function fails. Never raises."""
        with self._lock:
            if time.monotonic() >= self._expires_at:
                self._refresh()
                self._expires_at = time.monotonic() + self._ttl_seconds * self._budgets_taken
            return self._families

    @property
    def is_over_budget(self) -> bool:
        """Whether the latest run took longer than it may."""
        return self.duration_seconds > self._budget_seconds

    @property
    def _budgets_taken(self) -> int:
        if not self.is_over_budget:
            return 1
        logger.warning(
            "The metrics collector %s took %.1f s; its budget is %.1f s.",
            self.name,
            self.duration_seconds,
            self._budget_seconds,
        )
        return math.ceil(self.duration_seconds / self._budget_seconds)

    def _refresh(self) -> None:
        started = time.perf_counter()
        try:
            self._families = _presentable(self._compute())
        except Exception:
            logger.exception("The metrics collector %s failed; its metrics are missing.", self.name)
            self._families, self.succeeded = [], False
        else:
            self.succeeded, self.succeeded_at = True, time.time()
        self.duration_seconds = time.perf_counter() - started


class ComputedMetrics:
    """All collectors, as one collector in the sense of prometheus_client."""

    def __init__(self) -> None:
        self._collectors: dict[str, Collector] = {}

    def add(self, collector: Collector) -> None:
        self._collectors[collector.name] = collector

    def remove(self, name: str) -> None:
        self._collectors.pop(name, None)

    def describe(self) -> list[Metric]:
        """Nothing: prometheus_client would otherwise call ``collect`` to learn the names when this is registered."""
        return []

    def collect(self) -> Iterator[Metric]:
        report = _Report()
        taken: set[str] = set()
        for one in list(self._collectors.values()):
            families = one.families()
            names = {family.name for family in families}
            # The same metric twice is an error to Prometheus, which then drops the whole scrape.
            if clash := names & taken:
                logger.error("%s is left out: another has %s.", one.name, ", ".join(sorted(clash)))
            else:
                yield from families
                taken |= names
            report.add(one, succeeded=one.succeeded and not clash)
        yield from report.families()


class _Report:
    """How the collectors did, as metrics."""

    def __init__(self) -> None:
        self._success = self._family("success", "Whether the collector worked.")
        self._duration = self._family("duration_seconds", "Duration of the latest run.")
        self._over_budget = self._family("over_budget", "Whether the latest run took too long.")
        self._succeeded_at = self._family(
            "last_success_timestamp_seconds", "When the collector last worked."
        )

    def add(self, collector: Collector, *, succeeded: bool) -> None:
        self._success.add_metric([collector.name], succeeded)
        self._duration.add_metric([collector.name], collector.duration_seconds)
        self._over_budget.add_metric([collector.name], collector.is_over_budget)
        if collector.succeeded_at is not None:
            self._succeeded_at.add_metric([collector.name], collector.succeeded_at)

    def families(self) -> list[Metric]:
        return [self._success, self._duration, self._over_budget, self._succeeded_at]

    @staticmethod
    def _family(name: str, documentation: str) -> GaugeMetricFamily:
        return GaugeMetricFamily(
            f"mkt_monitoring_collector_{name}", documentation, labels=["collector"]
        )


def _presentable(families: Iterable[Metric]) -> list[Metric]:
    limit = settings_in_force().SERIES_LIMIT
    presentable = list(families)
    for family in presentable:
        if len(family.samples) > limit:
            raise ValueError(
                f"{family.name} has {len(family.samples)} series; SERIES_LIMIT allows {limit}."
            )
    # A value that is no number would otherwise come to light in the middle of the scrape, and cost all of it.
    generate_latest(_Families(presentable))
    return presentable


class _Families:
    def __init__(self, families: list[Metric]) -> None:
        self._families = families

    def collect(self) -> list[Metric]:
        return self._families


computed = ComputedMetrics()
