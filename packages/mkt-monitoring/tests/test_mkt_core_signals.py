"""What mkt-core tells by its signals, and its health checks."""

from types import SimpleNamespace

import pytest

from mkt_core import signals
from mkt_core.health import registry, report
from mkt_monitoring import mkt_core_metrics


class TestHealth:
    @pytest.fixture(autouse=True)
    def checks(self, monkeypatch):
        """Only those of the test, and no report of an earlier one."""
        monkeypatch.setattr(registry, "_checks", {})
        monkeypatch.setattr(report, "_recent", None)
        monkeypatch.setattr(report, "_failing", set())

    @staticmethod
    def values(name="mkt_core_health_check_up"):
        families = {family.name: family for family in mkt_core_metrics.health_checks()}
        return {sample.labels["check"]: sample.value for sample in families[name].samples}

    def test_is_known_before_anything_has_changed(self):
        registry.register("fine")(lambda: None)

        assert self.values() == {"fine": 1}
        assert 0 <= self.values("mkt_core_health_check_duration_seconds")["fine"] < 5

    def test_of_what_fails(self):
        @registry.register("disk", critical=False)
        def disk():
            raise OSError("full")

        assert self.values() == {"disk": 0}

    def test_the_answer_to_a_probe_is_used_again(self):
        asked = []
        registry.register("counted")(lambda: asked.append(1))

        report.recent_report(1)
        self.values()

        assert asked == [1]


DECISION = SimpleNamespace(rule=SimpleNamespace(name="search"))


@pytest.mark.parametrize(
    ("signal", "arguments", "name", "labels"),
    [
        (
            signals.response_cache_looked_up,
            {"state": "bypass", "reason": "session"},
            "mkt_core_response_cache_lookups_total",
            {"state": "bypass", "reason": "session"},
        ),
        (
            signals.cache_backend_failed,
            {"operation": "get", "error": None},
            "mkt_core_cache_failures_total",
            {"cache": "django", "operation": "get"},
        ),
        (
            signals.rate_limit_exceeded,
            {"decision": DECISION, "key": "x"},
            "mkt_core_rate_limited_total",
            {"rule": "search"},
        ),
        (
            signals.cdn_purge_dropped,
            {"name": "cdn", "reason": "full"},
            "wagtail_frontend_cache_purges_total",
            {"result": "dropped"},
        ),
        (
            signals.outgoing_request_finished,
            {"purpose": "embeds", "status": 204, "seconds": 0.5},
            "http_client_request_duration_seconds_sum",
            {"purpose": "embeds", "status_class": "2xx"},
        ),
        *(
            (
                signals.csp_violation_reported,
                {"violation": SimpleNamespace(directive=given, disposition="report")},
                "mkt_core_csp_reports_total",
                {"directive": known, "disposition": "report"},
            )
            for given, known in (("script-src-elem", "script-src-elem"), ("invented-src", "other"))
        ),
    ],
)
def test_what_mkt_core_tells_is_counted(metrics, signal, arguments, name, labels):
    signal.send(sender=SimpleNamespace, **arguments)

    assert metrics.total(name, **labels) > 0
    assert len(metrics.all(name)) == 1
