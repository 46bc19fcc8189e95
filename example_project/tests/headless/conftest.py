"""The running site, and programs of Node that read it. One site serves the whole run."""

import json
import os
import shutil
import subprocess
import sys

import _process
import pytest

from tests.served import PROJECT, gunicorn, missing, own_database

ROOT = PROJECT.parent
CLIENT = ROOT / "clients" / "typescript"
SETTINGS = "tests.headless.settings"
INSTALL = ("install", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline")


class Site:
    """Where the site answers, what it holds, and where its front end is to answer."""

    def __init__(self, address, front_end, facts):
        self.address = address
        self.front_end = front_end
        self.facts = facts

    def environ(self, **more):
        """For a program that reads the API."""
        variables = {"MKT_API_URL": f"{self.address}/api/v1/", "MKT_FACTS": json.dumps(self.facts)}
        return {**os.environ, **variables, **more}


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    front_end = f"http://127.0.0.1:{_process.free_port()}"
    # Two write: the site, and its thread that sends webhooks.
    options = "?timeout=20&transaction_mode=IMMEDIATE"
    with own_database(folder, sqlite_options=options) as url:
        environ = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": SETTINGS,
            "DATABASE_URL": url,
            "FRONT_END_URL": front_end,
            "MKT_HEADLESS_MEDIA": str(folder / "media"),
        }
        facts = folder / "facts.json"
        prepare = [sys.executable, "-m", "tests.headless.prepare", str(facts)]
        subprocess.run(prepare, cwd=PROJECT, env=environ, check=True)
        with gunicorn(environ, folder, threads=8) as (port, _):
            yield Site(f"http://127.0.0.1:{port}", front_end, json.loads(facts.read_text()))


@pytest.fixture(scope="session")
def npm():
    """``npm("run", "build", cwd=folder)``: its output; it fails with what npm says."""
    program = shutil.which("npm")
    if program is None:
        missing("no npm: install node 20 or newer, with npm")

    def run(*arguments, cwd, env=None):
        done = subprocess.run(
            [program, *arguments], cwd=cwd, env=env, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"npm {' '.join(arguments)}\n{done.stdout}\n{done.stderr}"
        return done.stdout

    return run


@pytest.fixture(scope="session")
def client(npm):
    """The folder of the client, with what it is built with, and built."""
    npm(*INSTALL, cwd=CLIENT)
    npm("run", "build", cwd=CLIENT)
    return CLIENT
