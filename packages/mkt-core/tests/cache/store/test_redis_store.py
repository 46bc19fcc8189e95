"""Why nothing out of date is found in Redis, point by point."""

import subprocess
import sys
from pathlib import Path

import pytest

from mkt_core.cache.store import get_store
from mkt_core.cache.store.redis import RedisStore

TAGS = {"page:7", "page:8"}


@pytest.fixture
def store(server, redis_settings):
    redis_settings(server.url)
    return get_store()


@pytest.fixture
def raw(server):
    redis = pytest.importorskip("redis")
    client = redis.Redis(port=server.port)
    yield client
    client.close()


def put(store, key, entry, tags=TAGS):
    return store.put(key, {"identity": entry}, tags, store.look_up(key).moment)


def test_every_step_is_one_command(store, server, make_entry):
    put(store, "/", make_entry())
    store.bump({"other"})
    store.release("/", store.lease("/", 1))

    steps = {
        "hit": lambda: store.look_up("/", ("br", "gzip", "identity")),
        "first hit after a bump": lambda: store.look_up("/"),
        "miss": lambda: store.look_up("/nothing"),
        "bump": lambda: store.bump({f"page:{number}" for number in range(300)}),
        "put": lambda: store.put("/", {"identity": make_entry()}, TAGS, moment),
    }
    for name, step in steps.items():
        moment = store.look_up("/").moment
        server.command("CONFIG", "RESETSTAT")
        step()
        calls = server.calls()
        assert calls["evalsha"] == 1, name
        from_clients = calls.keys() - {"config|resetstat", "info"}
        in_scripts = {
            "hmget",
            "hget",
            "hset",
            "hincrby",
            "get",
            "set",
            "mget",
            "del",
            "expire",
            "pexpire",
            "pttl",
        }
        assert from_clients - in_scripts == {"evalsha"}, name


def test_versions_are_compared_once_after_a_bump(store, server, make_entry):
    put(store, "/", make_entry())
    store.bump({"other"})

    store.look_up("/")
    server.command("CONFIG", "RESETSTAT")
    for _ in range(10):
        assert store.look_up("/").state == "fresh"

    assert "mget" not in server.calls()


def test_nothing_is_pickled(store, raw, make_entry):
    put(store, "/", make_entry())
    for key in raw.keys("*"):
        values = raw.hgetall(key).values() if raw.type(key) == b"hash" else [raw.get(key)]
        assert not any(value.startswith(b"\x80") for value in values)


def test_all_keys_are_in_one_cluster_slot(store, raw, make_entry):
    put(store, "/", make_entry())
    store.lease("/", 5)

    tags = {key.partition(b"}")[0].partition(b"{")[2] for key in raw.keys("*")}

    assert len(tags) == 1
    assert tags.pop()


def test_everything_ends_some_day(store, raw, make_entry):
    put(store, "/", make_entry())
    store.bump({"page:7"})
    store.lease("/", 5)
    assert all(raw.ttl(key) > 0 for key in raw.keys("*"))


def test_a_tag_goes_with_the_last_response_that_is_made_of_it(store, raw, make_entry):
    def lives_of_tags():
        return [raw.ttl(key) for key in raw.keys("*:v:*")]

    put(store, "/missing/", make_entry(usable_seconds=10))
    assert all(9 <= life <= 12 for life in lives_of_tags())
    put(store, "/", make_entry(usable_seconds=1000))
    assert all(999 <= life <= 1002 for life in lives_of_tags())

    put(store, "/missing/", make_entry(usable_seconds=10))
    store.bump(TAGS)

    assert lives_of_tags()
    assert all(990 <= life <= 1002 for life in lives_of_tags())


def test_writes_nobody_reads_leave_no_keys(store, raw):
    store.look_up("/")
    store.bump({f"row:{number}" for number in range(100)})
    assert len(raw.keys("*")) == 1


def test_an_evicted_tag_is_a_miss_and_never_makes_an_old_entry_fresh(store, raw, make_entry):
    put(store, "/", make_entry())
    store.bump({"page:100"})
    (version,) = raw.keys("*:v:page:7")
    raw.delete(version)
    assert store.look_up("/").reason == "changed"

    # Changed while nobody knew the tag; then another response makes the tag known again.
    store.bump({"page:7"})
    assert put(store, "/other", make_entry(), {"page:7"})
    assert store.look_up("/other").state == "fresh"
    assert store.look_up("/").reason == "changed"


def test_a_tag_evicted_and_bumped_during_a_render(store, raw, make_entry):
    put(store, "/other", make_entry())
    moment = store.look_up("/").moment
    raw.delete(*raw.keys("*:v:page:7"))
    store.bump({"page:7"})

    assert not store.put("/", {"identity": make_entry()}, TAGS, moment)


