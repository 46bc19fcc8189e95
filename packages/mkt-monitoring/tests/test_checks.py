import re
from pathlib import Path

import pytest
from django.core.checks import run_checks
from prometheus_client import REGISTRY, Gauge

import mkt_monitoring
from mkt_monitoring.checks import check_middleware, check_settings, check_workers

METRICS = "mkt_monitoring.middleware.RequestMetricsMiddleware"
REQUEST_ID = "mkt_core.middleware.RequestIdMiddleware"
HEALTH = "mkt_core.health.middleware.HealthMiddleware"
COMMON = "django.middleware.common.CommonMiddleware"


@pytest.fixture(autouse=True)
def environment(monkeypatch):
    for name in ("PROMETHEUS_MULTIPROC_DIR", "WEB_CONCURRENCY", "GUNICORN_CMD_ARGS"):
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def ids(messages):
    return [message.id.removeprefix("mkt_monitoring.") for message in messages]


class TestSettings:
    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ({}, []),
            ({"METRICS_NETWORKS": ["10.0.0.0/8", "::1", "fd00::/8", "127.0.0.1"]}, []),
            ({"METRICS_TOKENS": ["dGhpcyBpcyBhIGdvb2QgdG9rZW4="]}, []),
            ({"BUCKETS": {"http_server_request_duration_seconds": [0.1, 1, 2.5]}}, []),
            ({"BUCKETS": {"x_seconds": (1,)}, "SERIES_LIMIT": 1}, []),
            ([], ["E001"]),
            ({"METRICS_TOKEN": ["x"]}, ["E001"]),
            ({"METRICS_TOKENS": "one-token-that-is-no-list"}, ["E002"]),
            ({"METRICS_NETWORKS": [10]}, ["E002"]),
            ({"BUCKETS": [1, 2]}, ["E002"]),
            ({"BUCKETS": {"x_seconds": ["1"]}}, ["E002"]),
            ({"SERIES_LIMIT": "many"}, ["E002"]),
            ({"METRICS_NETWORKS": ["10.0.0.0/33"]}, ["E003"]),
            ({"METRICS_NETWORKS": ["prometheus.internal", "::1"]}, ["E003"]),
            ({"METRICS_NETWORKS": [""]}, ["E003"]),
            ({"METRICS_TOKENS": ["", " ", "t\xf6ken-with-a-diaeresis"]}, ["E004"] * 3),
            (
                {"BUCKETS": {"x_seconds": [], "y_seconds": [2, 1], "z_seconds": [1, 1]}},
                ["E005"] * 3,
            ),
            ({"SERIES_LIMIT": 0}, ["E006"]),
            ({"METRICS_NETWORKS": ["0.0.0.0/0", "::/0"]}, ["W004", "W004"]),
            ({"METRICS_TOKENS": ["secret"]}, ["W005"]),
            ({"METRICS_PORT": 9117}, []),
            ({"METRICS_PORT": 9117, "METRICS_ADDRESS": "::1"}, []),
            ({"METRICS_PORT": "9117"}, ["E002"]),
            ({"METRICS_PORT": 0}, ["E030"]),
            ({"METRICS_PORT": 65536}, ["E030"]),
            ({"METRICS_PORT": 9117, "METRICS_ADDRESS": "localhost"}, ["E031"]),
            ({"METRICS_PORT": 9117, "METRICS_ADDRESS": "0.0.0.0"}, ["W030"]),
            ({"OUTGOING_LIBRARIES": ["requests", "urllib"]}, []),
            ({"OUTGOING_LIBRARIES": ["curl"]}, ["E032"]),
            ({"PROMETHEUS_URL": "http://127.0.0.1:9090"}, []),
            ({"PROMETHEUS_URL": "127.0.0.1:9090"}, ["E033"]),
        ],
    )
    def test_each_mistake_has_its_id(self, settings, value, found):
        settings.MKT_MONITORING = value

        assert ids(check_settings()) == found
        assert all(message.hint for message in check_settings())

    def test_an_unknown_key_is_told_the_nearest_one(self, settings):
        settings.MKT_MONITORING = {"METRICS_TOKEN": ["x"]}

        assert "METRICS_TOKENS" in check_settings()[0].hint

    def test_no_token_is_shown(self, settings):
        settings.MKT_MONITORING = {"METRICS_TOKENS": ["hush", "hush hush"]}

        assert "hush" not in str(check_settings())


