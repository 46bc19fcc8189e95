import pytest
from django.db import connections

from mkt_monitoring.events import buffer, salts, schema, sites
from mkt_monitoring.models import Event

BROWSER = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def quiet(settings):
    """No thread writes: tests say when, and see their own transaction."""
    settings.MKT_MONITORING = {"EVENTS": {"BACKGROUND": False}}
    yield
    buffer.discard()
    salts.forget()
    sites.forget()


@pytest.fixture
def options(settings):
    """Change ``EVENTS``."""

    def change(**values):
        events = {**settings.MKT_MONITORING["EVENTS"], **values}
        settings.MKT_MONITORING = {**settings.MKT_MONITORING, "EVENTS": events}

    return change


@pytest.fixture
def registered():
    """Register events that are forgotten again."""
    names = []

    def register(name, **arguments):
        names.append(name)
        return schema.register_event(name, **arguments)

    yield register
    for name in names:
        schema.unregister(name)


@pytest.fixture
def visit(rf):
    """A request of a browser."""

    def make(path="/", **meta):
        return rf.get(path, **{"HTTP_USER_AGENT": BROWSER, "REMOTE_ADDR": "203.0.113.7", **meta})

    return make


@pytest.fixture
def stored(db):
    """Write what waits; gives all events, in order."""

    def write():
        assert buffer.flush()
        return list(Event.objects.order_by("occurred_at", "pk"))

    return write


def is_postgresql():
    return connections["default"].vendor == "postgresql"
