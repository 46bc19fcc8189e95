"""The metric types of prometheus_client, with a limit on how many label combinations each may have."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING, Any, Self

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.values import MutexValue

from .multiprocess import values

OVERFLOW = "overflow"

if TYPE_CHECKING:
    _Base = MetricWrapperBase
else:
    _Base = object


class _Bounded(_Base):
    """Counts what does not fit any more under the label value ``overflow``, so that nothing is lost but the detail."""

    series_limit: float = math.inf
    # The labels whose values become "overflow" beyond the limit. The others keep theirs and must be few by themselves.
    open_labels: Collection[str] = ()
    # Where refused label combinations are counted, under this name.
    refusals: Counter | None = None
    public_name = ""

    def labels(self, *labelvalues: Any, **labelkwargs: Any) -> Self:
        """The child for these label values, or the overflow child when the metric has as many as it may have."""
        values = self._ordered(labelvalues, labelkwargs)
        if self.admits(values):
            return super().labels(*labelvalues, **labelkwargs)
        if self.refusals is not None:
            self.refusals.labels(self.public_name).inc()
        return super().labels(
            *(
                OVERFLOW if name in self.open_labels else value
                for name, value in zip(self._labelnames, values, strict=True)
            )
        )

    def admits(self, values: tuple[str, ...]) -> bool:
        """Whether these label values have a child of their own, or may get one."""
        # A wrong number of values and a metric without labels are left to prometheus_client, which explains them well.
        children = getattr(self, "_metrics", None)
        if children is None or len(values) != len(self._labelnames):
            return True
        return values in children or len(children) < self.series_limit

    def _ordered(
        self, labelvalues: tuple[Any, ...], labelkwargs: dict[str, Any]
    ) -> tuple[str, ...]:
        given = labelvalues or [
            labelkwargs[name] for name in self._labelnames if name in labelkwargs
        ]
        return tuple(map(str, given))


class BoundedCounter(_Bounded, Counter):
    """A counter made by ``mkt_monitoring.registry.counter``."""


class BoundedGauge(_Bounded, Gauge):
    """A gauge made by ``mkt_monitoring.registry.gauge``."""


class BoundedHistogram(_Bounded, Histogram):
    """A histogram made by ``mkt_monitoring.registry.histogram``."""

    def observer(self) -> Callable[[float], None]:
        """``observe`` of this child for places where each microsecond counts: ask once, keep it, call it often."""
        bounds, total, buckets = self._upper_bounds, self._sum, self._buckets
        if isinstance(total, values.Value):
            return values.observer(total, buckets, bounds)

        def observe(amount: float) -> None:
            bucket = buckets[bisect_left(bounds, amount)]
            with total._lock:
                total._value += amount
            with bucket._lock:
                bucket._value += 1.0

        return observe if isinstance(total, MutexValue) else self.observe
