"""The tool that comes with Prometheus has nothing to complain about."""

import subprocess

import pytest
from django.test import Client

from .promtool import tool


@pytest.mark.django_db
def test_promtool_accepts_the_metrics(settings):
    settings.MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.1"]}
    client = Client(raise_request_exception=False)
    for path in ("/ok/1/", "/broken/", "/missing/"):
        client.get(path)

    checked = subprocess.run(
        [tool("promtool", "prometheus"), "check", "metrics"],
        input=client.get("/metrics").content,
        capture_output=True,
        check=False,
    )

    complaints = checked.stderr.decode().splitlines()
    # About other tests' metrics and Python's own collectors we have no say.
    ours = [line for line in complaints if line.startswith(("http_server", "mkt_"))]
    assert ours == []
    assert checked.returncode in (0, 3), checked.stderr