class TestMiddleware:
    @pytest.mark.parametrize(
        ("installed", "found"),
        [
            ([METRICS, COMMON], []),
            ([HEALTH, REQUEST_ID, METRICS, COMMON], []),
            ([COMMON], ["W001"]),
            ([], ["W001"]),
            ([COMMON, METRICS], ["W002"]),
            ([REQUEST_ID, COMMON, METRICS], ["W002"]),
        ],
    )
    def test_is_installed_and_outermost(self, settings, installed, found):
        settings.MIDDLEWARE = installed

        assert ids(check_middleware()) == found

    def test_those_outside_are_named(self, settings):
        settings.MIDDLEWARE = [REQUEST_ID, COMMON, METRICS]

        assert COMMON in check_middleware()[0].msg
        assert REQUEST_ID not in check_middleware()[0].msg


class TestWorkers:
    @pytest.mark.parametrize(
        ("name", "value", "found"),
        [
            ("WEB_CONCURRENCY", "1", []),
            ("WEB_CONCURRENCY", "4", ["W006"]),
            ("WEB_CONCURRENCY", "nonsense", []),
            ("GUNICORN_CMD_ARGS", "--bind=:8000 --workers=1", []),
            ("GUNICORN_CMD_ARGS", "--bind=:8000 --workers=12", ["W006"]),
            ("GUNICORN_CMD_ARGS", "--workers 3", ["W006"]),
            ("GUNICORN_CMD_ARGS", "-w 2 -k gthread", ["W006"]),
            ("GUNICORN_CMD_ARGS", "--worker-class=gthread --threads 4", []),
        ],
    )
    def test_several_need_a_directory(self, environment, tmp_path, name, value, found):
        environment.setenv(name, value)
        assert ids(check_workers()) == found

        environment.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
        assert check_workers() == []

    def test_the_directory_must_exist(self, environment, tmp_path):
        environment.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "missing"))
        assert ids(check_workers()) == ["E007"]

    def test_the_directory_must_be_one(self, environment, tmp_path):
        (tmp_path / "file").touch()
        environment.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path / "file"))
        assert ids(check_workers()) == ["E007"]

    def test_gauges_of_others_should_say_how_they_add_up(self, environment, tmp_path):
        environment.setenv("PROMETHEUS_MULTIPROC_DIR", str(tmp_path))
        theirs = Gauge("theirs_by_process", "One series for each worker.")
        summed = Gauge("theirs_summed", "One series.", multiprocess_mode="livesum")
        try:
            (warning,) = check_workers()
        finally:
            for gauge in (theirs, summed):
                REGISTRY.unregister(gauge)

        assert warning.id == "mkt_monitoring.W031"
        assert "theirs_by_process" in warning.msg
        assert warning.hint


def test_they_are_registered(settings):
    settings.MIDDLEWARE = []
    settings.MKT_MONITORING = {"SERIES_LIMIT": 0}

    found = {message.id for message in run_checks()}

    assert {"mkt_monitoring.W001", "mkt_monitoring.E006"} <= found


def test_an_id_has_one_meaning_and_is_documented():
    package = Path(mkt_monitoring.__file__).parent
    used = re.findall(r'id="mkt_monitoring\.([EW]\d{3})"', (package / "checks.py").read_text())
    readme = (Path(__file__).parents[1] / "README.md").read_text()

    assert len(used) == len(set(used))
    assert all(f"mkt_monitoring.{one}" in readme for one in used)
