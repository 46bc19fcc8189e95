from threading import current_thread

import pytest

from mkt_monitoring.requests_now import flushing, recording


@pytest.fixture
def noting(monkeypatch):
    """Requests are noted as on a site; the test writes them itself."""
    recording._pending.clear()
    monkeypatch.setattr(recording, "_thread", current_thread())
    monkeypatch.setattr(flushing, "_minutes", flushing.Minutes())
    yield
    recording._pending.clear()
