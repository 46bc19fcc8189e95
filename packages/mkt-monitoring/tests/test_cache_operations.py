import asyncio

import pytest
from django.core.cache import cache, caches
from django.core.cache.backends.locmem import LocMemCache


class FailingCache(LocMemCache):
    def get(self, key, default=None, version=None):
        raise ConnectionError("gone")


@pytest.fixture(autouse=True)
def empty_caches(settings):
    settings.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "other": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "other"},
        "failing": {"BACKEND": f"{__name__}.FailingCache", "LOCATION": "failing"},
    }
    yield
    cache.clear()


def results(metrics, **labels):
    return {
        tuple(dict(series)[name] for name in ("operation", "result")): gain
        for series, gain in metrics.all("cache_operations_total").items()
        if labels.items() <= dict(series).items()
    }


def test_hits_and_misses(metrics):
    cache.set("a", None)
    assert cache.get("a", "default") is None
    assert cache.get("b") is None
    assert cache.get("b", "default") == "default"
    assert cache.get("b", default="default") == "default"
    assert cache.get_many(iter(["a", "b", "c"])) == {"a": None}
    assert "a" in cache
    assert not cache.has_key("b")

    assert results(metrics, alias="default") == {
        ("set", "ok"): 1,
        # A cached None was found.
        ("get", "hit"): 1,
        ("get", "miss"): 3,
        ("get_many", "hit"): 1,
        ("get_many", "miss"): 2,
        ("has_key", "hit"): 1,
        ("has_key", "miss"): 1,
    }
    assert metrics.total("cache_operation_duration_seconds_count", operation="get") == 4
    assert metrics.total("cache_operation_duration_seconds_sum", operation="get") > 0


def test_what_an_operation_is_made_of_is_not_counted(metrics):
    assert cache.get_or_set("a", lambda: 5) == 5
    cache.set_many({"b": 1, "c": 2})
    assert cache.incr("b") == 2
    with pytest.raises(ValueError):
        cache.decr("nothing")
    cache.delete_many(["b", "c"])
    assert cache.add("d", 1)
    assert cache.touch("d")
    assert cache.delete("d")

    assert results(metrics) == {
        ("get_or_set", "ok"): 1,
        ("set_many", "ok"): 1,
        ("incr", "ok"): 1,
        ("decr", "miss"): 1,
        ("delete_many", "ok"): 1,
        ("add", "ok"): 1,
        ("touch", "ok"): 1,
        ("delete", "ok"): 1,
    }


def test_each_alias_for_itself(metrics):
    caches["other"].set("a", 1)

    assert results(metrics, alias="other") == {("set", "ok"): 1}
    assert cache.get("a") is None
    assert caches["other"].get("a") == 1


def test_errors_come_through_and_are_counted(metrics):
    with pytest.raises(ConnectionError):
        caches["failing"].get("a")

    assert results(metrics, alias="failing") == {("get", "error"): 1}


def test_asynchronous_operations(metrics):
    async def use():
        await cache.aset("a", 1)
        assert await cache.aget("a") == 1
        assert await cache.aget("b", "default") == "default"
        assert await cache.aget_many(["a", "b"]) == {"a": 1}
        assert await cache.aincr("a") == 2

    asyncio.run(use())

    assert results(metrics) == {
        ("set", "ok"): 1,
        ("get", "hit"): 1,
        ("get", "miss"): 1,
        ("get_many", "hit"): 1,
        ("get_many", "miss"): 1,
        ("incr", "ok"): 1,
    }


def test_the_cache_is_still_what_it_was():
    backend = caches["default"]

    assert isinstance(backend, LocMemCache)
    assert type(backend).__name__ == "LocMemCache"
    assert caches["default"] is backend
    backend.default_timeout = 5
    assert caches["default"].default_timeout == 5
