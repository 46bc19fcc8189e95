"""``/metrics`` on a port of its own."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from mkt_monitoring import metrics_server
from mkt_monitoring.collectors import computed

TOKEN = "a-token-that-nobody-guesses"


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def ask(port, path="/metrics", method="GET", address="127.0.0.1", **headers):
    with closing(http.client.HTTPConnection(address, port, timeout=20)) as connection:
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        return response.status, response.read().decode()


@pytest.fixture(scope="module")
def port():
    """Of a server in this process; nobody needs to stop it."""
    server = metrics_server.MetricsServer("127.0.0.1", free_port())
    server.start()
    assert server.listening.wait(10)
    return server._port


@pytest.fixture
def no_collectors(monkeypatch):
    """They would use the database of the test from another thread."""
    monkeypatch.setattr(computed, "_collectors", {})


@pytest.mark.usefixtures("no_collectors")
class TestAnswers:
    def test_those_who_may_read(self, port, settings):
        settings.MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.1"]}

        status, text = ask(port)

        assert status == 200
        assert "# TYPE http_server_active_requests gauge" in text

    def test_by_token(self, port, settings):
        settings.MKT_MONITORING = {"METRICS_TOKENS": [TOKEN]}

        assert ask(port, Authorization=f"Bearer {TOKEN}")[0] == 200
        assert ask(port, Authorization="Bearer wrong") == (404, "")

    def test_strangers_and_other_paths_find_nothing(self, port, settings):
        assert ask(port) == (404, "")
        settings.MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.1"]}
        assert ask(port, "/") == (404, "")
        assert ask(port, "/metrics/../admin/") == (404, "")

    def test_only_reading(self, port, settings):
        settings.MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.1"]}

        assert ask(port, method="POST")[0] == 405
        assert ask(port, method="HEAD") == (200, "")

    def test_a_client_that_says_nothing_or_nonsense_is_left(self, port, settings, monkeypatch):
        settings.MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.1"]}
        monkeypatch.setattr(metrics_server._Handler, "timeout", 0.2)
        for words in (b"", b"GET /met", b"\x00\xff\r\n\r\n", b"GET " + b"x" * 70_000):
            with socket.create_connection(("127.0.0.1", port)) as silent:
                silent.sendall(words)
                assert ask(port)[0] == 200

    def test_a_fault_is_said_and_leaves_the_server_running(
        self, port, settings, monkeypatch, caplog
    ):
        settings.MKT_MONITORING = {"METRICS_NETWORKS": ["127.0.0.1"]}
        with monkeypatch.context() as broken:
            broken.setattr("mkt_monitoring.views.expose", None)
            assert ask(port)[0] == 500
        assert "could not be written" in caplog.text
        assert ask(port)[0] == 200


def test_without_a_port_nothing_is_started():
    assert metrics_server.start() is None


def test_a_port_that_is_taken_is_said_once_and_tried_again(settings, monkeypatch, caplog):
    monkeypatch.setattr(metrics_server, "RETRY_SECONDS", 0.05)
    monkeypatch.setattr(metrics_server, "_started", {})
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        settings.MKT_MONITORING = {"METRICS_PORT": port}
        server = metrics_server.start()
        assert metrics_server.start() is server
        time.sleep(0.3)
        assert not server.listening.is_set()
        assert caplog.text.count("another program has that port") == 1
        assert f"port {port}" in caplog.text

    assert server.listening.wait(10)


def test_an_address_of_another_machine_is_said(settings, monkeypatch, caplog):
    monkeypatch.setattr(metrics_server, "_started", {})
    settings.MKT_MONITORING = {"METRICS_PORT": free_port(), "METRICS_ADDRESS": "192.0.2.1"}

    server = metrics_server.start()
    until = time.monotonic() + 10
    while "cannot be served at 192.0.2.1" not in caplog.text and time.monotonic() < until:
        time.sleep(0.05)

    assert "Cannot assign requested address" in caplog.text
    assert server.is_alive()


WORKERS = 2
FOLDER = Path(__file__).parent


@contextmanager
def gunicorn(folder, port, metrics_port):
    (folder / "gunicorn.conf.py").write_text("from mkt_monitoring.gunicorn import *\n")
    environment = {name: value for name, value in os.environ.items() if "DJANGO" not in name}
    environment |= {
        "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics"),
        "TEST_METRICS_PORT": str(metrics_port),
    }
    command = [
        *(sys.executable, "-W", "ignore", "-m", "gunicorn", "--no-control-socket"),
        *("--config", str(folder / "gunicorn.conf.py"), "--workers", str(WORKERS)),
        *("--bind", f"127.0.0.1:{port}", "tests.multiprocess.gunicorn_site:application"),
    ]
    with (
        (folder / "log").open("w+") as log,
        subprocess.Popen(
            command, env=environment, cwd=FOLDER.parent, stdout=log, stderr=log
        ) as process,
    ):
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(30)


def eventually(get):
    until = time.monotonic() + 40
    while True:
        try:
            return get()
        except (OSError, AssertionError, http.client.HTTPException):
            if time.monotonic() > until:
                raise
            time.sleep(0.1)


@pytest.mark.fault
def test_one_worker_answers_for_all_and_another_takes_over(tmp_path):
    port, metrics_port = free_port(), free_port()

    def workers():
        status, text = ask(metrics_port)
        assert status == 200
        assert f"mkt_monitoring_live_workers {WORKERS}.0" in text
        return text

    def holder():
        """Of the workers, the one that has the port."""
        children = Path(f"/proc/{master.pid}/task/{master.pid}/children").read_text().split()
        inode = next(
            line.split()[9]
            for line in Path("/proc/net/tcp").read_text().splitlines()
            if line.split()[1] == f"0100007F:{metrics_port:04X}" and line.split()[3] == "0A"
        )
        return next(
            int(pid)
            for pid in children
            if any(
                os.readlink(one) == f"socket:[{inode}]" for one in Path(f"/proc/{pid}/fd").iterdir()
            )
        )

    with gunicorn(tmp_path, port, metrics_port) as master:
        for number in range(1, 21):
            status, _ = eventually(lambda number=number: ask(port, f"/ok/{number}/"))
            assert status == 200
        text = eventually(workers)
        count = [line for line in text.splitlines() if "duration_seconds_count" in line]
        assert any("/ok/<int:number>/" in line and line.endswith(" 20.0") for line in count)

        first = holder()
        os.kill(first, signal.SIGKILL)
        text = eventually(workers)

        assert holder() != first
        assert any(
            "/ok/<int:number>/" in line and line.endswith(" 20.0")
            for line in text.splitlines()
            if "duration_seconds_count" in line
        )
        assert ask(port, "/ok/1/")[0] == 200


@pytest.mark.fault
def test_a_taken_port_leaves_the_site_alone(tmp_path):
    port = free_port()
    with socket.create_server(("127.0.0.1", 0)) as other:
        metrics_port = other.getsockname()[1]
        with gunicorn(tmp_path, port, metrics_port):
            assert eventually(lambda: ask(port, "/ok/1/"))[0] == 200
            log = eventually(lambda: _said(tmp_path / "log"))

    assert f"port {metrics_port}" in log


def _said(path):
    text = path.read_text()
    assert "another program has that port" in text
    return text
