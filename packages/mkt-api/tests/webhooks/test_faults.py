"""Processes that die while there is something to tell."""

import os
import signal
from collections import Counter

import pytest
from django.conf import settings as site_settings
from django.db import connection, connections, transaction
from wagtail.models import Locale, Page, Site

from mkt_api.models import WebhookDelivery, WebhookEvent
from mkt_api.webhooks import outbox
from mkt_api.webhooks.delivery import LEASE, attempt, claim, deliver_due
from tests.factories import ArticleFactory

pytestmark = [
    pytest.mark.fault,
    pytest.mark.django_db(transaction=True, available_apps=site_settings.INSTALLED_APPS),
]


@pytest.fixture(autouse=True)
def _several_processes():
    if connection.vendor == "sqlite":
        pytest.skip("several processes cannot share a database in memory")


@pytest.fixture
def home():
    """The tests before may have emptied every table."""
    Locale.objects.get_or_create(language_code="en")
    page = Page.objects.filter(depth=1).first() or Page.add_root(title="Root", slug="root")
    Site.objects.get_or_create(
        is_default_site=True, defaults={"hostname": "localhost", "root_page": page}
    )
    return page


def in_child(action):
    """Fork; the child does ``action`` and ends. Returns its process id."""
    connections.close_all()
    child = os.fork()
    if child == 0:
        try:
            action()
        finally:
            os._exit(0)
    return child


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def ended(child):
    _pid, status = os.waitpid(child, 0)
    return status


def test_a_process_that_dies_after_the_commit_loses_nothing(home, endpoint, receiver):
    def publish_and_die():
        with transaction.atomic():
            ArticleFactory(parent=Page.objects.get(pk=home.pk), slug="survivor")
        die()

    assert os.WIFSIGNALED(ended(in_child(publish_and_die)))
    assert receiver.requests == []

    deliver_due()

    [event] = receiver.events
    assert event["type"] == "page.published"
    assert event["data"]["slug"] == "survivor"


def test_a_process_that_dies_before_the_commit_tells_nothing_that_did_not_happen(
    home, endpoint, receiver
):
    def publish_and_die():
        with transaction.atomic():
            ArticleFactory(parent=Page.objects.get(pk=home.pk), slug="never")
            die()

    assert os.WIFSIGNALED(ended(in_child(publish_and_die)))

    assert deliver_due() == 0
    assert not WebhookEvent.objects.exists()
    assert not Page.objects.filter(slug="never").exists()


def test_a_worker_that_dies_while_it_sends_is_followed_by_another(endpoint, receiver, later):
    outbox.record("page.updated", "page:1", {"id": 1})
    child = None

    def kill_the_sender(handler):
        os.kill(child, signal.SIGKILL)

    receiver.answers = [kill_the_sender, 200]
    gate_in, gate_out = os.pipe()

    def send():
        os.read(gate_in, 1)
        attempt(claim())

    child = in_child(send)
    os.write(gate_out, b"x")
    assert os.WIFSIGNALED(ended(child))

    assert deliver_due() == 0
    later(LEASE.total_seconds() + 1)
    assert deliver_due() == 1
    assert len(receiver.ids) == 2
    assert len(set(receiver.ids)) == 1
    assert WebhookDelivery.objects.get().state == "delivered"


def test_several_workers_send_each_event_once_and_in_order(endpoint, receiver):
    for number in range(40):
        outbox.record("page.updated", f"page:{number % 8}", {"id": number % 8, "n": number})

    children = [in_child(deliver_due) for _ in range(4)]
    for child in children:
        ended(child)
    deliver_due()

    assert set(Counter(receiver.ids).values()) == {1}
    assert len(receiver.ids) == 40
    for key in range(8):
        numbers = [event["data"]["n"] for event in receiver.events if event["data"]["id"] == key]
        assert numbers == sorted(numbers)
