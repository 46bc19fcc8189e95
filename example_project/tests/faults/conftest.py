"""One site for all tests here that need a real one: it must have recovered when a test ends."""

import pytest

from tests.served import missing, own_database

from . import served


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
            missing(str(error))
        yield disks
    finally:
        for disk in disks.values():
            disk.unmount()


@pytest.fixture(scope="session")
def own_redis(tmp_path_factory):
    server = served.OwnRedis(tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture(scope="session")
def running_site(small_disks, own_redis, tmp_path_factory):
    """The example site in production, with its media and logs on small disks."""
    folder = tmp_path_factory.mktemp("site")
    with own_database(folder) as database_url:
        environ = served.environment(
            folder,
            database_url=database_url,
            redis_url=own_redis.url,
            media=small_disks["media"].folder,
            log_file=small_disks["logs"].folder / "site.log",
        )
        with served.running(environ, folder) as site:
            site.disks, site.redis = small_disks, own_redis
            yield site


@pytest.fixture
def site(running_site):
    """The same, without connections that other tests left open."""
    yield running_site
    running_site.close_browsers()
