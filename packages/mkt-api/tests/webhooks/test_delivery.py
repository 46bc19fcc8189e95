import datetime
import time

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from mkt_api.models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from mkt_api.signals import webhook_attempted
from mkt_api.webhooks import backoff, outbox
from mkt_api.webhooks.delivery import LEASE, claim, deliver_due
from mkt_api.webhooks.endpoints import create_endpoint, prune, replay, rotate_secret, send_test
from tests.factories import ArticleFactory, TopicFactory, root

from .receiver import Receiver, verify

pytestmark = pytest.mark.django_db


def record(key="page:1", event_type="page.updated"):
    return outbox.record(event_type, key, {"object": "page", "id": key})


def states():
    return list(WebhookDelivery.objects.order_by("pk").values_list("state", flat=True))


class TestRequest:
    def test_says_what_has_changed_and_that_it_is_ours(self, endpoint, receiver):
        page = ArticleFactory(parent=root())

        assert deliver_due() == 1

        [(headers, body)] = receiver.requests
        assert verify(endpoint.secret, headers, body)
        assert headers["Content-Type"] == "application/json"
        assert headers["webhook-id"].startswith("msg_")
        [event] = receiver.events
        assert event["type"] == "page.published"
        assert event["data"]["id"] == page.pk
        assert states() == ["delivered"]

    def test_of_somebody_else_is_found_out(self, endpoint, receiver):
        record()
        deliver_due()
        [(headers, body)] = receiver.requests
        _other, secret = create_endpoint("Other", receiver.url)

        assert not verify(secret, headers, body)
        assert not verify(endpoint.secret, headers, body + b" ")
        assert not verify(endpoint.secret, {**headers, "webhook-id": "msg_1"}, body)
        assert not verify(endpoint.secret, {**headers, "webhook-timestamp": "1"}, body)

    def test_is_signed_with_both_secrets_after_a_rotation(self, endpoint, receiver, later):
        new = rotate_secret(endpoint)
        record()
        deliver_due()

        [(headers, body)] = receiver.requests
        assert verify(new, headers, body)
        assert verify(endpoint.secret, headers, body)
        later(25 * 3600)
        record()
        deliver_due()
        headers, body = receiver.requests[-1]
        assert len(headers["webhook-signature"].split(" ")) == 1

    def test_is_understood_after_the_secret_key_has_changed(self, endpoint, receiver, settings):
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another"
        record()
        deliver_due()

        assert verify(endpoint.secret, *receiver.requests[0])

    def test_the_secret_is_in_no_column(self, endpoint):
        values = str(WebhookEndpoint.objects.values().get())

        assert endpoint.secret.removeprefix("whsec_") not in values


class TestFailure:
    def test_is_tried_again_with_the_same_id_until_it_works(self, endpoint, receiver, later):
        receiver.answers = [500, 503, 200]
        record()

        deliver_due()
        assert deliver_due() == 0
        later(10)
        deliver_due()
        later(60)
        deliver_due()

        assert states() == ["delivered"]
        assert len(set(receiver.ids)) == 1
        assert len(receiver.ids) == 3
        log = list(WebhookAttempt.objects.order_by("pk").values_list("status", flat=True))
        assert log == [500, 503, 200]

    def test_is_given_up_after_a_day(self, endpoint, receiver, later):
        receiver.answers = [500]
        record()
        record()

        for _hour in range(60):
            deliver_due()
            later(1800)
            if states()[0] != "pending":
                break

        first = WebhookDelivery.objects.order_by("pk")[0]
        assert first.state == "failed"
        assert 10 <= first.attempts <= 13
        log = first.log.order_by("pk")
        assert log.last().started_at - log.first().started_at <= datetime.timedelta(hours=24)
        # And what comes after it is not held up for ever.
        receiver.answers = [200]
        deliver_due()
        assert states() == ["failed", "delivered"]

    def test_the_receivers_wish_is_respected(self, endpoint, receiver):
        def busy(handler):
            handler.send_response(429)
            handler.send_header("Retry-After", "3600")
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        receiver.answers = [busy]
        record()
        deliver_due()

        delivery = WebhookDelivery.objects.get()
        assert delivery.next_attempt_at - timezone.now() > datetime.timedelta(minutes=59)

    def test_gone_ends_it_all(self, endpoint, receiver):
        receiver.answers = [410]
        record("page:1")
        record("page:2")

        deliver_due()

        endpoint.refresh_from_db()
        assert (endpoint.enabled, endpoint.disabled_reason) == (False, "gone")
        assert states() == ["cancelled", "cancelled"]
        assert len(receiver.requests) == 1
        assert record() is None

    def test_a_receiver_that_hangs_does_not_hold_up_others(self, endpoint, receiver, settings):
        settings.MKT_API = {**settings.MKT_API, "WEBHOOK_TIMEOUT_SECONDS": 0.3}
        receiver.answers = [lambda handler: time.sleep(3)]
        other = Receiver()
        settings.MKT_CORE = {
            **settings.MKT_CORE,
            "OUTGOING_PORTS": [*settings.MKT_CORE["OUTGOING_PORTS"], other.port],
        }
        create_endpoint("Other", other.url)
        for number in range(5):
            record(f"page:{number}")

        started = time.monotonic()
        deliver_due()

        assert len(other.requests) == 5
        assert time.monotonic() - started < 2.5
        other.close()
        hanging = WebhookDelivery.objects.filter(endpoint=endpoint)
        assert "time" in hanging.filter(attempts=1).get().last_error

    @pytest.mark.parametrize("target", ["http://169.254.169.254/latest/", "http://127.0.0.1:1/"])
    def test_a_redirect_inward_is_not_followed(self, endpoint, receiver, target):
        def redirect(handler):
            handler.send_response(307)
            handler.send_header("Location", target)
            handler.send_header("Content-Length", "0")
            handler.end_headers()

        receiver.answers = [redirect]
        record()
        deliver_due()

        delivery = WebhookDelivery.objects.get()
        assert (delivery.state, delivery.last_status) == ("pending", 307)
        assert len(receiver.requests) == 1

    def test_an_address_inside_is_not_asked_at_all(self, endpoint, receiver, settings):
        settings.MKT_CORE = {**settings.MKT_CORE, "OUTGOING_NETWORKS": []}
        record()
        deliver_due()

        assert receiver.requests == []
        delivery = WebhookDelivery.objects.get()
        assert delivery.last_status is None
        assert delivery.last_error

    def test_a_receiver_that_is_away_is_found_when_it_is_back(
        self, endpoint, receiver, later, settings
    ):
        receiver.close()
        record()
        deliver_due()
        assert WebhookDelivery.objects.get().last_status is None

        back = Receiver()
        WebhookEndpoint.objects.update(url=back.url)
        settings.MKT_CORE = {**settings.MKT_CORE, "OUTGOING_PORTS": [back.port]}
        later(60)
        deliver_due()

        assert states() == ["delivered"]
        back.close()


