import pytest
from wagtail.models import Page, Site

from mkt_monitoring.testing import Deltas

from .testapp.models import EventsPage, PlainPage

REQUESTS = "http_server_request_duration_seconds"


class Requests(Deltas):
    """With short words for what most tests ask for."""

    def requests(self, **labels):
        return self.total(f"{REQUESTS}_count", **labels)

    def seconds(self, **labels):
        return self.total(f"{REQUESTS}_sum", **labels)


@pytest.fixture
def metrics():
    return Requests()


@pytest.fixture
def site(db):
    """A home page, and below it ``/plain/`` and ``/events/``."""
    root = Page.get_first_root_node()
    home = root.add_child(instance=PlainPage(title="Home", slug="start"))
    home.add_child(instance=PlainPage(title="Plain", slug="plain"))
    home.add_child(instance=EventsPage(title="Events", slug="events"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "testserver", "root_page": home}
    )
    return home


@pytest.fixture
def client(client):
    client.raise_request_exception = False
    return client


@pytest.fixture
def async_client(async_client):
    async_client.raise_request_exception = False
    return async_client
