"""A running site: a server process, its database, its files."""

import contextlib
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager
from functools import partial
from urllib.parse import urlsplit

import _process

from tests.served import PROJECT, gunicorn, own_database

SETTINGS = "tests.browser.settings"


class Site:
    """Where the site answers, and what its database holds.

    ``environ`` is for another server of the same content, ``facts`` are for programs that read the API.
    """

    def __init__(self, port, connect, environ=None, facts=None):
        self.address = f"http://localhost:{port}"
        self.environ = environ
        self.facts = facts
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
    # Two processes write: the worker, and a test that looks at what it has written.
    options = "?timeout=20&transaction_mode=IMMEDIATE"
    with own_database(folder, sqlite_options=options) as url:
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "DATABASE_URL": url,
            "MKT_BROWSER_MEDIA": str(folder / "media"),
            "FRONT_END_URL": f"http://127.0.0.1:{_process.free_port()}",
        }
        facts = folder / "facts.json"
        prepare = [sys.executable, "-m", "tests.browser.prepare", str(facts)]
        subprocess.run(prepare, cwd=PROJECT, env=environ, check=True)
        with gunicorn(environ, folder, threads=8) as (port, _):
            yield Site(port, partial(_connect, url), environ, json.loads(facts.read_text()))


def _connect(url):
    if url.startswith("sqlite"):
        return sqlite3.connect(urlsplit(url).path, timeout=20)
    import psycopg

    return psycopg.connect(url)
