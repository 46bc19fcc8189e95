"""Prometheus and Alertmanager as processes, and what they talk to: a webhook and a mail server."""

from __future__ import annotations

import contextlib
import http.server
import json
import signal
import socketserver
import threading
from functools import partial
from urllib.parse import urlencode
from urllib.request import urlopen

import _debian_share
import _process
import yaml

from tests.waiting import wait_until


class Prometheus:
    """A running one."""

    def __init__(self, port):
        self.address = f"http://127.0.0.1:{port}"

    def ask(self, path, **parameters):
        with urlopen(f"{self.address}/api/v1/{path}?{urlencode(parameters)}", timeout=30) as answer:
            return json.load(answer)["data"]

    def results(self, query):
        """The samples that a query finds now."""
        return self.ask("query", query=query)["result"]


@contextlib.contextmanager
def prometheus(program, folder, *, targets, rules, alertmanager=None):
    """It scrapes and evaluates each second; ``rules`` is the text of a rule file."""
    own = folder / "prometheus"
    (own / "data").mkdir(parents=True)
    (own / "rules.yml").write_text(rules)
    configuration = {
        "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yml"],
        "scrape_configs": [{"job_name": "site", "static_configs": [{"targets": targets}]}],
    }
    if alertmanager:
        managers = [{"static_configs": [{"targets": [alertmanager]}]}]
        configuration["alerting"] = {"alertmanagers": managers}
    (own / "prometheus.yml").write_text(yaml.safe_dump(configuration))
    port = _process.free_port()
    command = [
        program.path,
        f"--config.file={own}/prometheus.yml",
        f"--storage.tsdb.path={own}/data",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with _running(program, command, own, port):
        yield Prometheus(port)


@contextlib.contextmanager
def alertmanager(program, folder, configuration):
    """``configuration`` is the text of its file; gives its ``host:port``."""
    own = folder / "alertmanager"
    (own / "data").mkdir(parents=True)
    (own / "alertmanager.yml").write_text(configuration)
    port = _process.free_port()
    command = [
        *_debian_share.own_view(program),
        program.path,
        f"--config.file={own}/alertmanager.yml",
        f"--storage.path={own}/data",
        f"--web.listen-address=127.0.0.1:{port}",
        # Alone: it looks for no others.
        "--cluster.listen-address=",
    ]
    with _running(program, command, own, port):
        yield f"127.0.0.1:{port}"


@contextlib.contextmanager
def _running(program, command, folder, port):
    with _process.server(
        command,
        cwd=folder,
        env=program.environment,
        ready=lambda: _is_ready(port),
        stop_signal=signal.SIGTERM,
        as_ourselves=True,
    ):
        yield


def _is_ready(port):
    try:
        with urlopen(f"http://127.0.0.1:{port}/-/ready", timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


class Exporter(http.server.BaseHTTPRequestHandler):
    """A site that has nothing but the text ``metrics`` of its server."""

    def do_GET(self):
        body = self.server.metrics.encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args):
        pass


class Webhook(Exporter):
    """Keeps what it is sent in ``received`` of its server."""

    def do_POST(self):
        length = int(self.headers["Content-Length"])
        self.server.received.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()


class MailServer(socketserver.StreamRequestHandler):
    """As much of SMTP as it takes to be given a mail, which is kept in ``received`` of its server."""

    def handle(self):
        self._answer("220 mail.example.com")
        while line := self.rfile.readline().decode().strip():
            word = line.split()[0].upper()
            if word == "DATA":
                self._answer("354 go on")
                self.server.received.append("".join(iter(self._line_of_mail, None)))
            self._answer("221 bye" if word == "QUIT" else "250 fine")
            if word == "QUIT":
                return

    def _line_of_mail(self):
        line = self.rfile.readline().decode()
        return None if line in (".\r\n", "") else line

    def _answer(self, text):
        self.wfile.write(f"{text}\r\n".encode())


@contextlib.contextmanager
def listening(handler, **attributes):
    """A server in a thread of ours, on a port of its own."""
    server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    vars(server).update(received=[], **attributes)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    server.host_and_port = f"127.0.0.1:{server.server_address[1]}"
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


wait_for = partial(wait_until, seconds=90)
