"""The response cache and both middlewares."""

import re

import pytest
from django.core.cache import cache

from mkt_core.cache import local
from mkt_core.cache.middleware_checks import check_response_cache

from .conftest import CSP_MIDDLEWARE, HEADERS_MIDDLEWARE

CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"


@pytest.fixture
def cached(website, monkeypatch):
    website.MIDDLEWARE = [CACHE, *website.MIDDLEWARE]
    website.SECURE_CSP = {"script-src": ["'self'", "<CSP_NONCE_SENTINEL>"]}
    monkeypatch.setattr("mkt_core.cache.serving.is_in_transaction", lambda: False)
    monkeypatch.setattr("mkt_core.cache.serving.random.random", lambda: 0.0)
    cache.clear()
    local.forget()
    yield website
    cache.clear()
    local.forget()


def states(visitor, path):
    responses = [visitor.get(path) for _ in range(2)]
    return responses, [response["X-MKT-Cache"] for response in responses]


def test_a_hit_has_the_headers_of_the_rendered_page(cached, visitor):
    (first, second), found = states(visitor, "/plain/")

    assert found == ["miss", "hit"]
    for name in ("Content-Security-Policy", "Permissions-Policy", "Cross-Origin-Resource-Policy"):
        assert first[name] == second[name]


def test_a_page_with_a_nonce_is_never_stored(cached, visitor):
    responses, found = states(visitor, "/with-nonce/")

    assert found == ["bypass:nonce"] * 2
    nonces = [re.search(rb'nonce="([^"]*)"', response.content)[1] for response in responses]
    assert nonces[0] != nonces[1]


def test_what_a_view_declined_stays_away_from_hits(cached, visitor):
    (_, second), found = states(visitor, "/declined/")

    assert found == ["miss", "hit"]
    assert "Permissions-Policy" not in second
    assert "Cross-Origin-Resource-Policy" not in second


def test_reports_are_never_stored(cached, visitor):
    response = visitor.post("/csp-report/", "{}", content_type="application/csp-report")

    assert response["X-MKT-Cache"].startswith("bypass")


@pytest.mark.parametrize("path", [CSP_MIDDLEWARE, HEADERS_MIDDLEWARE])
def test_their_place_is_behind_the_cache(cached, path):
    cached.MIDDLEWARE = [path, CACHE]

    [message] = check_response_cache()

    assert message.id == "mkt_core.W030"
    assert path in message.msg
