"""What is counted, and by whom."""

import os
import time

import pytest

from mkt_core.cache import counting
from mkt_core.cache.counting import figures
from mkt_core.cache.serving import Visit
from mkt_core.cache.store import get_store
from mkt_core.signals import response_cache_looked_up


@pytest.fixture(params=["locmem", "redis"])
def site(request, counted):
    if request.param == "redis":
        server = request.getfixturevalue("server")
        counted.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": server.url,
            }
        }
    return counted


def test_hits_misses_and_reasons(site, fetch):
    for _ in range(4):
        fetch("/plain/")
    fetch("/plain/", authorization="Basic eDp5")
    fetch("/plain/?unknown=1")
    fetch("/plain/?unknown=2")

    found = figures()

    assert found.counts == {"hit": 3, "miss": 1, "bypass:authorization": 1, "bypass:query": 2}
    assert found.hit_rate == 0.75
    assert found.bypasses == {"query": 2, "authorization": 1}


def test_no_rate_without_requests(site):
    assert figures().hit_rate is None


def test_figures_of_several_processes_and_hours_are_added_up(site):
    hour = int(time.time() // 3600)
    get_store().add_counts(hour, {"hit": 2})
    get_store().add_counts(hour, {"hit": 3, "miss": 1})
    get_store().add_counts(hour - 23, {"hit": 10})
    get_store().add_counts(hour - 24, {"hit": 100})

    assert figures().counts == {"hit": 15, "miss": 1}
    assert figures(hours=1).counts == {"hit": 5, "miss": 1}


def test_a_purge_of_everything_keeps_them(site):
    get_store().add_counts(int(time.time() // 3600), {"hit": 2})

    get_store().clear()

    assert figures().counts == {"hit": 2}


def test_they_are_handed_over_by_themselves(counted, fetch, monkeypatch):
    monkeypatch.setattr(counting, "FLUSH_SECONDS", 0.05)
    monkeypatch.setattr(counting, "_is_flush_due", False)
    hour = int(time.time() // 3600)

    for _ in range(3):
        fetch("/plain/")
    until = time.monotonic() + 5
    while not (known := get_store().counts([hour, hour + 1])) and time.monotonic() < until:
        time.sleep(0.01)

    assert known == {"miss": 1, "hit": 2}


def test_what_the_server_does_not_take_is_kept(counted, fetch, monkeypatch):
    fetch("/plain/")
    store = get_store()
    monkeypatch.setattr(store, "add_counts", lambda *args: False)
    counting.flush()
    monkeypatch.undo()

    assert figures().counts == {"miss": 1}


def test_a_forked_process_does_not_count_again_what_is_its_parents(counted, fetch, monkeypatch):
    fetch("/plain/")
    monkeypatch.setattr(counting, "_pid", os.getpid() + 1)
    response_cache_looked_up.send(sender=Visit, state="hit", reason="")

    assert figures().counts == {"hit": 1}
