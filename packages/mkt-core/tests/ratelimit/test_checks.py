import pytest

from mkt_core.ratelimit.checks import MIDDLEWARE, check_client_address, check_rate_limits

CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"
RULE = {"name": "r", "limit": 1, "period_seconds": 60}
REDIS = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": "redis://localhost",
    }
}


def found(settings, check, **conf):
    settings.MKT_CORE = conf
    return check()


def ids(messages):
    return [message.id.removeprefix("mkt_core.") for message in messages]


class TestClientAddress:
    @pytest.mark.parametrize("key", ["TRUSTED_PROXIES", "RATE_LIMIT_EXEMPT_NETWORKS"])
    @pytest.mark.parametrize("value", ["10.0.0.0/33", "proxy.example.com", ""])
    def test_a_malformed_network_is_an_error(self, settings, key, value):
        (message,) = found(settings, check_client_address, **{key: ["10.0.0.0/8", value]})

        assert message.id == "mkt_core.E110"
        assert key in message.msg
        assert message.hint

    def test_a_unix_socket_is_a_proxy_and_no_network(self, settings):
        assert found(settings, check_client_address, TRUSTED_PROXIES=["unix", "::1"]) == []
        messages = found(settings, check_client_address, RATE_LIMIT_EXEMPT_NETWORKS=["unix"])
        assert ids(messages) == ["E110"]

    @pytest.mark.parametrize(
        "conf",
        [
            {"TRUSTED_PROXY_COUNT": -1},
            {"TRUSTED_PROXY_COUNT": 1, "TRUSTED_PROXIES": ["::1"]},
            {"TRUSTED_PROXY_HEADER": "X Forwarded"},
            {"TRUSTED_PROXY_HEADER": ""},
        ],
    )
    def test_proxies_that_cannot_be_told_are_an_error(self, settings, conf):
        (message,) = found(settings, check_client_address, **conf)

        assert message.id == "mkt_core.E111"
        assert message.hint

    def test_says_nothing_where_the_settings_cannot_be_read(self, settings):
        assert found(settings, check_client_address, NONSENSE=1) == []
        assert found(settings, check_rate_limits, NONSENSE=1) == []


class TestRules:
    @pytest.fixture(autouse=True)
    def _good_place(self, settings):
        settings.MIDDLEWARE = [MIDDLEWARE, CACHE]
        settings.CACHES = REDIS

    def test_good_ones_are_fine(self, settings):
        good = {**RULE, "burst": 1, "paths": ["/a/"], "methods": ["POST"], "by": "header:X-Key"}
        assert found(settings, check_rate_limits, RATE_LIMITS=[good]) == []

    @pytest.mark.parametrize(
        "change",
        [
            {"limit": 0},
            {"limit": "many"},
            {"name": "a b"},
            {"period_seconds": -1},
            {"path": ["/"]},
            {"paths": ["no-slash/"]},
            {"paths": []},
            {"by": "user"},
            {"by": "nobody"},
            {"by": "no.such.function"},
            {"on_failure": "perhaps"},
        ],
    )
    def test_one_that_cannot_be_used_is_an_error(self, settings, change):
        (message,) = found(settings, check_rate_limits, RATE_LIMITS=[{**RULE, **change}])

        assert message.id == "mkt_core.E112"
        assert "MKT_CORE['RATE_LIMITS'][0]" in message.msg
        assert message.hint

    def test_two_of_one_name_are_an_error(self, settings):
        assert ids(found(settings, check_rate_limits, RATE_LIMITS=[RULE, RULE])) == ["E112"]

    def test_a_cache_that_is_not_there_is_an_error(self, settings):
        messages = found(settings, check_rate_limits, RATE_LIMIT_CACHE_ALIAS="limits")
        assert ids(messages) == ["E112"]

    def test_rules_without_the_middleware_are_warned_of(self, settings):
        settings.MIDDLEWARE = [CACHE]
        assert ids(found(settings, check_rate_limits, RATE_LIMITS=[RULE])) == ["W113"]
        assert found(settings, check_rate_limits) == []

    def test_so_is_the_middleware_behind_the_cache(self, settings):
        settings.MIDDLEWARE = [CACHE, MIDDLEWARE]
        (message,) = found(settings, check_rate_limits, RATE_LIMITS=[RULE])

        assert message.id == "mkt_core.W113"
        assert message.hint

    @pytest.mark.parametrize(
        ("backend", "options", "is_warned"),
        [
            ("django.core.cache.backends.dummy.DummyCache", {}, True),
            ("django.core.cache.backends.locmem.LocMemCache", {}, True),
            ("django.core.cache.backends.db.DatabaseCache", {}, True),
            ("django.core.cache.backends.db.DatabaseCache", {"MAX_ENTRIES": 50_000}, False),
        ],
    )
    def test_a_cache_that_forgets_is_warned_of(self, settings, backend, options, is_warned):
        settings.CACHES = {"default": {"BACKEND": backend, "OPTIONS": options}}
        messages = found(settings, check_rate_limits, RATE_LIMITS=[RULE])
        assert ids(messages) == (["W114"] if is_warned else [])
        assert found(settings, check_rate_limits) == []
