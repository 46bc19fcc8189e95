"""A running site: a server process, its database, its files."""

import os
import sqlite3
import subprocess
import sys
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import _process

PROJECT = Path(__file__).resolve().parents[2]
START_SECONDS = 60
THREADS = 8


class Site:
    """Where the site answers, and what its database holds."""

    def __init__(self, port, connect):
        self.address = f"http://localhost:{port}"
        self.connect = connect

    def rows(self, query, *values):
        """The rows of a query; ``?`` stands for a value."""
        with self.connect() as connection:
            if not isinstance(connection, sqlite3.Connection):
                query = query.replace("?", "%s")
            return connection.execute(query, values).fetchall()

    def value(self, query, *values):
        """The first column of the first row, None without one."""
        rows = self.rows(query, *values)
        return rows[0][0] if rows else None


@contextmanager
def running(folder):
    """The site with its content, served by gunicorn until the end of the block."""
    with database(folder) as (url, connect):
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.browser.settings",
            "DATABASE_URL": url,
            "MKT_BROWSER_MEDIA": str(folder / "media"),
        }
        subprocess.run(
            [sys.executable, "-m", "tests.browser.prepare"], cwd=PROJECT, env=environ, check=True
        )
        port = _process.free_port()
        log = (folder / "server.log").open("w")
        with log:
            server = subprocess.Popen(
                [sys.executable, "-m", "gunicorn", "example.wsgi", "--bind", f"127.0.0.1:{port}"]
                + ["--threads", str(THREADS), "--worker-class", "gthread"],
                cwd=PROJECT,
                env=environ,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
            try:
                wait(server, port, log)
                yield Site(port, connect)
            finally:
                _process.stop(server)


def wait(server, port, log):
    """Until a worker answers; gunicorn itself listens long before."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/health/live", timeout=START_SECONDS)
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"the site did not start:\n{Path(log.name).read_text()[-2000:]}")


@contextmanager
def database(folder):
    """An empty or freshly migrated database of our own: its URL, and a function that connects to it."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        path = folder / "site.sqlite3"
        options = "?timeout=20&transaction_mode=IMMEDIATE"
        yield f"sqlite:///{path}{options}", lambda: sqlite3.connect(path)
        return
    import psycopg

    name = f"mkt_browser_{os.getpid()}"
    template = os.environ.get("MKT_TEST_TEMPLATE", "template1")
    own = urlsplit(url)._replace(path=f"/{name}").geturl()
    admin = urlsplit(url)._replace(path="/postgres").geturl()
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield own, lambda: psycopg.connect(own)
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
