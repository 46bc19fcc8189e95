import pytest

from mkt_monitoring.models import AlertRule


@pytest.fixture(autouse=True)
def quiet(settings):
    settings.MKT_MONITORING = {"EVENTS": {"BACKGROUND": False}}


@pytest.fixture
def rule(db):
    """Make a rule that watches for more than 10 page views in 5 minutes and tells by e-mail."""

    def make(**values):
        given = {
            "name": "Too many",
            "measure": "events",
            "event": "page_view",
            "comparison": "above",
            "threshold": 10,
            "window_minutes": 5,
            "emails": "ada@example.org\ngrace@example.org",
            **values,
        }
        found = AlertRule(**given)
        found.full_clean()
        found.save()
        return found

    return make
