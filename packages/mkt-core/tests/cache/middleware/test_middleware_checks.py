"""What ``manage.py check`` says about the middleware."""

import pytest

from mkt_core.cache.middleware_checks import check_response_cache

from .conftest import CACHE, MIDDLEWARE


def ids():
    return [message.id for message in check_response_cache()]


def test_a_good_order(website):
    assert ids() == []


def test_nothing_without_the_middleware(website):
    website.MIDDLEWARE = ["django.middleware.cache.UpdateCacheMiddleware"]

    assert ids() == []


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (["django.contrib.sessions.middleware.SessionMiddleware", CACHE], ["mkt_core.W030"]),
        ([CACHE, "django.middleware.security.SecurityMiddleware"], []),
        ([CACHE, "django.middleware.gzip.GZipMiddleware"], ["mkt_core.W031"]),
        (["django.middleware.gzip.GZipMiddleware", CACHE], []),
        ([*MIDDLEWARE, "django.middleware.cache.FetchFromCacheMiddleware"], ["mkt_core.W032"]),
    ],
)
def test_orders(order, expected, website):
    website.MIDDLEWARE = order

    assert ids() == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({"CACHE_SECONDS": -1.0}, ["mkt_core.E033"]),
        ({"CACHE_LEASE_SECONDS": 0.0}, ["mkt_core.E033"]),
        ({"CACHE_LOCAL_SECONDS": 2.5}, ["mkt_core.W034"]),
        ({"CACHE_SECONDS": 0.0, "CACHE_LOCAL_SECONDS": 2.0}, []),
        # Told by another check.
        ({"CACHE_SECONDS": "long"}, []),
    ],
)
def test_values(values, expected, website):
    website.MKT_CORE = values

    assert ids() == expected
