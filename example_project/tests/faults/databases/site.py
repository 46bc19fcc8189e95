"""Processes with the site of ``site_settings``, and visitors for it."""

from __future__ import annotations

import http.client
import http.cookies
import json
import os
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from urllib.parse import urlencode

from tests.served import PROJECT


def environment(databases, redis, *, name="fault", **core):
    """For processes of the site; ``core`` goes into ``MKT_CORE``."""
    given = {"databases": databases, "redis": redis, "name": name, "core": core}
    ours = {key: value for key, value in os.environ.items() if not key.startswith("DATABASE_")}
    return ours | {
        "DJANGO_SETTINGS_MODULE": "tests.faults.databases.site_settings",
        "FAULT_SITE": json.dumps(given),
    }


def manage(env, *arguments):
    """Run a management command of the site."""
    subprocess.run([sys.executable, "manage.py", *arguments], cwd=PROJECT, env=env, check=True)


@dataclass
class Answer:
    """``status`` 0: the connection failed, or nothing came in time."""

    status: int
    body: bytes = b""
    headers: dict = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def state(self):
        return self.headers.get("x-mkt-cache", "")


class Visitor:
    """Keeps cookies, as a browser does, for whichever process answers."""

    def __init__(self, port, *, timeout_seconds=15):
        self.port = port
        self.cookies = {}
        self.timeout_seconds = timeout_seconds

    def get(self, path, *, port=None):
        return self._ask("GET", path, port=port)

    def post(self, path, *, port=None, **data):
        return self._ask("POST", path, urlencode(data), port=port)

    def _ask(self, method, path, body=None, *, port=None):
        started = time.monotonic()
        connection = http.client.HTTPConnection(
            "127.0.0.1", port or self.port, timeout=self.timeout_seconds
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"} if body else {}
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            content = response.read()
        except (OSError, http.client.HTTPException):
            return Answer(0, seconds=time.monotonic() - started)
        finally:
            connection.close()
        for line in response.headers.get_all("Set-Cookie", []):
            for name, morsel in http.cookies.SimpleCookie(line).items():
                self.cookies[name] = morsel.value
        return Answer(
            response.status,
            content,
            {name.lower(): value for name, value in response.headers.items()},
            time.monotonic() - started,
        )


class Load:
    """Visitors that ask without a pause, in threads, while the block runs."""

    def __init__(self, port, paths, *, visitors=4, timeout_seconds=15):
        self.answers = {path: [] for path in paths}
        self._port, self._visitors, self._timeout = port, visitors, timeout_seconds
        self._stopped = threading.Event()

    def __enter__(self):
        self._threads = [
            threading.Thread(target=self._run, args=(path,), daemon=True)
            for path in self.answers
            for _ in range(self._visitors)
        ]
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *exc_info):
        self._stopped.set()
        for thread in self._threads:
            thread.join(self._timeout + 5)

    def _run(self, path):
        visitor = Visitor(self._port, timeout_seconds=self._timeout)
        while not self._stopped.is_set():
            answer = visitor.get(path)
            self.answers[path].append((time.monotonic(), answer))

    def failures(self, path):
        return [(moment, answer) for moment, answer in self.answers[path] if answer.status != 200]

    def failing_seconds(self, path):
        """From the first failed answer to the last."""
        moments = [moment for moment, _ in self.failures(path)]
        return max(moments) - min(moments) if moments else 0.0


def until(condition, *, seconds=10.0):
    """Whether ``condition()`` comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
