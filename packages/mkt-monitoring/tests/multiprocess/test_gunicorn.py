"""gunicorn with four workers that are replaced all the time: every request is counted once, and no number goes back."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

NAME = "http_server_request_duration_seconds"
WORKERS = 4
CONFIGURATION = "from mkt_monitoring.gunicorn import *\n"
# What is asked for, the template of its route, and the class of the answer.
SYNCHRONOUS = {
    "/ok/1/": ("/ok/<int:number>/", "2xx"),
    "/ok/2/": ("/ok/<int:number>/", "2xx"),
    "/missing/": ("/missing/", "4xx"),
    "/nowhere/": ("unmatched", "4xx"),
    "/raised/": ("/raised/", "5xx"),
    "/streamed/3/": ("/streamed/<int:parts>/", "2xx"),
    "/async/": ("/async/", "2xx"),
}
ASYNCHRONOUS = {
    **SYNCHRONOUS,
    "/async-streamed/": ("/async-streamed/", "2xx"),
    "/async-raised/": ("/async-raised/", "5xx"),
}


class Site:
    """gunicorn on a free port, with a directory of metrics."""

    def __init__(self, directory, worker_class, max_requests):
        (directory / "gunicorn.conf.py").write_text(CONFIGURATION)
        self.metrics = directory / "metrics"
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.log = (directory / "log").open("w+")
        environment = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
        environment |= {"PROMETHEUS_MULTIPROC_DIR": str(self.metrics)}
        environment |= {"TEST_ASGI": "1"} if worker_class == "asgi" else {}
        # With preload_app, a new worker is a fork and costs next to nothing.
        self.process = subprocess.Popen(
            [
                *(sys.executable, "-W", "ignore", "-m", "gunicorn", "--preload"),
                *("--config", str(directory / "gunicorn.conf.py")),
                *("--workers", str(WORKERS), "--worker-class", worker_class),
                *("--max-requests", str(max_requests), "--max-requests-jitter", "10"),
                *("--bind", f"127.0.0.1:{self.port}", "--no-control-socket"),
                "tests.multiprocess.gunicorn_site:application",
            ],
            env=environment,
            cwd=Path(__file__).parents[2],
            stdout=self.log,
            stderr=self.log,
        )

    def wait(self):
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                return self.get("/async/")
            except OSError:
                time.sleep(0.1)
        self.log.seek(0)
        raise AssertionError(self.log.read())

    def get(self, path):
        """The status, again if the worker that had taken the connection left instead of answering: not a request."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request("GET", path)
            response = connection.getresponse()
            self.body = response.read()
            return response.status
        finally:
            connection.close()

    def leave_early(self, path):
        """Ask for much, read a little, and go away; again if the worker that had taken the connection left."""
        for _ in range(20):
            with (
                suppress(ConnectionError),
                socket.create_connection(("127.0.0.1", self.port), timeout=60) as connection,
            ):
                connection.sendall(f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
                if connection.recv(100):
                    return
        raise AssertionError(f"no answer to {path}")

    def scrape(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        connection.request("GET", "/metrics")
        response = connection.getresponse()
        assert response.status == 200
        text = response.read().decode()
        connection.close()
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in text_string_to_metric_families(text)
            for sample in family.samples
            if family.type in ("counter", "histogram") or family.name.startswith("mkt_monitoring")
        }

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(60)
        self.log.close()


def counts(samples):
    found = Counter()
    for (name, labels), value in samples.items():
        if name == f"{NAME}_count" and ("http_route", "/metrics") not in labels:
            found[dict(labels)["http_route"], dict(labels)["http_response_status_class"]] += value
    return found


def never_back(before, after):
    # Gauges of our own may.
    return [
        key
        for key, value in before.items()
        if re.search(r"_(total|count|sum|bucket)$", key[0]) and after.get(key, -1) < value
    ]


def campaign(directory, worker_class, kinds, requests, max_requests):
    site = Site(directory, worker_class, max_requests)
    # Under ASGI, Django reads a synchronous body to its end before it sends anything.
    long = "/async-long/" if worker_class == "asgi" else "/streamed/3000/"
    long_route = long.replace("3000", "<int:parts>")
    try:
        site.wait()
        expected = Counter({("/async/", "2xx"): 1})
        last = site.scrape()
        paths = list(kinds)
        sent = 1
        with ThreadPoolExecutor(6) as visitors:
            for _ in range(10):
                batch = [paths[number % len(paths)] for number in range(requests // 10)]
                statuses = list(visitors.map(site.get, batch))
                for path, status in zip(batch, statuses, strict=True):
                    route, status_class = kinds[path]
                    assert f"{status // 100}xx" == status_class
                    expected[route, status_class] += 1
                list(visitors.map(site.leave_early, [long] * 4))
                expected[long_route, "2xx"] += 4
                sent += len(batch) + 4
                now = site.scrape()
                assert never_back(last, now) == []
                last = now
        # Those who left are counted when the worker notices.
        until = time.monotonic() + 30
        while counts(last) != expected and time.monotonic() < until:
            time.sleep(0.2)
            last = site.scrape()
        assert counts(last) == expected
        assert sum(counts(last).values()) == sent
        assert last["http_server_client_aborts_total", ()] >= 1
        recycled = sum("Autorestarting" in line for line in _lines(site))
        assert recycled >= requests // (max_requests + 10) // 2
        kinds_of_files = {re.split(r"_mkt-\d", name)[0] for name in os.listdir(site.metrics)}
        files = [name for name in os.listdir(site.metrics) if name.endswith((".db", ".dead"))]
        # The master has some, too: the application was loaded in it. One worker may be on its way out.
        assert len(files) <= (WORKERS + 2) * len(kinds_of_files)
        return site, recycled
    finally:
        site.stop()


def _lines(site):
    return (site.metrics.parent / "log").read_text().splitlines()


def test_sync_workers(tmp_path):
    campaign(tmp_path, "sync", SYNCHRONOUS, requests=350, max_requests=30)


def test_asgi_workers(tmp_path):
    campaign(tmp_path, "asgi", ASYNCHRONOUS, requests=180, max_requests=30)


@pytest.mark.fault
@pytest.mark.parametrize(
    "worker_class", ["sync", "asgi", pytest.param("gthread", marks=pytest.mark.slow)]
)
def test_many_requests(tmp_path, worker_class):
    kinds = ASYNCHRONOUS if worker_class == "asgi" else SYNCHRONOUS

    campaign(tmp_path, worker_class, kinds, requests=5040, max_requests=150)
