"""Several workers: each is a process of its own, as prometheus_client decides about files when it is imported."""

import os
import subprocess
import sys

import pytest
from prometheus_client.parser import text_string_to_metric_families

WORKER = """
import sys, threading
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
for number in range(int(sys.argv[1])):
    client.get(f"/ok/{number}/")
    client.get("/missing/")
    client.get("/broken/")
    b"".join(client.get("/stream/").streaming_content)
from tests.testapp.mkt_metrics import greetings
greetings.inc(int(sys.argv[1]))
print("done", flush=True)
sys.stdin.read()
"""

SCRAPE = """
import django
django.setup()
from django.test import Client, override_settings
from mkt_monitoring.collectors import collector, computed
from prometheus_client.core import GaugeMetricFamily
computed.remove("tests.testapp.mkt_metrics.pages")
collector(ttl_seconds=1)(lambda: [GaugeMetricFamily("computed_at_scrape", "Computed.", value=5)])
with override_settings(MKT_MONITORING={"METRICS_NETWORKS": ["127.0.0.1"]}):
    response = Client().get("/metrics")
assert response.status_code == 200, response
print(response.text)
"""


UNUSABLE = """
import django
django.setup()
from django.core.checks import run_checks
from django.test import Client, override_settings
assert "mkt_monitoring.E007" in {message.id for message in run_checks()}
assert [Client().get("/ok/1/").status_code for _ in range(3)] == [200] * 3
from mkt_monitoring.registry import dropped
# Each request is more than one observation.
assert dropped.labels("storage")._value.get() > 3
with override_settings(MKT_MONITORING={"METRICS_NETWORKS": ["127.0.0.1"]}):
    assert Client().get("/metrics").status_code == 503
"""


@pytest.fixture
def environment(tmp_path):
    return os.environ | {
        "PROMETHEUS_MULTIPROC_DIR": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "tests.settings",
    }


def start(environment, requests):
    return subprocess.Popen(
        [sys.executable, "-c", WORKER, str(requests)],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )


def scrape(environment):
    text = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", SCRAPE],
        env=environment,
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    ).stdout
    return {
        (sample.name, sample.labels.get("http_route"), sample.labels.get("le")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_the_numbers_of_two_workers_add_up_exactly(environment):
    workers = [start(environment, 30), start(environment, 12)]
    try:
        for worker in workers:
            assert worker.stdout.readline() == "done\n"
        # Both are alive: nothing has been written on the way out.
        samples = scrape(environment)
    finally:
        for worker in workers:
            worker.communicate()

    name = "http_server_request_duration_seconds"
    for route in ("/ok/<int:number>/", "/missing/", "/broken/", "/stream/"):
        assert samples[f"{name}_count", route, None] == 42
        assert samples[f"{name}_bucket", route, "+Inf"] == 42
    assert samples[f"{name}_sum", "/stream/", None] >= 42 * 0.06
    assert samples["testapp_greetings_total", None, None] == 42
    # Computed by the process that is scraped, beside the files of the others.
    assert samples["computed_at_scrape", None, None] == 5
    # They stay when a worker has gone.
    assert scrape(environment)[f"{name}_count", "/missing/", None] == 42


def test_a_directory_that_cannot_be_used_does_not_stop_the_site(environment, tmp_path):
    environment["PROMETHEUS_MULTIPROC_DIR"] = str(tmp_path / "missing")

    finished = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", UNUSABLE],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert finished.returncode == 0, finished.stderr
    assert finished.stderr.count("cannot be used") == 1
