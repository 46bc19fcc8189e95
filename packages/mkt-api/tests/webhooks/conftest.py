import pytest

from mkt_api.webhooks.endpoints import create_endpoint

from .receiver import Receiver


@pytest.fixture
def receiver(settings):
    server = Receiver()
    settings.MKT_CORE = {
        **getattr(settings, "MKT_CORE", {}),
        "OUTGOING_NETWORKS": ["127.0.0.1"],
        "OUTGOING_PORTS": [80, 443, server.port],
        "OUTGOING_SCHEMES": ["http", "https"],
    }
    settings.MKT_API = {"WEBHOOK_DELIVER_ON_COMMIT": False, "WEBHOOK_TIMEOUT_SECONDS": 2.0}
    yield server
    server.close()


@pytest.fixture
def endpoint(db, receiver):
    """One that wants everything; ``endpoint.secret`` is what it was given."""
    made, secret = create_endpoint("Shop", receiver.url)
    made.secret = secret
    return made


@pytest.fixture
def later(monkeypatch):
    """``later(seconds)`` moves the clock of Django."""
    from django.utils import timezone

    original, passed = timezone.now, []

    def now():
        import datetime

        return original() + datetime.timedelta(seconds=sum(passed))

    monkeypatch.setattr("django.utils.timezone.now", now)
    return passed.append
