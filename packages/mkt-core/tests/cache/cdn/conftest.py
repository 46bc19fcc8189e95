import pytest

from mkt_core.cache.cdn import attempts, background, channel, reports
from mkt_core.signals import cdn_purge_dropped, cdn_purge_failed, cdn_purged

from ..middleware.conftest import fetch, tracking, visitor, website  # noqa: F401
from .servers import Cdn

TOKEN = "s3cret-t0ken"


@pytest.fixture(autouse=True)
def _fresh(monkeypatch):
    """Quick, and nothing of one test waits for the next."""
    monkeypatch.setattr(channel, "GATHER_SECONDS", 0.01)
    monkeypatch.setattr(channel, "PAUSE_SECONDS", 0.01)
    monkeypatch.setattr(attempts, "FIRST_DELAY_SECONDS", 0.02)
    monkeypatch.setattr(attempts, "LONGEST_DELAY_SECONDS", 0.1)
    reports.forget_statistics()
    yield
    background.close(0)


@pytest.fixture
def make_cdn():
    """``make_cdn(503, 200)`` starts a server that answers so."""
    started = []

    def make(*script):
        started.append(Cdn(*script))
        return started[-1]

    yield make
    background.close(0)
    for cdn in started:
        cdn.close()


def fastly(cdn, **options):
    return {
        "BACKEND": "mkt_core.cache.cdn.fastly.FastlyTags",
        "SERVICE_ID": "SU1Z0isxPaozGVKXdv0eY",
        "TOKEN": TOKEN,
        "BASE_URL": cdn.url,
        **options,
    }


def cloudflare(cdn, **options):
    return {
        "BACKEND": "mkt_core.cache.cdn.cloudflare.CloudflareTags",
        "ZONEID": "023e105f4ecef8ad",
        "BEARER_TOKEN": TOKEN,
        "BASE_URL": f"{cdn.url}/client/v4",
        **options,
    }


def varnish(cdn, **options):
    return {
        "BACKEND": "mkt_core.cache.cdn.varnish.VarnishTags",
        "LOCATION": f"{cdn.url}/",
        **options,
    }


@pytest.fixture
def configure(settings):
    """``configure(fastly=fastly(cdn))`` puts CDNs into the settings; more as ``CACHE_CDN_MAX_TAGS=5``."""

    def change(**values):
        own = {name: value for name, value in values.items() if name.isupper()}
        cdns = {name: value for name, value in values.items() if not name.isupper()}
        settings.MKT_CORE = {"CACHE_CDN": cdns, "CACHE_CDN_TIMEOUT_SECONDS": 0.2, **own}

    return change


@pytest.fixture
def told():
    """What the signals tell, as ("sent" | "failed" | "dropped", arguments)."""
    heard = []
    signals = {"sent": cdn_purged, "failed": cdn_purge_failed, "dropped": cdn_purge_dropped}
    receivers = [lambda what=what, **values: heard.append((what, values)) for what in signals]
    for signal, receiver in zip(signals.values(), receivers, strict=True):
        signal.connect(receiver)
    yield heard
    for signal, receiver in zip(signals.values(), receivers, strict=True):
        signal.disconnect(receiver)
