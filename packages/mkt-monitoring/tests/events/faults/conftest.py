import json
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from .servers import Database, Network, Redis

FOLDER = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def database():
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        pytest.skip("DATABASE_URL names no PostgreSQL")
    database = Database(url)
    try:
        run(Processes.environment(database.url), "migrate", "--verbosity", "0")
        yield database
    finally:
        database.drop()


@pytest.fixture
def redis(tmp_path):
    server = Redis(tmp_path)
    yield server
    server.kill()


@pytest.fixture
def network(database):
    """Between the processes and PostgreSQL."""
    network = Network(urlsplit(database.url).port)
    yield network
    network.cut()


@pytest.fixture
def processes(database):
    database.empty()
    processes = Processes(database.url)
    yield processes
    processes.kill()


def run(environment, *arguments):
    subprocess.run(command(*arguments), env=environment, cwd=FOLDER, check=True)


def command(*arguments):
    return [sys.executable, "-W", "ignore", "-m", "tests.events.faults.site", *arguments]


class Processes:
    """Of the site in ``site``; each is killed in the end, if it still runs."""

    def __init__(self, url):
        self.url = url
        self.events = {}
        self._started = []

    @staticmethod
    def environment(url, **events):
        kept = {
            name: value
            for name, value in os.environ.items()
            if "DJANGO" not in name and name != "PROMETHEUS_MULTIPROC_DIR"
        }
        return kept | {"MKT_FAULT_DATABASE": url, "MKT_FAULT_EVENTS": json.dumps(events)}

    def start(self, *arguments, **variables):
        process = subprocess.Popen(
            command(*map(str, arguments)) if arguments[0] != "-m" else [sys.executable, *arguments],
            env=self.environment(self.url, **self.events) | variables,
            cwd=FOLDER,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._started.append(process)
        return process

    def produce(self, count, seconds):
        """A process that tells events; returns when it begins."""
        process = self.start("produce", count, seconds)
        assert process.stdout.readline() == "ready\n"
        return process

    @staticmethod
    def account(process):
        """What has become of its events: received, stored, dropped."""
        output, _ = process.communicate(timeout=120)
        assert process.returncode == 0
        return list(json.loads(output.splitlines()[-1]).values())

    def kill(self):
        for process in self._started:
            if process.poll() is None:
                process.kill()
            process.wait()
            process.stdout.close()