@pytest.mark.parametrize("when", ["before", "during"])
def test_an_evicted_sequence_number_begins_a_new_generation(store, raw, make_entry, when):
    put(store, "/", make_entry())
    moment = store.look_up("/").moment
    raw.delete(*raw.keys("*state"))

    if when == "during":
        assert not store.put("/", {"identity": make_entry()}, TAGS, moment)
    assert store.look_up("/").state == "miss"
    assert put(store, "/", make_entry())


def test_a_flushed_server_is_empty_and_works(store, server, make_entry):
    put(store, "/", make_entry())
    moment = store.look_up("/").moment
    server.command("FLUSHALL")
    server.command("SCRIPT", "FLUSH")

    assert not store.put("/", {"identity": make_entry()}, TAGS, moment)
    assert store.look_up("/").state == "miss"
    assert put(store, "/", make_entry())
    assert store.look_up("/").state == "fresh"


def test_data_of_an_earlier_life_of_the_server_is_never_seen(victim, redis_settings, make_entry):
    redis_settings(victim.url)
    store = get_store()
    put(store, "/", make_entry())
    victim.command("SAVE")
    store.bump({"page:7"})

    victim.kill()
    victim.start()

    assert victim.command("DBSIZE") > b":2"
    assert store.look_up("/").state == "miss"
    assert put(store, "/", make_entry())


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: b"",
        lambda data: data[: len(data) // 2],
        lambda data: b"\x80\x04\x95cos\nsystem\n",
        lambda data: data.replace(b"MKT\x01", b"MKT\x00", 1),
        lambda data: data.replace(b"MKT\x01", b"MKT\x02", 1),
    ],
)
def test_what_is_no_entry_of_this_version_is_a_miss(store, raw, make_entry, damage):
    entry = make_entry()
    put(store, "/", entry)
    (name,) = raw.keys("*:e:*")
    raw.hset(name, "b:identity", damage(entry.to_bytes()))

    assert store.look_up("/").reason == "unreadable"
    assert put(store, "/", entry)
    assert store.look_up("/").entry == entry


def test_a_foreign_key_in_the_way_is_a_miss(store, raw, make_entry):
    put(store, "/", make_entry())
    (name,) = raw.keys("*:e:*")
    raw.set(name, "foreign")
    assert store.look_up("/").state == "miss"


def test_two_sites_with_their_own_prefixes_do_not_meet(server, settings, make_entry):
    backend = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": server.url}
    settings.CACHES = {
        "default": backend | {"KEY_PREFIX": "a"},
        "b": backend | {"KEY_PREFIX": "b"},
    }
    put(get_store(), "/", make_entry())
    assert get_store("b").look_up("/").state == "miss"


@pytest.mark.parametrize(
    ("backend", "options"),
    [
        ("django.core.cache.backends.redis.RedisCache", {"db": 3}),
        (
            "django_redis.cache.RedisCache",
            {"CONNECTION_POOL_KWARGS": {"db": 3}, "SOCKET_TIMEOUT": 9},
        ),
        ("mkt_core.cache.backends.FailSafeCache", {"WRAPPED": "django_redis.cache.RedisCache"}),
    ],
)
def test_uses_redis_directly_whatever_stands_in_front(
    server, redis_settings, backend, options, make_entry
):
    redis_settings(server.url, backend, **options)
    assert isinstance(get_store(), RedisStore)
    assert put(get_store(), "/", make_entry())


def test_several_servers_behind_one_alias_are_used_as_django_uses_them(server, settings):
    settings.CACHES = {
        "default": {
            "BACKEND": "django_redis.cache.RedisCache",
            "LOCATION": [server.url, server.url],
            "OPTIONS": {"CLIENT_CLASS": "django_redis.client.ShardClient"},
        }
    }
    assert not isinstance(get_store(), RedisStore)


def test_no_process_is_ever_given_what_another_has_changed(server, tmp_path):
    for name in ("database", "bumped"):
        (tmp_path / name).write_text("1000")
    roles = ["editor", "reader", "reader", "reader"]
    script = Path(__file__).with_name("processes.py")
    running = [
        subprocess.Popen(
            [sys.executable, script, role, server.url, tmp_path, "3"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        for role in roles
    ]
    results = [process.communicate(timeout=60) for process in running]

    assert [process.returncode for process in running] == [0] * 4, results
    assert sum(int(output or 0) for output, _ in results) > 20
    assert int((tmp_path / "bumped").read_text()) > 1020
