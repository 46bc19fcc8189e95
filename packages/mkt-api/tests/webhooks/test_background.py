"""What happens right after the commit, without anybody running a command."""

import time

import pytest
from django.conf import settings as site_settings
from django.db import connection, transaction

from mkt_api.models import WebhookDelivery
from mkt_api.webhooks import background, dispatching, outbox

pytestmark = pytest.mark.django_db(transaction=True, available_apps=site_settings.INSTALLED_APPS)


@pytest.fixture(autouse=True)
def _two_connections():
    if connection.vendor == "sqlite":
        pytest.skip("two threads would lock each other out of a database in memory")
    yield
    assert background.wait(10)


@pytest.fixture
def at_once(settings, receiver):
    settings.MKT_API = {**settings.MKT_API, "WEBHOOK_DELIVER_ON_COMMIT": True}


def eventually(condition, seconds=10):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def test_a_thread_sends_once_the_transaction_has_committed(endpoint, receiver, at_once):
    with transaction.atomic():
        outbox.record("page.updated", "page:1", {"id": 1})
        time.sleep(0.3)
        assert receiver.requests == []

    eventually(lambda: len(receiver.requests) == 1)
    eventually(lambda: WebhookDelivery.objects.filter(state="delivered").exists())


def test_a_thread_tries_again_and_ends_when_nothing_waits(endpoint, receiver, at_once, monkeypatch):
    monkeypatch.setattr("mkt_api.webhooks.backoff._DELAYS_SECONDS", (1,))
    receiver.answers = [500, 200]

    outbox.record("page.updated", "page:1", {"id": 1})

    eventually(lambda: len(receiver.requests) == 2)
    assert background.wait(10)


def test_what_is_rolled_back_wakes_nobody(endpoint, receiver, at_once, monkeypatch):
    woken = []
    monkeypatch.setattr(dispatching, "wake", lambda: woken.append(1))
    with transaction.atomic():
        outbox.record("page.updated", "page:1", {"id": 1})
        transaction.set_rollback(True)

    assert woken == []
