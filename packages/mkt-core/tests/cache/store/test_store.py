"""What every store does, whatever it stands on."""

import threading

import pytest
from django.core.cache import InvalidCacheBackendError, caches
from django.core.management import call_command

from mkt_core.cache.store import get_store

LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
FILES = "django.core.cache.backends.filebased.FileBasedCache"
DATABASE = "django.core.cache.backends.db.DatabaseCache"
TAGS = {"page:7", "rows:blog_post", "epoch"}


@pytest.fixture(params=["redis", "django-redis", "fail-safe", "locmem", "files", "database"])
def store(request, settings, tmp_path):
    def params(backend, location, **options):
        return {"default": {"BACKEND": backend, "LOCATION": location, "OPTIONS": options}}

    if request.param in ("redis", "django-redis", "fail-safe"):
        url = request.getfixturevalue("server").url
        backend = {
            "redis": "django.core.cache.backends.redis.RedisCache",
            "django-redis": "django_redis.cache.RedisCache",
            "fail-safe": "mkt_core.cache.backends.FailSafeCache",
        }[request.param]
        settings.CACHES = params(backend, url)
    elif request.param == "locmem":
        settings.CACHES = params(LOCMEM, str(tmp_path), MAX_ENTRIES=5000)
    elif request.param == "files":
        settings.CACHES = params(FILES, str(tmp_path), MAX_ENTRIES=5000)
    else:
        request.getfixturevalue("db")
        settings.CACHES = params(DATABASE, "response_cache", MAX_ENTRIES=5000)
        call_command("createcachetable", verbosity=0)
    yield get_store()
    if request.param == "locmem":
        caches["default"].clear()


def put(store, key, entry, tags=TAGS):
    return store.put(key, {"identity": entry}, tags, store.look_up(key).moment)


def test_gives_back_what_it_was_given(store, make_entry):
    entry = make_entry(etag='"1"', render_seconds=0.5)

    assert store.look_up("/").reason == "absent"
    assert put(store, "/", entry)

    lookup = store.look_up("/")
    assert (lookup.state, lookup.reason, lookup.entry) == ("fresh", "", entry)
    assert store.look_up("/other").reason == "absent"


def test_gives_the_first_encoding_that_is_stored(store, make_entry):
    plain, zipped = make_entry(b"plain"), make_entry(b"zipped")
    moment = store.look_up("/").moment
    store.put("/", {"identity": plain, "gzip": zipped}, TAGS, moment)

    assert store.look_up("/", ("br", "gzip", "identity")).entry == zipped
    assert store.look_up("/", ("identity",)).entry == plain
    assert store.look_up("/", ("br",)).reason == "absent"


def test_a_bump_of_any_tag_ends_an_entry_and_no_other(store, make_entry):
    for tag in sorted(TAGS):
        assert put(store, "/", make_entry())
        assert put(store, "/unrelated", make_entry(), {"page:8"}) or tag == "epoch"
        assert store.bump({tag, "page:9"})
        assert store.look_up("/").state == "miss"
        assert store.look_up("/").reason == "changed"
        assert (store.look_up("/unrelated").state == "fresh") is (tag != "epoch")


def test_a_render_that_overlaps_a_change_is_not_stored(store, make_entry):
    put(store, "/before", make_entry())
    moment = store.look_up("/").moment

    store.bump({"page:7"})

    assert not store.put("/", {"identity": make_entry()}, TAGS, moment)
    assert store.look_up("/").state == "miss"


def test_a_render_that_overlaps_a_change_of_what_nobody_had_read_is_not_stored(store, make_entry):
    moment = store.look_up("/").moment

    store.bump({"page:7"})

    assert not store.put("/", {"identity": make_entry()}, TAGS, moment)
    assert put(store, "/", make_entry())


def test_an_entry_survives_many_bumps_of_other_tags(store, make_entry):
    put(store, "/", make_entry())
    for number in range(20):
        store.bump({f"page:{number + 100}", "rows:other"})
        assert store.look_up("/").state == "fresh"
    store.bump({"page:7"})
    assert store.look_up("/").reason == "changed"


def test_past_its_soft_limit_an_entry_is_stale_and_past_its_hard_limit_a_miss(store, make_entry):
    put(store, "/soft", make_entry(fresh_seconds=-1))
    lookup = store.look_up("/soft")
    assert lookup.state == "stale"
    assert lookup.entry is not None

    assert not put(store, "/hard", make_entry(fresh_seconds=-2, usable_seconds=-1))


def test_a_stale_entry_that_has_changed_is_a_miss(store, make_entry):
    put(store, "/", make_entry(fresh_seconds=-1))
    store.bump({"page:7"})
    assert store.look_up("/").state == "miss"


def test_the_epoch_is_a_tag_of_every_entry(store, make_entry):
    put(store, "/", make_entry(), {"page:7"})
    store.bump({"epoch"})
    assert store.look_up("/").reason == "changed"


def test_clearing_forgets_all_and_keeps_what_others_stored(store, make_entry):
    caches["default"].set("theirs", "kept")
    put(store, "/", make_entry())
    moment = store.look_up("/").moment

    assert store.clear()

    assert store.look_up("/").state == "miss"
    assert not store.put("/", {"identity": make_entry()}, TAGS, moment)
    assert caches["default"].get("theirs") == "kept"


def test_one_lease_at_a_time(store):
    token = store.lease("/", 30)
    assert token
    assert store.lease("/", 30) is None
    assert store.lease("/other", 30)

    store.release("/", "not the token")
    assert store.lease("/", 30) is None

    store.release("/", token)
    assert store.lease("/", 30)


def test_what_is_too_large_is_not_stored(store, make_entry, settings):
    settings.MKT_CORE = {"CACHE_MAX_ENTRY_BYTES": 1000}
    store = get_store()

    assert put(store, "/", make_entry(b"x" * 500))
    assert not put(store, "/large", make_entry(b"x" * 1000))


def test_odd_keys_and_many_tags(store, make_entry):
    key = "https://exämple.org/\x00 \n" + "x" * 5000
    tags = {f"row:{'t' * 180}:{number}" for number in range(1200)}

    assert put(store, key, make_entry(), tags)
    store.bump({"something"})
    assert store.look_up(key).state == "fresh"
    store.bump({sorted(tags)[-1]})
    assert store.look_up(key).reason == "changed"


def test_knows_how_it_is(store, make_entry):
    put(store, "/", make_entry())
    status = store.status()
    assert status.available
    assert status.entries in (1, None)
    assert status.lost_bumps == 0


def test_one_store_per_alias_and_process(server, redis_settings):
    redis_settings(server.url)
    found = set()
    threads = [threading.Thread(target=lambda: found.add(id(get_store()))) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == {id(get_store())}
    redis_settings(server.url)
    assert get_store() is get_store("default")


def test_an_alias_that_does_not_exist():
    with pytest.raises(InvalidCacheBackendError, match="'pages'"):
        get_store("pages")
