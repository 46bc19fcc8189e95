"""``FailSafeCache`` is a cache like any other, and never raises because of its server."""

import asyncio
import pickle
import threading
import time

import pytest
from django.core.cache import caches
from django.core.cache.backends.base import InvalidCacheKey
from django.core.cache.backends.locmem import LocMemCache

from mkt_core.cache import guard
from mkt_core.cache.safe_options import safe_options
from mkt_core.signals import cache_backend_failed

from .servers import eventually

FAIL_SAFE = "mkt_core.cache.backends.FailSafeCache"
DJANGO = "django.core.cache.backends.redis.RedisCache"
DJANGO_REDIS = "django_redis.cache.RedisCache"
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
BROKEN = f"{__name__}.BrokenCache"


OPERATIONS = frozenset(
    [
        "get",
        "set",
        "add",
        "touch",
        "delete",
        "incr",
        "has_key",
        "clear",
        "get_many",
        "set_many",
        "delete_many",
        "incr_version",
    ]
)


class BrokenCache(LocMemCache):
    """Raises what the server's library would, in every method, while ``error`` is set."""

    error = None
    is_asked = 0

    def __getattribute__(self, name):
        is_operation = name in OPERATIONS
        if is_operation:
            type(self).is_asked += 1
            if type(self).error is not None:
                raise type(self).error
        return super().__getattribute__(name)


@pytest.fixture
def broken(settings, monkeypatch, quick_probes):
    monkeypatch.setattr(BrokenCache, "error", None)
    monkeypatch.setattr(BrokenCache, "is_asked", 0)
    configure(settings, BROKEN, "broken")
    yield BrokenCache
    BrokenCache.error = None
    caches["default"].clear()


def configure(settings, wrapped, location, **options):
    options = {"WRAPPED": wrapped, **options}
    settings.CACHES = {
        "default": {
            "BACKEND": FAIL_SAFE,
            "LOCATION": location,
            "OPTIONS": options,
            "KEY_PREFIX": "site",
        }
    }


@pytest.fixture(params=[DJANGO, DJANGO_REDIS, LOCMEM, BROKEN])
def cache(request, settings, tmp_path):
    is_local = request.param in (LOCMEM, BROKEN)
    location = str(tmp_path) if is_local else request.getfixturevalue("server").url
    configure(settings, request.param, location)
    yield caches["default"]
    caches["default"].clear()


class TestIsACacheLikeAnyOther:
    def test_values(self, cache):
        for value in ("text", 7, 0, None, b"\x00\xff", [1, {"a": (2,)}], False):
            cache.set("key", value, 60)
            assert cache.get("key", "default") == value
        assert cache.get("absent") is None
        assert cache.get("absent", "default") == "default"

    def test_times(self, cache):
        cache.set("gone", 1, 0)
        cache.set("kept", 1, None)
        assert cache.get("gone") is None
        assert cache.get("kept") == 1
        assert cache.touch("kept", 60)
        assert not cache.touch("absent", 60)

    def test_adding_and_deleting(self, cache):
        assert cache.add("key", 1)
        assert not cache.add("key", 2)
        assert cache.get("key") == 1
        assert cache.delete("key") is True
        assert cache.delete("key") is False

    def test_several_keys(self, cache):
        assert cache.set_many({"a": 1, "b": 2}) == []
        assert cache.get_many(iter(["a", "b", "c"])) == {"a": 1, "b": 2}
        cache.delete_many(iter(["a", "c"]))
        assert cache.get_many(["a", "b"]) == {"b": 2}

    def test_counting(self, cache):
        cache.set("n", 5)
        assert cache.incr("n") == 6
        assert cache.incr("n", 4) == 10
        assert cache.decr("n", 3) == 7
        with pytest.raises(ValueError, match="not found"):
            cache.incr("absent")

    def test_versions(self, cache):
        cache.set("key", "one", version=1)
        cache.set("key", "two", version=2)
        assert cache.get("key") == "one"
        assert cache.get("key", version=2) == "two"
        cache.delete("key", version=2)
        assert cache.incr_version("key") == 2
        assert cache.get("key", version=2) == "one"
        assert cache.decr_version("key", version=2) == 1
        assert cache.get("key") == "one"

    def test_presence_and_clearing(self, cache):
        cache.set("key", 1)
        assert "key" in cache
        assert cache.has_key("key")
        cache.clear()
        assert "key" not in cache

    def test_getting_or_setting(self, cache):
        assert cache.get_or_set("key", lambda: 3) == 3
        assert cache.get_or_set("key", 4) == 3

    def test_keys_of_the_wrapped_cache(self, cache):
        assert str(cache.make_key("key")) == "site:1:key"
        cache.set("key", 1)
        assert cache.wrapped.get("key") == 1

    def test_awaited(self, cache):
        async def use():
            await cache.aset("a", 1)
            await cache.aset_many({"b": 2, "n": 1})
            assert await cache.aget("a") == 1
            assert await cache.aget_many(["a", "b"]) == {"a": 1, "b": 2}
            assert await cache.aadd("a", 2) is False
            assert await cache.ahas_key("a")
            assert await cache.aincr("n") == 2
            assert await cache.adecr("n") == 1
            assert await cache.atouch("a", 60)
            assert await cache.aget_or_set("c", 3) == 3
            assert await cache.aincr_version("a") == 2
            assert await cache.adelete("b") is True
            await cache.adelete_many(["c"])
            await cache.aclear()
            assert await cache.aget("n") is None
            await cache.aclose()

        asyncio.run(use())

    def test_mistakes_of_the_caller_are_told(self, cache):
        with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
            cache.set("key", threading.Lock())
        cache.set("text", "seven")
        with pytest.raises(Exception, match=r"str|integer"):
            cache.incr("text")
        assert cache.get("text") == "seven"


