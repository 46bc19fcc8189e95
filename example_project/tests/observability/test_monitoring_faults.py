"""Database, cache or disk gone under gunicorn with two workers: requests are served, and the counters tell of it."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import _cluster
import _process
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.faults.served import OwnRedis, SmallDisk
from tests.served import PROJECT, gunicorn, missing
from tests.waiting import wait_until

pytestmark = pytest.mark.fault

WORKERS = 2
REQUESTS = "http_server_request_duration_seconds_count"
DROPPED = "mkt_monitoring_observations_dropped_total"
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Site:
    """gunicorn with the example project's own configuration."""

    def __init__(self, port, process):
        self.port, self.process = port, process

    def get(self, path):
        try:
            with OPENER.open(f"http://127.0.0.1:{self.port}{path}", timeout=60) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode()

    def statuses(self, path, number):
        return {self.get(path)[0] for _ in range(number)}

    def metrics(self):
        status, text = self.get("/metrics")
        assert status == 200
        return Metrics(
            sample for family in text_string_to_metric_families(text) for sample in family.samples
        )

    @property
    def workers(self):
        path = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        return set(map(int, path.read_text().split()))

    def replace_workers(self, meanwhile):
        """Kill all of them; gunicorn starts others, which load the application after ``meanwhile()``."""
        before = self.workers
        for pid in before:
            os.kill(pid, signal.SIGKILL)
        wait_until(lambda: not before & self.workers)
        meanwhile()
        wait_until(lambda: len(self.workers - before) == WORKERS, seconds=60)
        wait_until(lambda: self.statuses("/health/live", 4) == {200}, seconds=60)


class Metrics(list):
    def total(self, name, **labels):
        return sum(
            sample.value
            for sample in self
            if sample.name == name and labels.items() <= sample.labels.items()
        )


def environment(database, redis, directory):
    ours = {name: one for name, one in os.environ.items() if not name.startswith("DATABASE")}
    return ours | {
        "DJANGO_SETTINGS_MODULE": "tests.observability.fault_settings",
        "DATABASE_URL": database.url,
        "REDIS_URL": redis.url,
        "PROMETHEUS_MULTIPROC_DIR": str(directory),
    }


def served(environ, folder):
    config = PROJECT / "deploy" / "logs" / "gunicorn.conf.py"
    return gunicorn(environ, folder, config=config, workers=WORKERS)


@pytest.fixture(scope="module")
def database():
    try:
        with _cluster.primary() as server:
            yield server
    except _process.ServiceError as error:
        missing(str(error))


@pytest.fixture(scope="module")
def redis(tmp_path_factory):
    server = OwnRedis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def disk(tmp_path_factory):
    try:
        small = SmallDisk(tmp_path_factory.mktemp("disk") / "metrics", 4)
    except OSError as error:
        missing(str(error))
    yield small
    small.unmount()


@pytest.fixture(scope="module")
def site(database, redis, disk, tmp_path_factory):
    folder = tmp_path_factory.mktemp("site")
    environ = environment(database, redis, disk.folder / "of-workers")
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    without = {name: one for name, one in environ.items() if "MULTIPROC" not in name}
    subprocess.run(migrate, cwd=PROJECT, env=without, check=True)
    with served(environ, folder) as (port, process):
        yield Site(port, process)


def test_redis_is_gone(site, redis):
    assert site.statuses("/", 4) == {200}
    before = site.metrics()

    redis.kill()
    try:
        statuses = site.statuses("/", 10)
        after = site.metrics()
    finally:
        redis.start()

    assert statuses == {200}
    gained = after.total("mkt_core_cache_failures_total") - before.total(
        "mkt_core_cache_failures_total"
    )
    assert gained > 0
    served_pages = {"http_route": "wagtail_serve", "http_response_status_class": "2xx"}
    assert after.total(REQUESTS, **served_pages) - before.total(REQUESTS, **served_pages) == 10


def test_postgresql_is_gone(site, database):
    before = site.metrics()

    database.stop()
    try:
        # What needs no database is served, and so are the metrics.
        assert site.statuses("/health/live", 4) == {200}
        failed = site.statuses("/api/v1/posts/", 6)
        started = time.monotonic()
        after = site.metrics()
        scrape_seconds = time.monotonic() - started
    finally:
        database.start()

    assert all(status >= 500 for status in failed)
    errors = {"http_response_status_class": "5xx"}
    assert after.total(REQUESTS, **errors) - before.total(REQUESTS, **errors) == 6
    gained = sum(
        after.total(name) - before.total(name)
        for name in ("db_connection_errors_total", "db_query_errors_total")
    )
    assert gained >= 6
    assert scrape_seconds < 20
    wait_until(lambda: site.statuses("/api/v1/posts/", 4) == {200}, seconds=40)


def test_the_disk_is_full(site, disk):
    assert site.statuses("/", 4) == {200}
    before = site.metrics()

    with disk.full():
        # They have no space for their files, and the dead ones' cannot be folded together.
        site.replace_workers(meanwhile=lambda: fill_again(disk))
        statuses = site.statuses("/", 20)
        during = site.metrics()

    assert statuses == {200}
    assert during.total(DROPPED, reason="storage") > 0
    assert during.total(REQUESTS) >= before.total(REQUESTS)

    # There is space again, and nothing that was counted before is lost.
    def counts_again():
        first = site.metrics().total(REQUESTS, http_route="wagtail_serve")
        site.statuses("/", 6)
        second = site.metrics().total(REQUESTS, http_route="wagtail_serve")
        return second - first == 6

    wait_until(counts_again, seconds=40)
    assert site.metrics().total(REQUESTS) >= before.total(REQUESTS)


def test_a_read_only_directory(database, redis, tmp_path):
    try:
        disk = SmallDisk(tmp_path / "metrics", 1)
    except OSError as error:
        missing(str(error))
    try:
        _make_read_only(disk, tmp_path / "metrics")
        with pytest.raises(OSError, match="Read-only"):
            (disk.folder / "x").touch()
        with served(environment(database, redis, disk.folder), tmp_path) as (port, process):
            site = Site(port, process)
            assert site.statuses("/", 10) == {200}
            found = site.metrics()
            log = _log_of(tmp_path)
    finally:
        disk.unmount()

    assert found.total(DROPPED, reason="storage") > 0
    assert "The directory of the metrics cannot be used" in log


def fill_again(disk):
    """Gauges of the dead are removed, which leaves some space."""
    wait_until(lambda: not list(disk.folder.rglob("gauge_live*")))
    with (disk.folder / "filler").open("ab", buffering=0) as filler:
        for size in (4096, 1):
            with contextlib.suppress(OSError):
                while filler.write(b"\0" * size):
                    pass


def _make_read_only(disk, mount_point):
    command = ["nsenter", "--target", str(disk.process.pid), "--mount"]
    as_root = [] if os.geteuid() == 0 else ["--user", "--preserve-credentials"]
    remount = ["mount", "-o", "remount,ro", str(mount_point)]
    subprocess.run([*command, *as_root, *remount], check=True)


def _log_of(folder):
    return "".join(
        path.read_text(errors="replace")
        for path in folder.rglob("*")
        if path.is_file() and re.search(r"log|err|out", path.name)
    )