class TestOrder:
    def test_of_one_object_is_kept_and_others_do_not_wait(self, endpoint, receiver, later):
        receiver.answers = [500, 200]
        record("page:1", "page.published")
        record("page:1", "page.unpublished")
        record("page:2", "page.published")

        for _ in range(4):
            deliver_due()
            later(6)

        sent = [(event["data"]["id"], event["type"]) for event in receiver.events]
        assert sent[0] == ("page:1", "page.published")
        of_one = [event_type for key, event_type in sent[1:] if key == "page:1"]
        assert of_one == ["page.published", "page.unpublished"]
        assert states() == ["delivered"] * 3

    def test_what_somebody_else_is_sending_is_left_alone(self, endpoint, receiver, later):
        record()
        taken = claim()

        assert taken is not None
        assert claim() is None
        later(LEASE.total_seconds() + 1)
        assert claim() == taken


class TestByHand:
    def test_a_test_is_sent_at_once_and_logged(self, endpoint, receiver):
        delivery = send_test(endpoint)

        assert receiver.types == ["webhook.test"]
        assert delivery.state == "delivered"

    def test_what_was_given_up_can_be_sent_again(self, endpoint, receiver):
        event = record()
        WebhookDelivery.objects.update(state="failed", attempts=12)

        assert replay(WebhookDelivery.objects.all()) == 1
        deliver_due()

        assert states() == ["delivered"]
        assert receiver.ids == [event.message_id]

    def test_a_webhook_that_is_switched_off_gets_nothing_until_it_is_on(self, endpoint, receiver):
        record()
        WebhookEndpoint.objects.update(enabled=False)
        assert deliver_due() == 0

        WebhookEndpoint.objects.update(enabled=True)

        assert deliver_due() == 1

    def test_old_events_are_deleted_and_waiting_ones_are_not(self, endpoint, receiver, later):
        record("page:1")
        deliver_due()
        receiver.answers = [500]
        record("page:2")
        later(40 * 24 * 3600)

        assert prune() == 1
        assert states() == ["pending"]

    @pytest.mark.parametrize(
        "url", ["ftp://example.com/", "https://user@example.com/", "nonsense", "http://0x7f.1/"]
    )
    def test_what_cannot_be_sent_to_is_refused(self, db, url):
        with pytest.raises(ValidationError):
            create_endpoint("x", url)

    def test_unknown_types_are_refused(self, db):
        with pytest.raises(ValidationError):
            create_endpoint("x", "https://example.com/", types=["page.eaten"])


class TestCommand:
    def test_sends_tests_and_repeats(self, endpoint, receiver, capsys):
        record()
        call_command("mkt_api_webhooks", "deliver")
        call_command("mkt_api_webhooks", "test", str(endpoint.pk))
        WebhookDelivery.objects.filter(event__type="page.updated").update(state="failed")
        call_command("mkt_api_webhooks", "replay", "--failed")
        call_command("mkt_api_webhooks", "deliver")
        call_command("mkt_api_webhooks", "list")
        call_command("mkt_api_webhooks", "prune", "--days", "1")

        assert receiver.types == ["page.updated", "webhook.test", "page.updated"]
        assert "Answered with 200" in capsys.readouterr().out

    def test_says_when_a_test_fails(self, endpoint, receiver):
        receiver.answers = [500]

        with pytest.raises(CommandError, match="500"):
            call_command("mkt_api_webhooks", "test", str(endpoint.pk))


def test_attempts_are_told_by_a_signal(endpoint, receiver):
    heard = []

    def note(**kwargs):
        heard.append((kwargs["outcome"], kwargs["status"]))

    webhook_attempted.connect(note)
    receiver.answers = [500]
    record()
    deliver_due()
    webhook_attempted.disconnect(note)

    assert heard == [("retry", 500)]


def test_attempts_are_spread_over_a_day():
    start = timezone.now()
    moment, moments = start, []
    for attempts in range(1, 30):
        moment = backoff.next_attempt(attempts, start, now=moment)
        if moment is None:
            break
        moments.append((moment - start).total_seconds())

    assert moments[0] < 6
    assert 18 * 3600 < moments[-1] <= 24 * 3600
    assert len(moments) >= 10


def test_a_snippet_that_changes_twice_is_told_twice(endpoint, receiver):
    topic = TopicFactory()
    topic.save()
    deliver_due()

    assert receiver.types == ["snippet.created", "snippet.updated"]
