import itertools

import pytest
from django.core.cache.backends.locmem import LocMemCache
from django.test import Client

from mkt_core.cache import local, store
from mkt_core.cache.purging import set_sink
from mkt_core.cache.rules import current_rules
from mkt_core.cache.tracking import installation

from ..store.conftest import (  # noqa: F401
    _fresh_stores,
    quick_probes,
    redis_binary,
    redis_settings,
    server,
    shared_server,
    victim,
)
from ..tracking.conftest import built, module_settings, unblocked  # noqa: F401
from . import urls

CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"
LOCMEM = "django.core.cache.backends.locmem.LocMemCache"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    CACHE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
]


@pytest.fixture
def website(settings, monkeypatch):
    """The views of ``urls`` behind the middleware, with an empty cache in memory."""
    settings.ROOT_URLCONF = "tests.cache.middleware.urls"
    settings.MIDDLEWARE = MIDDLEWARE
    settings.CACHES = {
        "default": {"BACKEND": LOCMEM, "LOCATION": "middleware", "OPTIONS": {"MAX_ENTRIES": 10_000}}
    }
    settings.ALLOWED_HOSTS = ["testserver", "localhost", "other.example"]
    monkeypatch.setattr(urls, "renders", itertools.count(1))
    # Early refreshes happen by chance.
    monkeypatch.setattr("mkt_core.cache.serving.random.random", lambda: 0.0)
    # The tests' own transaction is none of a visitor's.
    monkeypatch.setattr("mkt_core.cache.serving.is_in_transaction", lambda: False)
    LocMemCache("middleware", {}).clear()
    local.forget()
    current_rules.cache_clear()
    replaced = set_sink(store.bump)
    yield settings
    set_sink(replaced)
    LocMemCache("middleware", {}).clear()
    local.forget()


@pytest.fixture
def visitor(website):
    """Somebody who has not been here before."""
    return Client()


@pytest.fixture
def fetch(visitor):
    """``fetch(path, **headers)`` gives the response and its state."""

    def get(path, client=visitor, method="get", **headers):
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        response = getattr(client, method)(path, headers=names)
        return response, response["X-MKT-Cache"]

    return get


@pytest.fixture
def tracking():
    """Queries are noticed, as when the middleware is in the settings from the start."""
    installation.install()
    yield
    installation.uninstall()