def empty_answers(cache):
    """Whether the cache behaves like one that is empty and keeps nothing."""
    cache.set("key", 1)
    assert cache.get("key", "default") == "default"
    assert cache.get_many(["key"]) == {}
    assert cache.set_many({"key": 1, "other": 2}) == ["key", "other"]
    assert cache.add("key", 1) is False
    assert cache.touch("key") is False
    assert cache.delete("key") is False
    assert cache.delete_many(["key"]) is None
    assert cache.has_key("key") is False
    assert "key" not in cache
    assert cache.incr("key") == 1
    assert cache.decr("key") == -1
    assert cache.incr_version("key") == 2
    assert cache.get_or_set("key", lambda: 3) == 3
    assert cache.clear() is None
    cache.close()


async def async_answers(cache):
    await cache.aset("key", 1)
    assert await cache.aget("key", "default") == "default"
    assert await cache.aget_many(["key"]) == {}
    assert await cache.aadd("key", 1) is False
    assert await cache.aset_many({"key": 1}) == ["key"]
    assert await cache.ahas_key("key") is False
    assert await cache.aincr("key") == 1
    assert await cache.adecr("key") == -1
    assert await cache.aincr_version("key") == 2
    assert await cache.aget_or_set("key", 3) == 3
    await cache.adelete_many(["key"])
    await cache.aclear()
    await cache.aclose()


@pytest.mark.parametrize("backend", [DJANGO, DJANGO_REDIS])
class TestWithoutItsServer:
    @pytest.fixture(autouse=True)
    def _configured(self, backend, settings, victim, quick_probes):
        configure(settings, backend, victim.url)

    def test_killed_and_back(self, victim):
        cache = caches["default"]
        cache.set("kept", 1)
        victim.kill()
        empty_answers(cache)
        asyncio.run(async_answers(cache))

        victim.start()
        assert eventually(lambda: cache.set("key", 2) or cache.get("key") == 2)

    def test_never_there(self, victim):
        victim.kill()
        empty_answers(caches["default"])

    def test_frozen(self, victim):
        cache = caches["default"]
        cache.set("kept", 1)
        victim.freeze()

        started = time.monotonic()
        assert cache.get("kept") is None
        assert time.monotonic() - started < 0.45
        started = time.monotonic()
        for _ in range(200):
            assert cache.get("kept") is None
        assert time.monotonic() - started < 1

        victim.thaw()
        assert eventually(lambda: cache.get("kept") == 1)

    def test_what_was_to_change_meanwhile_is_gone_afterwards(self, victim):
        cache = caches["default"]
        cache.set_many({"set": 1, "deleted": 1, "many": 1, "counted": 1, "kept": 1})
        cache.set("version", 1, version=5)
        victim.freeze()
        cache.set("set", 2)
        cache.delete("deleted")
        cache.delete_many(["many"])
        cache.incr("counted")
        cache.delete("version", version=5)

        victim.thaw()
        assert eventually(lambda: cache.get("kept") == 1)
        assert cache.get_many(["set", "deleted", "many", "counted"]) == {}
        assert cache.get("version", version=5) is None

    def test_a_lost_clear_is_made_up_for(self, victim):
        cache = caches["default"]
        cache.set("key", 1)
        victim.freeze()
        cache.clear()

        victim.thaw()
        assert eventually(lambda: cache.add("new", 1) and cache.get("new") == 1)
        assert cache.get("key") is None


