"""Objectives: what the settings may say, and when an error budget burns too fast."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from mkt_monitoring.rules.checks import check_rules
from mkt_monitoring.rules.groups import groups
from mkt_monitoring.rules.options import RuleOptions
from mkt_monitoring.rules.slos import latency_bounds, slos

from . import promtool

COUNT = "http_server_request_duration_seconds_count"
BUCKET = "http_server_request_duration_seconds_bucket"
FAST = {"name": "fast", "kind": "latency", "objective": 0.99, "threshold_seconds": 1}


def availability(failures, total=10000, *, minutes=340):
    """Failures of so many requests a minute."""
    return {
        f'{COUNT}{{job="site",http_response_status_class="2xx"}}': f"0+{total - failures}x{minutes}",
        f'{COUNT}{{job="site",http_response_status_class="5xx"}}': f"0+{failures}x{minutes}",
    }


def latency(slow, total=10000, *, minutes=340):
    labels = 'job="site",http_response_status_class="2xx"'
    failed = 'job="site",http_response_status_class="5xx"'
    return {
        f'{BUCKET}{{{labels},le="1.0"}}': f"0+{total - slow}x{minutes}",
        f"{COUNT}{{{labels}}}": f"0+{total}x{minutes}",
        # How long failures take is no matter of latency.
        f'{BUCKET}{{{failed},le="1.0"}}': f"0x{minutes}",
        f"{COUNT}{{{failed}}}": f"0+{total}x{minutes}",
    }


def burning(slo, *windows):
    factors = {
        "1h": ("14.4", "page"),
        "6h": ("6", "page"),
        "1d": ("3", "ticket"),
        "3d": ("1", "ticket"),
    }
    return [
        (
            {"severity": factors[window][1], "job": "site", "slo": slo, "window": window},
            f"The error budget of {slo} burns {factors[window][0]} times too fast",
        )
        for window in windows
    ]


def settings_with(*entries, **rules):
    return {"SLOS": entries, "RULES": rules}


class TestBurnRates:
    def test_the_faster_it_burns_the_more_windows_fire(self, tmp_path):
        cases = [
            ("all", availability(200), burning("availability", "1h", "6h", "1d", "3d")),
            ("slower", availability(100), burning("availability", "6h", "1d", "3d")),
            ("slow", availability(40), burning("availability", "1d", "3d")),
            ("slowest", availability(20), burning("availability", "3d")),
            ("within the budget", availability(5), []),
            ("none ever failed", {next(iter(availability(0))): "0+600x340"}, []),
            # Two of a hundred requests an hour: the share is large, the number is not.
            ("hardly anybody there", availability(1, 3), []),
        ]

        promtool.check_alerts(
            tmp_path,
            {"mkt-slo-availability"},
            [
                (name, series, "320m", "MktErrorBudgetBurn", expected)
                for name, series, expected in cases
            ],
            every="5m",
        )

    def test_a_failure_that_is_over_pages_nobody_and_leaves_a_ticket(self, tmp_path):
        series = {
            f'{COUNT}{{job="site",http_response_status_class="2xx"}}': "0+9000x370",
            # For half an hour a tenth of all.
            f'{COUNT}{{job="site",http_response_status_class="5xx"}}': "0x280 0+1000x30 30000x60",
        }

        promtool.check_alerts(
            tmp_path,
            {"mkt-slo-availability"},
            [
                (name, series, at, "MktErrorBudgetBurn", burning("availability", window))
                for name, at, window in (("on", "305m", "1h"), ("over", "360m", "1d"))
            ],
            every="5m",
        )

    def test_of_latency(self, settings, tmp_path):
        settings.MKT_MONITORING = settings_with(FAST)

        promtool.check_alerts(
            tmp_path,
            {"mkt-slo-fast"},
            [
                (name, series, "320m", "MktErrorBudgetBurn", expected)
                for name, series, expected in (
                    ("slow", latency(2000), burning("fast", "1h", "6h", "1d", "3d")),
                    ("slow now and then", latency(50), []),
                )
            ],
            every="5m",
        )

    def test_looks_at_the_chosen_requests_only(self, settings, tmp_path):
        slo = {"name": "shop", "kind": "availability", "objective": 0.999}
        settings.MKT_MONITORING = settings_with(slo | {"selector": {"http_route~": "/shop/.*"}})

        def failing(route):
            return {
                f'{COUNT}{{job="site",http_route="{route}",http_response_status_class="5xx"}}': "0+600x340"
            }

        promtool.check_alerts(
            tmp_path,
            {"mkt-slo-shop"},
            [
                ("others", failing("/news/"), "320m", "MktErrorBudgetBurn", []),
                (
                    "ours",
                    failing("/shop/cart/"),
                    "320m",
                    "MktErrorBudgetBurn",
                    burning("shop", "1h", "6h", "1d", "3d"),
                ),
            ],
            every="5m",
        )

    def test_windows_that_can_never_fire_are_left_out(self, settings):
        settings.MKT_MONITORING = settings_with(FAST | {"objective": 0.9})

        (group, *_) = groups(slos(), RuleOptions())

        assert [alert.labels["window"] for alert in group.alerts] == ["6h", "1d", "3d"]


class TestSettings:
    def test_without_any_there_are_two(self):
        assert [(slo.name, slo.objective) for slo in slos()] == [
            ("availability", 0.999),
            ("latency", 0.99),
        ]
        assert latency_bounds() == (0.5,)

    def test_thresholds_are_known_to_the_histogram(self, settings):
        settings.MKT_MONITORING = settings_with(
            FAST, FAST | {"name": "b", "threshold_seconds": 0.3}
        )

        assert latency_bounds() == (0.3, 1)

    @pytest.mark.parametrize(
        ("entry", "complaint"),
        [
            ({"kind": "latency", "objective": 0.9}, "lacks the key 'name'"),
            (FAST | {"objektive": 0.9}, "unknown key 'objektive'"),
            (FAST | {"kind": "beauty"}, "'availability' or 'latency'"),
            (FAST | {"name": "Very Fast"}, "lower-case letters"),
            (FAST | {"objective": 99.9}, "0.999 for 99.9 %"),
            (FAST | {"objective": 1.0}, "below 1"),
            (FAST | {"threshold_seconds": 0}, "threshold_seconds must be above 0"),
            (FAST | {"min_requests_per_second": -1}, "must not be negative"),
            (FAST | {"selector": {"http_route=": "/"}}, "'http_route='"),
        ],
    )
    def test_a_mistake_is_named(self, settings, entry, complaint):
        settings.MKT_MONITORING = settings_with(entry)

        (message,) = check_rules()

        assert message.id == "mkt_monitoring.E020"
        assert complaint in message.msg
        with pytest.raises(ImproperlyConfigured, match=r"SLOS'\]\[0\]"):
            slos()
        assert latency_bounds() == ()

    def test_two_of_one_name_are_a_mistake(self, settings):
        settings.MKT_MONITORING = settings_with(FAST, FAST)

        (message,) = check_rules()

        assert "another objective named 'fast'" in message.msg

    def test_rules_name_alerts_that_there_are(self, settings):
        settings.MKT_MONITORING = settings_with(
            FAST, WITHOUT=["MktTargetDwn"], THRESHOLDS={"MktTargetDown": 1}
        )

        messages = check_rules()

        assert [message.id for message in messages] == ["mkt_monitoring.E021"] * 2
        assert "no alert 'MktTargetDwn'" in messages[0].msg
        assert "MktTargetDown has no limit" in messages[1].msg

    def test_unknown_options_are_a_mistake(self, settings):
        settings.MKT_MONITORING = settings_with(FAST, JOBS="site")

        (message,) = check_rules()

        assert message.id == "mkt_monitoring.E021"
        assert "Did you mean 'JOB'?" in message.msg
