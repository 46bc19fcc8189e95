import pytest

from mkt_core.logging.checks import check_logging

REQUEST_ID = "mkt_core.middleware.RequestIdMiddleware"
ACCESS = "mkt_core.logging.access.AccessLogMiddleware"
CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"


@pytest.mark.parametrize(
    ("value", "number", "message"),
    [
        ({"LOG_SLOW_REQUEST_SECONDS": -1.0}, "E090", "'LOG_SLOW_REQUEST_SECONDS'] is -1.0"),
        ({"LOG_HEALTH_EVERY": -1}, "E090", "'LOG_HEALTH_EVERY'] is -1"),
        ({"LOG_REDACTED_PATTERNS": ["a", "("]}, "E091", "[1] is no regular expression: missing )"),
        ({"LOG_USER_KEY": "short"}, "W092", "fewer than 32 characters"),
        (
            {"TRUST_REQUEST_ID": True, "TRUSTED_PROXIES": ["10.0.0.1"]},
            "W095",
            "keeps the ids of everybody",
        ),
    ],
)
def test_values(settings, value, number, message):
    settings.MKT_CORE = value

    [only] = check_logging()

    assert only.id == f"mkt_core.{number}"
    assert message in only.msg
    assert only.hint
    assert "short" not in only.msg


@pytest.mark.parametrize(
    ("middleware", "numbers"),
    [
        ([REQUEST_ID, ACCESS, CACHE], []),
        ([REQUEST_ID, CACHE], []),
        ([ACCESS, REQUEST_ID], ["W093"]),
        ([ACCESS], ["W093"]),
        ([REQUEST_ID, CACHE, ACCESS], ["W094"]),
    ],
)
def test_place_of_the_middleware(settings, middleware, numbers):
    settings.MIDDLEWARE = middleware

    assert [message.id for message in check_logging()] == [f"mkt_core.{n}" for n in numbers]


def test_defaults_are_fine():
    assert check_logging() == []


def test_settings_that_cannot_be_read_are_for_another_check(settings):
    settings.MKT_CORE = {"LOG_CLIENT_ADDRESS": "some"}

    assert check_logging() == []
