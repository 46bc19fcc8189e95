"""The server is slow, frozen, gone, back: nobody notices but by waiting once."""

import logging
import os
import subprocess
import sys
import textwrap
import time

import pytest
from django.core.cache import cache

from mkt_core.cache.store import get_store
from mkt_core.cache.store.location import DJANGO_REDIS, FAIL_SAFE, THIRD_PARTY_REDIS
from mkt_core.signals import response_cache_failed

from .servers import eventually

TAGS = {"page:7"}


@pytest.fixture
def store(victim, redis_settings, quick_probes):
    redis_settings(victim.url)
    return get_store()


@pytest.fixture
def failures():
    found = []

    def note(sender, operation, error, **kwargs):
        found.append((sender.__name__, operation, error))

    response_cache_failed.connect(note)
    yield found
    response_cache_failed.disconnect(note)


def put(store, key, entry, tags=TAGS):
    return store.put(key, {"identity": entry}, tags, store.look_up(key).moment)


def seconds(action):
    started = time.monotonic()
    action()
    return time.monotonic() - started


def use_all(store, entry):
    lookup = store.look_up("/")
    store.put("/", {"identity": entry}, TAGS, lookup.moment or "a:1")
    assert store.lease("/", 1)
    store.release("/", "token")
    store.status()
    return lookup


def test_a_killed_server_raises_nothing_and_its_return_is_noticed(
    store, victim, make_entry, failures
):
    put(store, "/", make_entry())
    victim.kill()

    for _ in range(5):
        assert use_all(store, make_entry()).reason == "unavailable"
    assert not store.status().available
    assert failures[0][:2] == ("RedisStore", "look_up")
    assert len(failures) == 3

    victim.start()
    assert eventually(lambda: put(store, "/", make_entry()))
    assert store.look_up("/").state == "fresh"


def test_a_restart_between_two_requests_is_not_noticed(store, victim, make_entry, failures):
    put(store, "/", make_entry())
    victim.kill()
    victim.start()

    assert put(store, "/", make_entry())
    assert not failures


def test_a_frozen_server_costs_one_timeout_and_then_nothing(victim, redis_settings, make_entry):
    redis_settings(victim.url)
    store = get_store()
    put(store, "/", make_entry())
    victim.freeze()

    assert seconds(lambda: store.look_up("/")) < 0.4
    per_request = seconds(lambda: [use_all(store, make_entry()) for _ in range(50)]) / 50
    assert per_request < 0.02


@pytest.mark.parametrize("has_been_used", [True, False])
@pytest.mark.parametrize("wrapped", [DJANGO_REDIS, THIRD_PARTY_REDIS])
def test_the_cache_and_the_store_on_a_frozen_server_wait_for_it_once(
    victim, redis_settings, make_entry, wrapped, has_been_used
):
    redis_settings(victim.url, FAIL_SAFE, WRAPPED=wrapped)
    store = get_store()
    put(store, "/", make_entry())
    if has_been_used:
        cache.set("key", "value")
    victim.freeze()

    assert seconds(lambda: store.look_up("/")) > 0.2
    assert seconds(lambda: cache.get("key")) < 0.1

    victim.thaw()


def test_a_server_frozen_before_the_first_connection(store, victim, make_entry):
    victim.freeze()
    assert seconds(lambda: use_all(store, make_entry())) < 0.8

    victim.thaw()
    assert eventually(lambda: put(store, "/", make_entry()))


def test_probes_of_a_frozen_server_delay_nobody(store, victim, make_entry):
    put(store, "/", make_entry())
    victim.freeze()
    store.look_up("/")

    slowest = 0.0
    until = time.monotonic() + 1
    while time.monotonic() < until:
        slowest = max(slowest, seconds(lambda: store.look_up("/")))
        time.sleep(0.005)

    assert slowest < 0.1


def test_a_slow_network_is_as_good_as_none(proxy, redis_settings, quick_probes, make_entry):
    redis_settings(f"redis://127.0.0.1:{proxy.port}/0")
    store = get_store()
    put(store, "/", make_entry())
    proxy.delay_seconds = 2

    assert seconds(lambda: store.look_up("/")) < 0.4
    assert seconds(lambda: store.look_up("/")) < 0.1

    proxy.delay_seconds = 0
    assert eventually(lambda: store.look_up("/").state == "fresh")