class TestWithErrorsOfAnyKind:
    @pytest.mark.parametrize(
        "error", [ConnectionError("gone"), RuntimeError("odd"), OSError(24, "files")]
    )
    def test_nothing_is_raised(self, broken, error):
        broken.error = error
        empty_answers(caches["default"])

    def test_after_three_the_server_is_left_alone(self, broken, settings):
        settings.MKT_CORE = {"CACHE_PROBE_SECONDS": 60}
        broken.error = ConnectionError("gone")
        for _ in range(10):
            caches["default"].get("key")
        assert broken.is_asked == 3

    def test_one_error_is_forgiven(self, broken):
        cache = caches["default"]
        cache.set("key", 1)
        for _ in range(10):
            broken.error = ConnectionError("gone")
            cache.get("key")
            broken.error = None
            assert cache.get("key") == 1

    def test_a_lost_key_is_deleted_before_anything_is_read(self, broken):
        cache = caches["default"]
        cache.set_many({"key": "old", "other": "kept"})
        broken.error = ConnectionError("gone")
        cache.set("key", "new")
        broken.error = None
        assert cache.get("key") is None
        assert cache.get("other") == "kept"

    def test_too_many_lost_keys_clear_the_cache(self, broken, monkeypatch):
        monkeypatch.setattr(guard, "MAX_LOST_KEYS", 10)
        cache = caches["default"]
        cache.set("other", "old")
        broken.error = ConnectionError("gone")
        cache.delete_many([str(number) for number in range(11)])
        broken.error = None
        assert cache.get("other") is None

    def test_a_bad_key_is_told(self, broken):
        broken.error = InvalidCacheKey("bad")
        for call in (caches["default"].get, caches["default"].delete):
            with pytest.raises(InvalidCacheKey):
                call("key")

    def test_a_value_of_code_that_is_gone_is_absent_and_the_server_is_well(self, broken):
        cache = caches["default"]
        cache.set("key", 1)
        broken.error = AttributeError("Can't get attribute 'Gone'")
        for _ in range(5):
            assert cache.get("key", "default") == "default"
        broken.error = None
        assert cache.get("key") == 1

    def test_what_is_known_of_the_server_is_shared_by_threads(self, broken, settings):
        settings.MKT_CORE = {"CACHE_PROBE_SECONDS": 60}
        broken.error = ConnectionError("gone")
        threads = [threading.Thread(target=lambda: caches["default"].get("key")) for _ in range(10)]
        for thread in threads:
            thread.start()
            thread.join()
        assert broken.is_asked == 3

    def test_is_told_by_a_signal(self, broken):
        found = []

        def note(operation, error, **kwargs):
            found.append((operation, error))

        cache_backend_failed.connect(note)
        try:
            broken.error = ConnectionError("gone")
            for _ in range(4):
                caches["default"].get("key")
        finally:
            cache_backend_failed.disconnect(note)
        assert found == [("get", broken.error)] * 3 + [("get", None)]


def test_what_the_wrapped_cache_offers_beside_is_reachable(settings, server):
    configure(settings, DJANGO_REDIS, server.url)
    cache = caches["default"]
    cache.set("page:1", 1)
    assert cache.ttl("page:1") > 0
    assert cache.delete_pattern("page:*") == 1

    configure(settings, DJANGO, server.url)
    assert not hasattr(caches["default"], "delete_pattern")


def test_timeouts_of_its_own_and_errors_of_the_wrapped_cache(settings, server):
    configure(settings, DJANGO_REDIS, server.url, SOCKET_TIMEOUT=2, IGNORE_EXCEPTIONS=True)
    assert caches["default"].wrapped.get("absent") is None
    assert safe_options(DJANGO_REDIS, {"SOCKET_TIMEOUT": 2, "IGNORE_EXCEPTIONS": True}) == {
        "SOCKET_TIMEOUT": 2,
        "SOCKET_CONNECT_TIMEOUT": 0.25,
        "IGNORE_EXCEPTIONS": False,
    }
