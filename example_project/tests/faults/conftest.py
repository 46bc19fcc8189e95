"""One site for all tests here that need a real one: it must have recovered when a test ends."""

import contextlib
import os
import shutil
import uuid
from urllib.parse import urlsplit, urlunsplit

import pytest

from . import served


def _missing(reason):
    if os.environ.get("MKT_REQUIRE_SERVICES") == "1":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def small_disks(tmp_path_factory):
    """``{"media": …, "logs": …}``: file systems that are full soon."""
    folder = tmp_path_factory.mktemp("disks")
    disks = {}
    try:
        try:
            disks["media"] = served.SmallDisk(folder / "media", 4)
            disks["logs"] = served.SmallDisk(folder / "logs", 32)
        except OSError as error:
            _missing(str(error))
        yield disks
    finally:
        for disk in disks.values():
            disk.unmount()


@pytest.fixture(scope="session")
def own_redis(tmp_path_factory):
    server = served.OwnRedis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@contextlib.contextmanager
def own_database(folder):
    """The URL of a database of the site's own: on the PostgreSQL of the run, else a file of SQLite."""
    url = os.environ.get("DATABASE_URL", "")
    if not url.startswith("postgres"):
        if migrated := os.environ.get("MKT_TEST_SQLITE_TEMPLATE"):
            shutil.copy(migrated, folder / "site.sqlite3")
        yield f"sqlite:///{folder}/site.sqlite3"
        return
    import psycopg

    name = f"mkt_fault_{uuid.uuid4().hex[:12]}"
    template = os.environ.get("MKT_TEST_TEMPLATE", "template1")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        try:
            yield urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
        finally:
            connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="session")
def running_site(small_disks, own_redis, tmp_path_factory):
    """The example site in production, with its media and logs on small disks."""
    folder = tmp_path_factory.mktemp("site")
    with own_database(folder) as database_url:
        site = served.Site(
            served.environment(
                folder,
                database_url=database_url,
                redis_url=own_redis.url,
                media=small_disks["media"].folder,
                log_file=small_disks["logs"].folder / "site.log",
            ),
            folder,
        )
        site.disks, site.redis = small_disks, own_redis
        yield site
        site.stop()


@pytest.fixture
def site(running_site):
    """The same, without connections that other tests left open."""
    yield running_site
    running_site.close_browsers()
