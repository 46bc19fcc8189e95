"""The pytest fixture ``metrics``: what the metrics have gained since the test began.

pytest_plugins = ["mkt_monitoring.testing"]

def test_an_order_is_counted(metrics):
place_order()

assert metrics.total("shop_orders_total", payment="card") == 1
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_client import REGISTRY

Series = tuple[tuple[str, str], ...]


class Deltas:
    """The difference to the moment when this was made, for all series of the registry of this process."""

    def __init__(self) -> None:
        self._before = self._read()

    @staticmethod
    def _read() -> dict[tuple[str, Series], float]:
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in REGISTRY.collect()
            for sample in family.samples
        }

    def all(self, name: str) -> dict[Series, float]:
        """``{labels: gain}`` of each series of this sample that has changed."""
        return {
            labels: value - self._before.get((sample, labels), 0.0)
            for (sample, labels), value in self._read().items()
            if sample == name and value != self._before.get((sample, labels), 0.0)
        }

    def total(self, name: str, **labels: str) -> float:
        """The gain of all series of this sample that have these labels; 0 if there is none.

        Histograms have the samples ``<name>_count``, ``<name>_sum`` and ``<name>_bucket``.
        """
        return sum(
            gain
            for series, gain in self.all(name).items()
            if labels.items() <= dict(series).items()
        )

    def new_series(self, name: str = "") -> int:
        """How many series whose sample's name begins like this were not there before."""
        return sum(
            series[0].startswith(name) for series in self._read().keys() - self._before.keys()
        )


def metrics() -> Deltas:
    """What the metrics have gained since the test began."""
    return Deltas()


if not TYPE_CHECKING:
    # pytest is no requirement of this package: without it, Deltas is still of use.
    try:
        import pytest
    except ImportError:
        pass
    else:
        metrics = pytest.fixture(metrics)
