import pytest

from mkt_core.ratelimit import reporting
from mkt_core.ratelimit.counters import forget_counters
from mkt_core.signals import rate_limit_exceeded, rate_limit_failed
from tests.cache.store.conftest import (  # noqa: F401
    proxy,
    quick_probes,
    redis_binary,
    redis_settings,
    server,
    shared_server,
    victim,
)

FILES = "django.core.cache.backends.filebased.FileBasedCache"
MEMORY = "django.core.cache.backends.locmem.LocMemCache"


@pytest.fixture(autouse=True)
def _fresh_counters(monkeypatch):
    """Nobody has been seen, and nothing is known of any server."""
    monkeypatch.setattr(reporting, "_told", {})
    forget_counters()
    yield
    forget_counters()


@pytest.fixture
def memory(settings, request):
    settings.CACHES = {"default": {"BACKEND": MEMORY, "LOCATION": request.node.nodeid}}


@pytest.fixture
def files(settings, tmp_path):
    settings.CACHES = {"default": {"BACKEND": FILES, "LOCATION": str(tmp_path)}}


@pytest.fixture(params=["redis", "django-redis", "fail-safe", "memory", "files"])
def anywhere(request, settings):
    """Each kind of cache in turn."""
    if request.param in ("memory", "files"):
        request.getfixturevalue(request.param)
        return
    backend = {
        "redis": "django.core.cache.backends.redis.RedisCache",
        "django-redis": "django_redis.cache.RedisCache",
        "fail-safe": "mkt_core.cache.backends.FailSafeCache",
    }[request.param]
    settings.CACHES = {
        "default": {"BACKEND": backend, "LOCATION": request.getfixturevalue("server").url}
    }


def _noted(signal):
    found = []

    def note(**kwargs):
        found.append(kwargs)

    signal.connect(note)
    yield found
    signal.disconnect(note)


@pytest.fixture
def exceeded():
    yield from _noted(rate_limit_exceeded)


@pytest.fixture
def failed():
    yield from _noted(rate_limit_failed)