@pytest.mark.parametrize("answer_limit", [1, 40, 500])
def test_a_reset_in_the_middle_of_an_answer(
    proxy, redis_settings, quick_probes, make_entry, answer_limit
):
    redis_settings(f"redis://127.0.0.1:{proxy.port}/0")
    store = get_store()
    body = os.urandom(20000)
    put(store, "/", make_entry(body))
    proxy.answer_limit = answer_limit

    for _ in range(4):
        assert store.look_up("/").reason == "unavailable"

    proxy.answer_limit = None
    assert eventually(lambda: store.look_up("/").state == "fresh")
    assert store.look_up("/").entry.body == body


def test_a_change_that_the_server_did_not_hear_of_empties_it(
    proxy, redis_settings, quick_probes, make_entry
):
    redis_settings(f"redis://127.0.0.1:{proxy.port}/0")
    store = get_store()
    put(store, "/", make_entry())
    put(store, "/other", make_entry(), {"page:8"})
    proxy.answer_limit = 0

    assert not store.bump({"page:7"})
    assert store.status().lost_bumps == 1

    proxy.answer_limit = None
    assert eventually(lambda: store.look_up("/").reason == "changed")
    assert store.look_up("/other").reason == "changed"
    assert put(store, "/", make_entry())
    assert store.look_up("/").state == "fresh"


def test_nothing_is_believed_before_the_server_has_heard(
    proxy, redis_settings, make_entry, monkeypatch
):
    redis_settings(f"redis://127.0.0.1:{proxy.port}/0")
    store = get_store()
    put(store, "/", make_entry())
    # As if the server came back at this very moment.
    monkeypatch.setattr(store._breaker, "open", lambda: None)
    proxy.answer_limit = 0
    store.bump({"page:7"})
    proxy.answer_limit = None

    assert store.look_up("/").reason == "changed"


def test_other_processes_see_it_too_although_nobody_asks_the_one_that_failed(
    proxy, server, settings, quick_probes, make_entry
):
    backend = "django.core.cache.backends.redis.RedisCache"
    settings.CACHES = {
        "default": {"BACKEND": backend, "LOCATION": f"redis://127.0.0.1:{proxy.port}/0"},
        "elsewhere": {"BACKEND": backend, "LOCATION": server.url},
    }
    store, elsewhere = get_store(), get_store("elsewhere")
    put(elsewhere, "/", make_entry())
    proxy.answer_limit = 0
    store.bump({"page:7"})

    proxy.answer_limit = None

    assert eventually(lambda: elsewhere.look_up("/").reason == "changed")


def test_a_process_that_ends_tells_at_the_last_moment(victim, redis_settings, make_entry, tmp_path):
    redis_settings(victim.url)
    store = get_store()
    put(store, "/", make_entry())
    script = textwrap.dedent(
        f"""
        import os, signal, sys
        from django.conf import settings
        backend = "django.core.cache.backends.redis.RedisCache"
        settings.configure(CACHES={{"default": {{"BACKEND": backend, "LOCATION": {victim.url!r}}}}})
        from mkt_core.cache.store import get_store
        store = get_store()
        os.kill({victim.process.pid}, signal.SIGSTOP)
        told = store.bump(["page:7"])
        os.kill({victim.process.pid}, signal.SIGCONT)
        sys.exit(0 if not told else 1)
        """
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 0
    assert store.look_up("/").reason == "changed"


def test_lost_changes_are_logged(store, victim, make_entry, caplog):
    victim.kill()
    with caplog.at_level(logging.ERROR):
        store.bump({"page:7"})
    assert "could not be told of a change (1 so far)" in caplog.text


def test_a_server_without_memory_left_is_a_miss(store, victim, make_entry):
    put(store, "/", make_entry())
    victim.command("CONFIG", "SET", "maxmemory", "1")
    victim.command("CONFIG", "SET", "maxmemory-policy", "noeviction")

    assert use_all(store, make_entry()).state in ("miss", "fresh")
    assert not store.bump({"page:7"})

    victim.command("CONFIG", "SET", "maxmemory", "0")
    assert eventually(lambda: store.look_up("/").reason == "changed")


def test_a_forked_process_opens_its_own_connections(server, redis_settings, make_entry):
    redis_settings(server.url)
    store = get_store()
    put(store, "/", make_entry())
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, store.look_up("/").state.encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 10) == b"fresh"
    for end in (reading, writing):
        os.close(end)
    assert store.look_up("/").state == "fresh"
