"""Two hosts with one application server each, on a network of their own: what they share, and what one takes along."""

from __future__ import annotations

import contextlib
import html
import http.client
import json
import os
import re
import signal
import socket
import socketserver
import subprocess
import sys
import threading
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import _process
import pytest

from tests.served import PROJECT, missing, own_database
from tests.waiting import wait_until

from . import served

pytestmark = pytest.mark.fault
#: Nothing here is reached from outside this machine.
NETWORK = "10.213.77"
SERVERS, HOSTS = f"{NETWORK}.1", {"one": f"{NETWORK}.11", "two": f"{NETWORK}.12"}
PORT = 8000
ORIGIN = "https://www.example.org"


def ip(*arguments):
    subprocess.run(["ip", *arguments], check=True, capture_output=True, text=True)


@pytest.fixture(scope="module")
def network():
    """Names of two network namespaces that a bridge connects; the machine itself is ``SERVERS`` on it."""
    suffix = f"{os.getpid():x}"[-6:]
    bridge, names = f"mktb{suffix}", {host: f"mkt-{host}-{suffix}" for host in HOSTS}
    with contextlib.ExitStack() as undo:
        try:
            ip("link", "add", bridge, "type", "bridge")
            undo.callback(ip, "link", "del", bridge)
            ip("address", "add", f"{SERVERS}/24", "dev", bridge)
            ip("link", "set", bridge, "up")
            for host, name in names.items():
                cable = f"mkt{host}{suffix}"
                ip("netns", "add", name)
                undo.callback(ip, "netns", "del", name)
                ip("link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name)
                ip("link", "set", cable, "master", bridge, "up")
                ip("-n", name, "address", "add", f"{HOSTS[host]}/24", "dev", "eth0")
                for device in ("lo", "eth0"):
                    ip("-n", name, "link", "set", device, "up")
        except FileNotFoundError:
            missing("no ip: run 'apt-get install iproute2'")
        except subprocess.CalledProcessError as error:
            # A matter of rights, not of what is installed: containers often may not.
            pytest.skip(f"no network namespaces can be made here: {error.stderr.strip()}")
        yield names


class Relay(socketserver.BaseRequestHandler):
    """Passes a connection on to the port of this machine that ``server.target`` names."""

    def handle(self):
        with socket.create_connection(("127.0.0.1", self.server.target)) as other:
            other_way = threading.Thread(target=self.pass_on, args=(other, self.request))
            other_way.start()
            self.pass_on(self.request, other)
            other_way.join()

    @staticmethod
    def pass_on(source, sink):
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                sink.sendall(data)
        with contextlib.suppress(OSError):
            sink.shutdown(socket.SHUT_WR)


@pytest.fixture(scope="module")
def database(network, tmp_path_factory):
    """The URL of a database as the two hosts see it; PostgreSQL itself listens to this machine only."""
    with own_database(tmp_path_factory.mktemp("database")) as url:
        parts = urlsplit(url)
        if not parts.scheme.startswith("postgres"):
            pytest.skip("two hosts share a server, which SQLite is not")
        with socketserver.ThreadingTCPServer((SERVERS, 0), Relay) as relay:
            relay.daemon_threads = True
            relay.target = parts.port
            thread = threading.Thread(target=relay.serve_forever, args=(0.05,))
            thread.start()
            here = f"{parts.username}:{parts.password}@{SERVERS}:{relay.server_address[1]}"
            yield urlunsplit(parts._replace(netloc=here))
            relay.shutdown()
            thread.join()


@pytest.fixture(scope="module")
def redis(network, tmp_path_factory):
    """A Redis that does."""
    server = served.OwnRedis(tmp_path_factory.mktemp("redis"))
    try:
        server.ask("CONFIG", "SET", "protected-mode", "no")
        server.ask("CONFIG", "SET", "bind", f"127.0.0.1 {SERVERS}")
        yield server
    finally:
        server.stop()


@pytest.fixture(scope="module")
def environ(database, redis, tmp_path_factory):
    """Of the site; the same on both hosts."""
    folder = tmp_path_factory.mktemp("hosts")
    given = served.environment(
        folder,
        database_url=f"{database}?sslmode=disable",
        redis_url=redis.url.replace("127.0.0.1", SERVERS),
        media=folder / "media",
        log_file="",
    )
    return given | {
        "EVENTS_SINK": "redis",
        "METRICS_NETWORKS": f"{NETWORK}.0/24",
        "TRUSTED_PROXIES": f"{NETWORK}.0/24",
    }


@pytest.fixture(scope="module")
def hosts(network, environ, tmp_path_factory):
    """An application server on each host; gives the processes."""
    for command in ("migrate", "createsuperuser"):
        options = ["--noinput", "--verbosity", "0", "--skip-checks"]
        subprocess.run(
            [sys.executable, "manage.py", command, *options], cwd=PROJECT, env=environ, check=True
        )
    with contextlib.ExitStack() as stack:
        started = {}
        for host, name in network.items():
            folder = tmp_path_factory.mktemp(host)
            (folder / "metrics").mkdir()
            command = ["ip", "netns", "exec", name, sys.executable, "-m", "gunicorn"]
            command += ["--no-control-socket", "--bind", f"0.0.0.0:{PORT}", "--chdir", PROJECT]
            command += ["--config", PROJECT / "deploy/logs/gunicorn.conf.py", "--workers", "1"]
            command += ["--worker-class", "gthread", "--threads", "4", "example.wsgi"]
            process = _process.server(
                command,
                cwd=folder,
                env={**environ, "PROMETHEUS_MULTIPROC_DIR": str(folder / "metrics")},
                ready=lambda host=host: ask(host, "/health/live", seconds=60).status == 200,
                stop_signal=signal.SIGTERM,
                start_seconds=120,
                as_ourselves=True,
            )
            started[host] = stack.enter_context(process)
        yield started


def ask(host, path, *, seconds=20, body=None, **headers):
    """What one host answers to the proxy in front of both; status 0 if it does not."""
    connection = http.client.HTTPConnection(HOSTS[host], PORT, timeout=seconds)
    given = {"Host": "www.example.org", "X-Forwarded-Proto": "https", **headers}
    try:
        connection.request("POST" if body else "GET", path, body, given)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.headers.items()}
        return served.Answer(response.status, response.read(), found)
    except (OSError, http.client.HTTPException):
        return served.Answer(0)
    finally:
        connection.close()


