import importlib
import threading

import pytest
from prometheus_client import REGISTRY, Counter
from prometheus_client.exposition import generate_latest

from mkt_monitoring.registry import counter, gauge, histogram


def bounds(metric, name):
    metric.observe(0)
    return [
        float(sample.labels["le"])
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == f"{name}_bucket"
    ]


class TestGetOrCreate:
    def test_the_same_name_is_the_same_metric(self):
        first = counter("test_same_total", "Same.", ["kind"])

        assert counter("test_same_total", "Same.", ["kind"]) is first
        assert isinstance(first, Counter)

    def test_a_module_may_be_imported_again(self):
        from .testapp import mkt_metrics

        before = mkt_metrics.greetings
        assert importlib.reload(mkt_metrics).greetings is before

    def test_another_kind_is_refused(self):
        gauge("test_kind_total", "Kind.", mode="max")

        with pytest.raises(ValueError, match="test_kind_total is already a gauge"):
            counter("test_kind_total", "Kind.")

    def test_other_labels_are_refused(self):
        counter("test_labels_total", "Labels.", ["a", "b"])

        with pytest.raises(ValueError, match="already has the labels a, b"):
            counter("test_labels_total", "Labels.", ["a"])

    def test_a_counter_says_that_it_is_one(self):
        with pytest.raises(ValueError, match="'_total'"):
            counter("test_posts", "Posts.")

    def test_two_threads_get_one_metric(self):
        made = []
        threads = [
            threading.Thread(target=lambda: made.append(counter("test_threads_total", "Threads.")))
            for _ in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert len(set(map(id, made))) == 1
        assert len(made) == 8


class TestBuckets:
    def test_come_from_the_settings_first(self, settings):
        settings.MKT_MONITORING = {"BUCKETS": {"test_configured_seconds": [0.3, 2]}}

        metric = histogram("test_configured_seconds", "Configured.", buckets=[1, 2, 3])

        assert bounds(metric, "test_configured_seconds") == [0.3, 2, float("inf")]

    def test_that_do_not_ascend_are_ignored(self, settings):
        settings.MKT_MONITORING = {"BUCKETS": {"test_descending_seconds": [2, 1]}}

        metric = histogram("test_descending_seconds", "Descending.", buckets=[1, 2])

        assert bounds(metric, "test_descending_seconds") == [1, 2, float("inf")]


class TestSeriesLimit:
    def test_what_is_too_much_is_counted_as_overflow(self, metrics):
        metric = counter("test_limited_total", "Limited.", ["kind", "answer"], limit=2)
        for kind in ("a", "b", "c", "d", "a"):
            metric.labels(kind, "yes").inc()

        assert metrics.total("test_limited_total") == 5
        assert metrics.total("test_limited_total", kind="a", answer="yes") == 2
        assert metrics.total("test_limited_total", kind="overflow", answer="overflow") == 2
        assert (
            metrics.total("mkt_monitoring_series_refused_total", metric="test_limited_total") == 2
        )

    def test_closed_labels_keep_their_values(self, metrics):
        metric = counter(
            "test_closed_total", "Closed.", ["kind", "answer"], limit=1, open_labels=["kind"]
        )
        for kind, answer in (("a", "yes"), ("b", "yes"), ("c", "no")):
            metric.labels(kind=kind, answer=answer).inc()

        assert metrics.total("test_closed_total", kind="overflow", answer="yes") == 1
        assert metrics.total("test_closed_total", kind="overflow", answer="no") == 1

    def test_comes_from_the_settings(self, settings, metrics):
        settings.MKT_MONITORING = {"SERIES_LIMIT": 3}
        metric = gauge("test_set_limit", "Set limit.", ["kind"], mode="livesum")
        for number in range(10):
            metric.labels(number).set(1)

        assert len(metrics.all("test_set_limit")) == 4

    def test_room_is_made_by_removing(self, metrics):
        metric = counter("test_room_total", "Room.", ["kind"], limit=1)
        metric.labels("a").inc()
        metric.remove("a")
        metric.labels("b").inc()

        assert metrics.total("test_room_total", kind="b") == 1

    @pytest.mark.parametrize(
        ("args", "kwargs"),
        [(("a", "b"), {}), ((), {"other": "a"}), ((), {}), (("a",), {"kind": "b"})],
    )
    def test_wrong_labels_are_prometheus_clients_to_explain(self, args, kwargs):
        metric = counter("test_wrong_total", "Wrong.", ["kind"])

        with pytest.raises(ValueError, match=r"label|args"):
            metric.labels(*args, **kwargs)

    def test_a_metric_without_labels_has_no_children(self):
        with pytest.raises(ValueError, match="label"):
            counter("test_bare_total", "Bare.").labels()


def test_the_metrics_are_exposed_with_those_of_other_libraries():
    counter("test_exposed_total", "Exposed.").inc(3)

    assert b"test_exposed_total 3.0" in generate_latest(REGISTRY)
