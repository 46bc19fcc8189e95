import subprocess
import sys

import pytest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily

from mkt_monitoring import collectors
from mkt_monitoring.collectors import ComputedMetrics, collector


@pytest.fixture
def computed(monkeypatch):
    fresh = ComputedMetrics()
    monkeypatch.setattr(collectors, "computed", fresh)
    return fresh


@pytest.fixture
def clock(monkeypatch):
    class Clock:
        now = 1000.0

    monkeypatch.setattr(collectors.time, "monotonic", lambda: Clock.now)
    return Clock


def samples(computed):
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in computed.collect()
        for sample in family.samples
    }


def family(name="test_things", value=1):
    return GaugeMetricFamily(name, "Things.", value=value)


def test_values_are_computed_when_asked(computed):
    @collector(ttl_seconds=60)
    def things():
        yield family(value=4)
        yield CounterMetricFamily("test_sold", "Sold.", value=2)

    found = samples(computed)

    assert found[("test_things",)] == 4
    assert found[("test_sold_total",)] == 2


def test_values_are_kept_for_their_time_to_live(computed, clock):
    calls = []

    @collector(ttl_seconds=60)
    def things():
        calls.append(clock.now)
        return [family(value=len(calls))]

    for moment in (1000, 1059.9, 1060, 1100, 1120):
        clock.now = moment
        samples(computed)

    assert calls == [1000, 1060, 1120]
    assert samples(computed)[("test_things",)] == 3


def test_a_slow_one_is_reported_and_asked_less_often(computed, clock, monkeypatch, caplog):
    monkeypatch.setattr(collectors.time, "perf_counter", lambda: clock.now)
    calls = []

    @collector(ttl_seconds=60, budget_seconds=2, name="slow")
    def slow():
        calls.append(clock.now)
        # The first time, three budgets and a bit.
        clock.now += 6.5 if len(calls) == 1 else 1
        return [family(value=len(calls))]

    found = samples(computed)
    # It was slow, not wrong.
    assert found["test_things",] == 1
    assert found["mkt_monitoring_collector_success", "slow"] == 1
    assert found["mkt_monitoring_collector_over_budget", "slow"] == 1
    assert "slow took 6.5 s" in caplog.text
    clock.now = 1000 + 6.5 + 4 * 60 - 1
    assert samples(computed)["test_things",] == 1

    clock.now += 1
    assert samples(computed)["mkt_monitoring_collector_over_budget", "slow"] == 0
    assert len(calls) == 2


class TestFailure:
    def test_costs_only_itself_and_is_reported(self, computed, caplog):
        @collector(ttl_seconds=60, name="bad")
        def bad():
            yield family("test_never_seen")
            raise RuntimeError("broken on purpose")

        @collector(ttl_seconds=60, name="good")
        def good():
            yield family()

        found = samples(computed)

        assert found[("test_things",)] == 1
        assert ("test_never_seen",) not in found
        assert found[("mkt_monitoring_collector_success", "bad")] == 0
        assert found[("mkt_monitoring_collector_success", "good")] == 1
        assert ("mkt_monitoring_collector_last_success_timestamp_seconds", "bad") not in found
        assert found[("mkt_monitoring_collector_last_success_timestamp_seconds", "good")] > 0
        assert found[("mkt_monitoring_collector_duration_seconds", "good")] >= 0
        assert "broken on purpose" in caplog.text

    def test_is_not_repeated_before_the_time_to_live_is_over(self, computed, clock, caplog):
        @collector(ttl_seconds=60)
        def bad():
            raise RuntimeError("broken on purpose")

        samples(computed)
        samples(computed)

        assert len(caplog.records) == 1

    def test_takes_the_old_values_away_and_ends(self, computed, clock):
        answers = iter([[family(value=1)], RuntimeError("broken on purpose"), [family(value=3)]])

        @collector(ttl_seconds=60, name="shaky")
        def shaky():
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

        seen = []
        for moment in (1000, 1060, 1120):
            clock.now = moment
            found = samples(computed)
            seen.append(
                (found.get(("test_things",)), found[("mkt_monitoring_collector_success", "shaky")])
            )

        assert seen == [(1, 1), (None, 0), (3, 1)]

    @pytest.mark.parametrize(
        "returned",
        [None, 7, ["text"], [family(value="many")], [family(value=None), family(value=object())]],
    )
    def test_includes_what_cannot_be_written(self, computed, caplog, returned):
        collector(ttl_seconds=60, name="odd")(lambda: returned)

        assert samples(computed)[("mkt_monitoring_collector_success", "odd")] == 0

    def test_includes_more_series_than_allowed(self, computed, settings, caplog):
        settings.MKT_MONITORING = {"SERIES_LIMIT": 5}

        @collector(ttl_seconds=60, name="wide")
        def wide():
            things = GaugeMetricFamily("test_wide", "Wide.", labels=["number"])
            for number in range(6):
                things.add_metric([str(number)], 1)
            yield things

        found = samples(computed)

        assert found[("mkt_monitoring_collector_success", "wide")] == 0
        assert "test_wide has 6 series; SERIES_LIMIT allows 5" in caplog.text

    def test_includes_the_metric_of_another_collector(self, computed, caplog):
        collector(ttl_seconds=60, name="first")(lambda: [family(value=1)])
        collector(ttl_seconds=60, name="second")(lambda: [family(value=2), family("test_own")])

        names = [one.name for one in computed.collect()]

        assert names.count("test_things") == 1
        found = samples(computed)
        assert found[("test_things",)] == 1
        assert found[("mkt_monitoring_collector_success", "first")] == 1
        assert found[("mkt_monitoring_collector_success", "second")] == 0


def test_the_same_name_replaces(computed):
    collector(ttl_seconds=60, name="one")(lambda: [family(value=1)])
    collector(ttl_seconds=60, name="one")(lambda: [family(value=2)])

    assert samples(computed)[("test_things",)] == 2


def test_the_function_stays_what_it_was(computed):
    @collector(ttl_seconds=60)
    def things():
        """Things."""
        return []

    assert things() == []
    assert ("mkt_monitoring_collector_success", f"{__name__}.{things.__qualname__}") in samples(
        computed
    )


def test_start_up_opens_no_database_connection():
    program = """
import django
from django.db.backends.signals import connection_created

opened = []
connection_created.connect(lambda **kwargs: opened.append(kwargs), weak=False)
django.setup()
from tests.testapp import mkt_metrics
from django.core.handlers.wsgi import WSGIHandler
WSGIHandler()
from mkt_monitoring.collectors import computed
assert "tests.testapp.mkt_metrics.pages" in computed._collectors
assert not opened, opened
"""
    subprocess.run([sys.executable, "-c", program], check=True, timeout=120)
