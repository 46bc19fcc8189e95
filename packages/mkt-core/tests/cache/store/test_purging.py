"""From a write in the database to the store."""

import pytest
from django.contrib.auth.models import Group
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection

from mkt_core.cache import purge, purging
from mkt_core.cache.collector import collecting
from mkt_core.cache.store import bump, get_store
from mkt_core.cache.tracking import installation
from mkt_core.cache.tracking.wrapper import forget_plans

DATABASE = "django.core.cache.backends.db.DatabaseCache"


@pytest.fixture
def wired():
    """As the middleware has it."""
    installation.install()
    replaced = purging.set_sink(bump)
    yield
    purging.set_sink(replaced)
    installation.uninstall()


@pytest.fixture(params=["redis", "locmem", "database"])
def store(request, settings, db):
    if request.param == "redis":
        backend, location = (
            "django.core.cache.backends.redis.RedisCache",
            request.getfixturevalue("server").url,
        )
    elif request.param == "locmem":
        backend, location = "django.core.cache.backends.locmem.LocMemCache", "purging"
    else:
        backend, location = DATABASE, "response_cache"
    options = {"MAX_ENTRIES": 5000}
    if request.param == "redis":
        options = {}
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": location, "OPTIONS": options}}
    if request.param == "database":
        call_command("createcachetable", verbosity=0)
        forget_plans()
    request.getfixturevalue("wired")
    yield get_store()
    caches["default"].clear()


def rendered(store, key, make_entry):
    moment = store.look_up(key).moment
    with collecting() as collector:
        body = ", ".join(Group.objects.order_by("pk").values_list("name", flat=True)).encode()
    return store.put(key, {"identity": make_entry(body)}, collector.tags, moment)


def test_a_committed_write_ends_what_was_made_of_it(
    store, make_entry, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        group = Group.objects.create(name="purged 1")
    assert rendered(store, "/", make_entry)
    assert store.look_up("/").state == "fresh"

    with django_capture_on_commit_callbacks(execute=True):
        Group.objects.filter(pk=group.pk).update(name="purged 2")
        assert store.look_up("/").state == "fresh"

    assert store.look_up("/").reason == "changed"
    assert rendered(store, "/", make_entry)
    assert b"purged 2" in store.look_up("/").entry.body


def test_what_is_purged_by_hand_ends_at_the_commit(
    store, make_entry, django_capture_on_commit_callbacks
):
    store.put("/", {"identity": make_entry()}, {"weather"}, store.look_up("/").moment)
    with django_capture_on_commit_callbacks(execute=True):
        purge("weather")
        assert store.look_up("/").state == "fresh"
    assert store.look_up("/").reason == "changed"


def test_a_cache_in_the_database_is_nothing_that_responses_are_made_of(settings, db):
    settings.CACHES = {"default": {"BACKEND": DATABASE, "LOCATION": "cache_rows"}}
    call_command("createcachetable", verbosity=0)
    forget_plans()
    installation.install()
    try:
        with collecting() as collector:
            caches["default"].set("fragment", 1)
            assert caches["default"].get("fragment") == 1
    finally:
        installation.uninstall()
    assert not collector.reasons
    assert not [tag for tag in collector.tags if "cache_rows" in tag]
    assert not connection.run_on_commit
