import pytest
from prometheus_client import REGISTRY
from wagtail.models import Page, Site

from .testapp.models import EventsPage, PlainPage

REQUESTS = "http_server_request_duration_seconds"


class Deltas:
    """What the samples of the registry have gained since the test began."""

    def __init__(self):
        self._before = self._read()

    @staticmethod
    def _read():
        return {
            (sample.name, tuple(sorted(sample.labels.items()))): sample.value
            for family in REGISTRY.collect()
            for sample in family.samples
        }

    def all(self, name):
        """``{labels: gain}`` of each series of this name that changed."""
        return {
            dict_labels: value - self._before.get((sample, dict_labels), 0.0)
            for (sample, dict_labels), value in self._read().items()
            if sample == name and value != self._before.get((sample, dict_labels), 0.0)
        }

    def total(self, name, **labels):
        """The gain of all series of this name that have these labels."""
        return sum(
            gain
            for series, gain in self.all(name).items()
            if labels.items() <= dict(series).items()
        )

    def requests(self, **labels):
        return self.total(f"{REQUESTS}_count", **labels)

    def seconds(self, **labels):
        return self.total(f"{REQUESTS}_sum", **labels)

    def new_series(self, name):
        """How many series of the metrics whose names begin like this were not there when the test began."""
        return sum(
            series[0].startswith(name) for series in self._read().keys() - self._before.keys()
        )


@pytest.fixture
def metrics():
    return Deltas()


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
