"""The figures of requests from a real Prometheus, and without one."""

import json
import socket
import subprocess
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.request import urlopen

import pytest

from mkt_monitoring.reports import prometheus
from mkt_monitoring.reports.now import now_figures
from tests.promtool import run, tool

pytestmark = pytest.mark.django_db

FIGURES = "/admin/reports/monitoring/figures/"
MINUTES = 40
BOUNDS = ("0.1", "0.5", "+Inf")


@pytest.fixture(autouse=True)
def _ask_again():
    prometheus.forget()
    yield
    prometheus.forget()


def history(now, job="site"):
    """Four requests a second, a quarter of them slow, a tenth of them failed; seven of eight from the cache."""
    lines = []
    requests, lookups = "http_server_request_duration_seconds", "mkt_core_response_cache_lookups"
    moments = [now - 15 * n for n in reversed(range(MINUTES * 4))]

    def series(name, labels, per_second):
        text = ",".join(f'{key}="{value}"' for key, value in {"job": job, **labels}.items())
        lines.extend(
            f"{name}{{{text}}} {per_second * (moment - moments[0])} {moment}" for moment in moments
        )

    lines.append(f"# TYPE {requests} histogram")
    for status, per_second in (("2xx", 3.6), ("5xx", 0.4)):
        labels = {"http_response_status_class": status}
        for bound, share in zip(BOUNDS, (0.75, 1, 1), strict=True):
            series(f"{requests}_bucket", {**labels, "le": bound}, per_second * share)
        series(f"{requests}_count", labels, per_second)
        series(f"{requests}_sum", labels, per_second)
    lines.append(f"# TYPE {lookups} counter")
    for state, per_second in (("hit", 6), ("stale", 1), ("miss", 1), ("bypass", 92)):
        series(f"{lookups}_total", {"state": state}, per_second)
    return "\n".join([*lines, "# EOF", ""])


def free_port():
    with closing(socket.socket()) as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """A Prometheus that remembers the last forty minutes of a site; its address."""
    folder = tmp_path_factory.mktemp("prometheus")
    (folder / "history").write_text(history(int(time.time())))
    (folder / "prometheus.yml").write_text("{}")
    fill = ("tsdb", "create-blocks-from", "openmetrics", folder / "history", folder / "data")
    run([tool("promtool", "prometheus"), *fill])
    address = f"127.0.0.1:{free_port()}"
    command = [
        tool("prometheus", "prometheus"),
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address={address}",
    ]
    with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log) as process:
        try:
            _wait_until_ready(f"http://{address}/-/ready", process)
            yield f"http://{address}"
        finally:
            process.terminate()


def _wait_until_ready(address, process):
    for _ in range(300):
        assert process.poll() is None
        try:
            with urlopen(address, timeout=5):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError("Prometheus did not start.")


@pytest.fixture
def ask(settings):
    """Have the dashboard ask at an address."""

    def at(address, **more):
        settings.MKT_MONITORING = {
            **settings.MKT_MONITORING,
            "PROMETHEUS_URL": address,
            **more,
        }

    return at


def test_the_figures_are_those_of_prometheus(server, ask, busy, django_assert_max_num_queries):
    ask(server)

    with django_assert_max_num_queries(6):
        found = now_figures().operation

    assert found.source == "prometheus"
    assert found.per_second == pytest.approx(4, rel=0.02)
    assert found.failed == pytest.approx(0.4 * 300, rel=0.02)
    assert found.error_share == pytest.approx(0.1, rel=0.02)
    assert found.hit_rate == pytest.approx(7 / 8, rel=0.02)
    half, most, nearly_all = found.quantiles
    assert 0 < half < 0.1 < most < nearly_all <= 0.5
    assert len(found.minutes) == 30
    assert all(one.count == pytest.approx(240, rel=0.02) for one in found.minutes.values())


def test_the_page_says_where_they_are_from(server, ask, busy, watcher, client):
    assert "mkt-source" not in client.get(FIGURES).content.decode()
    ask(server)

    body = client.get(FIGURES).content.decode()

    assert "from Prometheus" in body
    assert "10.0 %" in body
    assert "88 %" in body


def test_a_job_that_it_does_not_know_has_its_own_figures(server, ask, busy):
    ask(server, RULES={"JOB": "other"})

    assert now_figures().operation.source == "fallback"


def test_without_an_answer_the_sites_own_figures_are_shown(ask, busy, watcher, client):
    ask(f"http://127.0.0.1:{free_port()}")

    body = client.get(FIGURES).content.decode()

    assert "Prometheus does not answer." in body
    assert "1 in 5 minutes" in body


class Answers(BaseHTTPRequestHandler):
    """Answers with what its server has as ``answer``: status and body; slowly if there is none."""

    def do_POST(self):
        self.server.asked += 1
        self.server.authorization = self.headers.get("Authorization")
        if self.server.answer is None:
            self.server.stopping.wait(30)
            return
        status, body = self.server.answer
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Location", "/elsewhere")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


@pytest.fixture
def impostor():
    """Something else at the address of Prometheus."""
    from threading import Event

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    server.asked, server.answer, server.stopping = 0, None, Event()
    server.address = f"http://127.0.0.1:{server.server_address[1]}"
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield server
    server.stopping.set()
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "answer",
    [
        (500, b"{}"),
        (302, b""),
        (200, b"<html>"),
        (200, b"[]"),
        (200, b'{"data": {"result": [7]}}'),
        (200, b"[" * 100_000),
        (200, b" " * 2_000_000),
        (200, json.dumps({"status": "success", "data": {"result": []}}).encode()),
    ],
    ids=["error", "redirect", "html", "list", "junk", "deep", "long", "empty"],
)
def test_an_answer_that_is_none_harms_nobody(impostor, ask, busy, answer):
    impostor.answer = answer
    ask(impostor.address, PROMETHEUS_TOKEN="of the site")

    assert now_figures().operation.source == "fallback"
    assert impostor.authorization == "Bearer of the site"


def test_nobody_waits_long_and_only_the_first_one_waits(impostor, ask, busy, monkeypatch):
    monkeypatch.setattr(prometheus, "TIMEOUT_SECONDS", 0.5)
    ask(impostor.address)
    started = time.monotonic()
    sources = {now_figures().operation.source for _ in range(3)}

    assert sources == {"fallback"}
    assert impostor.asked == 1
    assert time.monotonic() - started < 10