class Browser(served.Browser):
    """Whichever host answers, it keeps its cookies."""

    def __init__(self, host):
        super().__init__(PORT)
        self.move(host)

    def move(self, host):
        self.connection.close()
        self.connection = http.client.HTTPConnection(HOSTS[host], PORT, timeout=60)


@pytest.fixture
def editor(hosts):
    """Somebody who has logged in on the first host."""
    browser = Browser("one").log_in()
    yield browser
    browser.connection.close()


def test_a_session_is_good_on_both(editor):
    assert editor.get("/admin/").status == 200
    editor.move("two")
    assert editor.get("/admin/").status == 200


def test_a_page_that_one_has_made_the_other_gives_out_until_it_changes(hosts, editor):
    title = "The two of us"
    wait_until(lambda: ask("one", "/").headers["x-mkt-cache"] == "hit")
    assert ask("two", "/").headers["x-mkt-cache"] == "hit"

    address = re.search(r"/admin/pages/\d+/edit/", editor.get("/admin/pages/").text)[0]
    form = editor.get(address).text
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', form))
    saved = editor.post(
        address,
        {**fields, "title": title, "slug": "home", "action-publish": "action-publish"},
    )

    assert saved.status == 302, saved.text[:2000]
    for host in HOSTS:
        wait_until(lambda host=host: title in ask(host, "/").text, seconds=2)


def test_what_a_client_may_ask_for_is_counted_over_both(hosts):
    client = {"X-Forwarded-For": "198.51.100.20"}
    # Sixty searches in a minute: example/settings/base.py.
    statuses = [
        ask("two" if count % 2 else "one", "/api/v1/search/?q=x", **client).status
        for count in range(64)
    ]

    assert statuses[:50] == [200] * 50
    # A minute that has gone by for a second gives one back.
    assert statuses[-1] == 429
    assert 60 <= statuses.count(200) <= 63


def test_events_of_both_are_counted_once(hosts, redis, environ):
    told = r'data-to="([^"]+)" data-event="page_view" data-page="(\d+)"'
    intake, page = re.search(told, ask("one", "/").text).groups()
    intake = html.unescape(intake).removeprefix(ORIGIN)
    visit = json.dumps([{"name": "page_view", "url": f"{ORIGIN}/", "page": page}])
    for count in range(4):
        host = "two" if count % 2 else "one"
        client = {"Origin": ORIGIN, "User-Agent": f"Mozilla/5.0 (X11; Linux) Firefox/14{count}.0"}
        assert ask(host, intake, body=visit, **client).status == 204

    wait_until(lambda: redis.ask("XLEN", "mkt:events") >= 4)
    consume = [sys.executable, "manage.py", "mkt_events_consume", "--until-empty"]
    subprocess.run(consume, cwd=PROJECT, env=environ, check=True, capture_output=True)
    assert redis.ask("XLEN", "mkt:events") == 0


def test_each_tells_prometheus_of_its_own_requests(hosts):
    def counted(host):
        text = ask(host, "/metrics").text
        found = re.findall(
            r"^http_server_request_duration_seconds_count\{[^}]*robots[^}]*\} (\S+)", text, re.M
        )
        return sum(map(float, found))

    before = {host: counted(host) for host in HOSTS}
    for _ in range(6):
        ask("one", "/robots.txt")
    ask("two", "/robots.txt")

    assert {host: counted(host) - before[host] for host in HOSTS} == {"one": 6, "two": 1}


def test_the_end_of_one_costs_what_it_was_doing_and_nothing_else(hosts, editor):
    """The last test here: one of the two does not come back."""
    answers = {host: [] for host in HOSTS}
    over = threading.Event()

    def visit(host):
        while not over.is_set():
            answers[host].append(ask(host, f"/?visit={time.time_ns()}").status)
            if not answers[host][-1]:
                # What the proxy does: it asks the other one from now on.
                host = next(other for other in HOSTS if other != host)

    threads = [threading.Thread(target=visit, args=(host,)) for host in HOSTS for _ in range(2)]
    for thread in threads:
        thread.start()
    wait_until(lambda: all(len(found) > 5 for found in answers.values()), seconds=60)
    master = hosts["one"].pid
    workers = Path(f"/proc/{master}/task/{master}/children").read_text().split()
    for pid in [master, *map(int, workers)]:
        os.kill(pid, signal.SIGKILL)
    seen = len(answers["two"])
    wait_until(lambda: len(answers["two"]) > seen + 20, seconds=60)
    over.set()
    for thread in threads:
        thread.join()

    # One for each visitor of the host that died.
    assert answers["one"].count(0) <= 2
    assert [status for status in answers["one"] if status not in (0, 200)] == []
    assert set(answers["two"]) == {200}
    editor.move("two")
    assert editor.get("/admin/").status == 200
