"""A running site: a server process, its database, its files."""

import contextlib
import os
import sqlite3
import subprocess
import sys
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import _process

PROJECT = Path(__file__).resolve().parents[2]
SETTINGS = "tests.browser.settings"
START_SECONDS = 120


class Site:
    """Where the site answers, and what its database holds.

    ``environ`` is for another server of the same content.
    """

    def __init__(self, port, connect, environ=None):
        self.address = f"http://localhost:{port}"
        self.environ = environ
        self._connect = connect

    def rows(self, query, *values):
        """The rows of a query; ``?`` stands for a value."""
        with contextlib.closing(self._connect()) as connection:
            if not isinstance(connection, sqlite3.Connection):
                query = query.replace("?", "%s")
            return connection.execute(query, values).fetchall()

    def value(self, query, *values):
        """The first column of the first row, None without one."""
        rows = self.rows(query, *values)
        return rows[0][0] if rows else None


@contextmanager
def running(folder):
    """The site with its content, until the end of the block."""
    with database(folder) as (url, connect):
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "DATABASE_URL": url,
            "MKT_BROWSER_MEDIA": str(folder / "media"),
        }
        prepare = [sys.executable, "-m", "tests.browser.prepare"]
        subprocess.run(prepare, cwd=PROJECT, env=environ, check=True)
        with served(environ, folder) as port:
            yield Site(port, connect, environ)


@contextmanager
def served(environ, folder):
    """The port of a gunicorn with one worker and eight threads."""
    port = _process.free_port()
    log = folder / "gunicorn.log"
    command = [sys.executable, "-m", "gunicorn", "example.wsgi", "--bind", f"127.0.0.1:{port}"]
    with log.open("w") as output:
        server = subprocess.Popen(
            [*command, "--worker-class", "gthread", "--threads", "8", "--timeout", "120"],
            cwd=PROJECT,
            env=environ,
            stdout=output,
            stderr=output,
        )
        try:
            # gunicorn itself listens long before a worker answers.
            until(lambda: _responds(port), server, log)
            yield port
        finally:
            _process.stop(server)


def _responds(port):
    try:
        urllib.request.urlopen(
            f"http://127.0.0.1:{port}/health/live", timeout=START_SECONDS
        ).close()
    except OSError:
        return False
    return True


def until(ready, server, log):
    """Wait for a server; says why when it ends instead."""
    waited = 0.0
    while not ready():
        if server.poll() is not None or waited > START_SECONDS:
            raise AssertionError(f"{server.args[0]} did not start:\n{log.read_text()[-2000:]}")
        with contextlib.suppress(subprocess.TimeoutExpired):
            server.wait(0.1)
        waited += 0.1


@contextmanager
def database(folder):
    """A database of our own, empty or freshly migrated: its URL, and a function that connects to it."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        path = folder / "site.sqlite3"
        options = "?timeout=20&transaction_mode=IMMEDIATE"
        yield f"sqlite:///{path}{options}", lambda: sqlite3.connect(path, timeout=20)
        return
    import psycopg

    name = f"mkt_browser_{os.getpid()}"
    template = os.environ.get("MKT_TEST_TEMPLATE", "template1")
    own = urlsplit(url)._replace(path=f"/{name}").geturl()
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield own, lambda: psycopg.connect(own)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
