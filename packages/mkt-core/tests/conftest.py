import contextlib
import socket
import threading

import pytest

from mkt_core.health import checks as health_checks
from mkt_core.health import draining, registry, report, views


@pytest.fixture(autouse=True)
def _fresh_health_state(monkeypatch):
    """What a process remembers of its health is that of a process that has just started."""
    monkeypatch.setattr(draining, "_draining", threading.Event())
    monkeypatch.setattr(views, "_started", False)
    monkeypatch.setattr(report, "_failing", set())
    monkeypatch.setattr(report, "_recent", None)
    monkeypatch.setattr(health_checks, "_migrated", set())
    monkeypatch.setattr(registry, "_checks", dict(registry._checks))


@pytest.fixture
def no_checks(monkeypatch):
    """Start without the built-in checks."""
    monkeypatch.setattr(registry, "_checks", {})


@pytest.fixture
def autocommit(django_db_setup, django_db_blocker):
    """The database without a transaction around the test, for tests that leave nothing behind."""
    with django_db_blocker.unblock():
        yield


@pytest.fixture
def silent_port():
    """The port of a server that accepts connections and never says a word."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0), backlog=16)) as server:
        yield server.getsockname()[1]


@pytest.fixture
def closed_port():
    """A port that nobody listens on."""
    with contextlib.closing(socket.create_server(("127.0.0.1", 0))) as server:
        return server.getsockname()[1]
