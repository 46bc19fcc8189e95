"""The example site as processes of its own, with a database of its own: what tests of browsers and faults look at."""

from __future__ import annotations

import contextlib
import http.client
import os
import shutil
import signal
import sys
import uuid
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import _process
import _sqlite_template
import _template
import pytest

PROJECT = Path(__file__).resolve().parents[1]


def missing(reason):
    """What a test needs is not on this machine."""
    if os.environ.get("MKT_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@contextlib.contextmanager
def own_database(folder, *, sqlite_options=""):
    """The URL of a database with Wagtail's tables: on the PostgreSQL of the run, else an SQLite file in ``folder``."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        if migrated := os.environ.get(_sqlite_template.VARIABLE):
            shutil.copy(migrated, folder / "site.sqlite3")
        yield f"sqlite:///{folder}/site.sqlite3{sqlite_options}"
        return
    name = f"mkt_site_{uuid.uuid4().hex[:12]}"
    template = os.environ.get("MKT_TEST_TEMPLATE", "template1")
    with _template.maintenance(_template.parse(url)) as cursor:
        cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            cursor.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@contextlib.contextmanager
def gunicorn(environ, folder, *, threads=4, **more):
    """A gunicorn with one worker, which has answered; gives its port and the process.

    ``more`` are options of gunicorn, with underscores.
    """
    port = _process.free_port()
    own = folder / f"gunicorn-{port}"
    own.mkdir()
    options = {
        "chdir": PROJECT,
        "bind": f"127.0.0.1:{port}",
        "workers": 1,
        "worker-class": "gthread",
        "threads": threads,
        "timeout": 120,
        "graceful-timeout": 1,
        **{name.replace("_", "-"): value for name, value in more.items()},
    }
    command = [sys.executable, "-m", "gunicorn", "--no-control-socket", "example.wsgi:application"]
    for name, value in options.items():
        command += [f"--{name}", str(value)]
    with _process.server(
        command,
        cwd=own,
        env=environ,
        ready=lambda: _is_live(port),
        stop_signal=signal.SIGTERM,
        start_seconds=300,
        # The code may lie where nobody else can read.
        as_ourselves=True,
    ) as process:
        yield port, process


def _is_live(port):
    # gunicorn itself listens long before a worker answers.
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    try:
        connection.request("GET", "/health/live")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
