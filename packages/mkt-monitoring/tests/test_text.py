"""Our text is that of prometheus_client, to the letter."""

import math

import pytest
from prometheus_client import (
    REGISTRY,
    CollectorRegistry,
    Counter,
    Enum,
    Gauge,
    Histogram,
    Info,
    Summary,
)
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder

from mkt_monitoring._text import encode

OPENMETRICS = "application/openmetrics-text; version=1.0.0"


@pytest.fixture
def registry():
    registry = CollectorRegistry()
    strange = 'a "quoted" \\ back\nslash, ü'
    Counter("c", f"Count of {strange}.", ["x", "a"], registry=registry).labels(strange, "1").inc()
    gauge = Gauge("g", "Numbers.", ["n"], registry=registry)
    for number in (
        0,
        -1,
        0.1,
        1e-7,
        999_999.5,
        1e6,
        1234567.891,
        1e21,
        math.inf,
        -math.inf,
        math.nan,
    ):
        gauge.labels(repr(number)).set(number)
    Histogram("h_seconds", "Times.", registry=registry).observe(3)
    histogram = Histogram("e_seconds", "With an example.", registry=registry)
    histogram.observe(1, {"trace": "abc"})
    Summary("s", "Sum.", registry=registry).observe(2)
    Info("i", "About.", registry=registry).info({"version": "1"})
    Enum("state", "State.", states=["on", "off"], registry=registry)
    Gauge("empty", "Nothing.", ["x"], registry=registry)

    class Computed:
        def collect(self):
            family = GaugeMetricFamily("computed", "With a time.", labels=["x"])
            family.add_metric(["a"], True, timestamp=5)
            yield family
            family = GaugeMetricFamily("of_bool", "Bool.", labels=["x"])
            family.add_metric(["a"], True)
            yield family

    registry.register(Computed())
    return registry


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_it_is_the_same(registry, accept):
    encoder, _ = choose_encoder(accept)

    ours = encode(registry, encoder, is_openmetrics=bool(accept))

    assert ours.decode() == encoder(registry).decode()


@pytest.mark.parametrize("accept", ["", OPENMETRICS])
def test_it_is_the_same_for_all_that_is_measured(accept):
    class Frozen:
        def __init__(self):
            self.families = list(REGISTRY.collect())

        def collect(self):
            return self.families

    frozen = Frozen()
    encoder, _ = choose_encoder(accept)

    assert encode(frozen, encoder, is_openmetrics=bool(accept)) == encoder(frozen)
