import pytest

from mkt_core.cache.checks import MIDDLEWARE, check_backends, check_store

FAIL_SAFE = "mkt_core.cache.backends.FailSafeCache"
DJANGO = "django.core.cache.backends.redis.RedisCache"
DJANGO_REDIS = "django_redis.cache.RedisCache"
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"
URL = "redis://127.0.0.1:1/0"


def ids(messages):
    return [message.id for message in messages]


@pytest.fixture
def default(settings):
    def configure(backend, **options):
        settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": URL, "OPTIONS": options}}

    return configure


@pytest.fixture
def with_middleware(settings):
    settings.MIDDLEWARE = [MIDDLEWARE]


@pytest.mark.parametrize(
    ("backend", "options", "expected"),
    [
        (DJANGO, {}, ["mkt_core.W020"]),
        (DJANGO_REDIS, {}, ["mkt_core.W020"]),
        (DJANGO_REDIS, {"IGNORE_EXCEPTIONS": True}, []),
        ("django.core.cache.backends.memcached.PyMemcacheCache", {}, ["mkt_core.W020"]),
        (FAIL_SAFE, {}, []),
        (FAIL_SAFE, {"WRAPPED": DJANGO_REDIS}, []),
        (LOCMEM, {}, []),
    ],
)
def test_a_default_cache_that_would_raise(default, backend, options, expected):
    default(backend, **options)
    assert ids(check_backends()) == expected


@pytest.mark.parametrize(
    ("engine", "expected"), [("cache", ["mkt_core.W021"]), ("cached_db", []), ("db", [])]
)
def test_sessions_in_a_cache_that_may_be_empty(default, settings, engine, expected):
    default(FAIL_SAFE)
    settings.SESSION_ENGINE = f"django.contrib.sessions.backends.{engine}"
    assert ids(check_backends()) == expected


def test_without_the_middleware_the_store_is_nobodys_business(default, settings):
    default(LOCMEM)
    settings.MKT_CORE = {"CACHE_ALIAS": "absent"}
    assert check_store() == []


@pytest.mark.usefixtures("with_middleware")
class TestStore:
    def test_local_memory(self, default, settings):
        default(LOCMEM, MAX_ENTRIES=20_000)
        assert ids(check_store()) == ["mkt_core.W023"]
        settings.DEBUG = True
        assert check_store() == []

    @pytest.mark.parametrize("options", [{}, {"MAX_ENTRIES": 9_999}, {"MAX_ENTRIES": "many"}])
    def test_little_room(self, default, settings, options):
        settings.DEBUG = True
        default(LOCMEM, **options)
        assert ids(check_store()) == ["mkt_core.W024"]

    def test_no_room_at_all(self, default):
        default("django.core.cache.backends.dummy.DummyCache")
        assert ids(check_store()) == ["mkt_core.W025"]

    def test_an_unknown_alias(self, settings):
        settings.MKT_CORE = {"CACHE_ALIAS": "pages"}
        assert ids(check_store()) == ["mkt_core.E022"]

    @pytest.mark.parametrize("key", ["CACHE_SOCKET_TIMEOUT_SECONDS", "CACHE_PROBE_SECONDS"])
    def test_useless_times(self, settings, key):
        settings.MKT_CORE = {key: 0.0}
        assert ids(check_store()) == ["mkt_core.E026"]

    def test_settings_that_cannot_be_read_are_reported_elsewhere(self, settings):
        settings.MKT_CORE = {"CACHE_ALIAS": 7}
        assert check_store() == []

    @pytest.mark.parametrize("backend", [DJANGO, FAIL_SAFE])
    def test_redis(self, default, backend):
        default(backend)
        assert check_store() == []
