import base64
import hashlib
import hmac
import json
from datetime import timedelta
from io import StringIO

import django
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from mkt_monitoring.alerts import running
from mkt_monitoring.models import AlertMessage, AlertRule, EventMinute

from .receivers import mail_server, web_server

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


@pytest.fixture
def mails(settings):
    """A mail server that the site uses."""
    with mail_server() as server:
        host, port = server.server_address
        backend = "django.core.mail.backends.smtp.EmailBackend"
        if django.VERSION >= (6, 1):
            options = {"host": host, "port": port}
            settings.MAILERS = {"default": {"BACKEND": backend, "OPTIONS": options}}
        else:
            settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT = backend, host, port
        yield server


@pytest.fixture
def hook(settings):
    """A web server on this machine that the site may ask; ``url`` is its address."""
    with web_server() as server:
        host, port = server.server_address
        settings.MKT_CORE = {"OUTGOING_NETWORKS": ["127.0.0.0/8"], "OUTGOING_PORTS": [port]}
        server.url = f"http://{host}:{port}/hook"
        yield server


@pytest.fixture
def rounds():
    """Run the rules once a minute; each number is how many page views the minute before had."""

    def play(*counts, start=None):
        now = (start or timezone.now()).replace(second=30, microsecond=0)
        for count in counts:
            EventMinute.objects.all().delete()
            start_of_minute = (now - MINUTE).replace(second=0)
            EventMinute.objects.create(start=start_of_minute, event="page_view", count=count)
            running.run(now)
            now += MINUTE
        return now

    return play


def test_what_an_editor_sets_reaches_a_mail_server_and_its_recovery_too(
    admin_client, mails, rounds
):
    response = admin_client.post(
        "/admin/mkt_alert_rules/new/",
        {
            "name": "Many\nvisitors",
            "measure": "events",
            "event": "page_view",
            "comparison": "above",
            "threshold": "10",
            "window_minutes": "5",
            "for_minutes": "0",
            "severity": "critical",
            "is_active": "on",
            "emails": "ada@example.org\r\ngrace@example.org",
            "webhook_format": "signed",
        },
    )
    assert response.status_code == 302, response.context["form"].errors
    rounds(50, 60, 1)

    recipients = [who for (who,), _ in mails.kept]
    assert recipients == ["ada@example.org", "grace@example.org"] * 2
    first, last = mails.kept[0][1], mails.kept[-1][1]
    assert "Subject: [Critical] Many visitors" in first
    assert "Value: 50" in first
    assert "Events (page_view) is above 10, over the last 5 minutes" in first.replace("=\r\n", "")
    assert "http://testserver/admin/reports/monitoring/" in first
    assert "Subject: [Recovered] Many visitors" in last


def test_a_signed_webhook_and_its_recovery(rule, hook, rounds):
    one = rule(emails="", webhook_url="https://example.org/hook")
    AlertRule.objects.update(webhook_url=hook.url)
    rounds(50, 1)

    (headers, body), (_, last) = hook.kept
    document = json.loads(body)
    assert document["type"] == "alert.firing"
    assert document["data"]["value"] == 50
    assert json.loads(last)["type"] == "alert.recovered"
    # As the specification tells receivers to check it.
    key = base64.b64decode(one.webhook_secret.removeprefix("whsec_"))
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    expected = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"


def test_slack_gets_a_text_in_which_nobody_is_mentioned(rule, hook, rounds):
    rule(
        name="<!channel> & more",
        emails="",
        webhook_url="https://example.org/hook",
        webhook_format="slack",
    )
    AlertRule.objects.update(webhook_url=hook.url)
    rounds(50)

    ((headers, body),) = hook.kept
    assert json.loads(body)["text"].startswith("*[Warning] &lt;!channel&gt; &amp; more*\n")
    assert "webhook-signature" not in headers


def test_a_receiver_that_is_down_gets_it_later(rule, hook, rounds):
    rule(emails="", webhook_url="https://example.org/hook")
    AlertRule.objects.update(webhook_url=hook.url)
    hook.status = 500
    now = rounds(50, 50)
    message = AlertMessage.objects.get()
    assert (message.status, message.attempts) == ("waiting", 2)
    assert "500" in message.problem or "BadStatus" in message.problem

    hook.status = 200
    rounds(50, start=now + 2 * MINUTE)
    message.refresh_from_db()
    assert (message.status, message.attempts, message.problem) == ("sent", 3, "")
    assert {headers["webhook-id"] for headers, _ in hook.kept} == {f"alert_{message.pk}"}


def test_it_is_given_up_in_the_end(rule, hook, rounds):
    rule(emails="", webhook_url="https://example.org/hook")
    AlertRule.objects.update(webhook_url=hook.url)
    hook.status = 500
    now = rounds(50)
    for _ in range(10):
        now = rounds(50, start=now + timedelta(hours=2))

    message = AlertMessage.objects.get()
    assert (message.status, message.attempts) == ("failed", 6)


def test_one_recipient_that_fails_does_not_hold_up_the_other(rule, mails, hook, rounds):
    rule(emails="ada@example.org", webhook_url="https://example.org/hook")
    AlertRule.objects.update(webhook_url=hook.url)
    hook.status = 500
    rounds(50)

    assert len(mails.kept) == 1
    statuses = dict(AlertMessage.objects.values_list("channel", "status"))
    assert statuses == {"email": "sent", "webhook": "waiting"}


def test_a_webhook_inside_the_own_network_is_not_asked(rule, rounds):
    rule(emails="", webhook_url="http://169.254.169.254/latest/")
    rounds(50)

    message = AlertMessage.objects.get()
    assert message.status == "waiting"
    assert "AddressRefused" in message.problem


class TestTrying:
    def test_a_test_message_goes_out_at_once(self, rule, admin_client, mails):
        one = rule()
        response = admin_client.post(f"/admin/mkt_alert_rules/test/{one.pk}/", follow=True)

        assert [who for (who,), _ in mails.kept] == ["ada@example.org", "grace@example.org"]
        assert "Subject: [Test] Too many" in mails.kept[0][1]
        assert "Sent to ada@example.org." in response.content.decode()
        one.refresh_from_db()
        assert one.state == "ok"

    def test_what_went_wrong_is_told(self, rule, admin_client, hook):
        one = rule(emails="", webhook_url="https://example.org/hook")
        AlertRule.objects.update(webhook_url=hook.url)
        hook.status = 404
        response = admin_client.post(f"/admin/mkt_alert_rules/test/{one.pk}/", follow=True)

        assert "Not sent to" in response.content.decode()
        assert AlertMessage.objects.get().status == "failed"

    def test_not_by_everybody(self, rule, client, django_user_model):
        user = django_user_model.objects.create_user("nobody", password="x")
        client.force_login(user)
        one = rule()

        assert client.post(f"/admin/mkt_alert_rules/test/{one.pk}/").status_code == 302
        assert not AlertMessage.objects.exists()

    def test_not_by_following_a_link(self, rule, admin_client):
        one = rule()
        assert admin_client.get(f"/admin/mkt_alert_rules/test/{one.pk}/").status_code == 405


class TestSwitch:
    def test_is_told_after_each_round(self, hook, settings):
        settings.MKT_MONITORING = {
            "EVENTS": {"BACKGROUND": False},
            "ALERTS_HEARTBEAT_URL": hook.url,
        }
        assert running.run().heartbeat is True
        assert len(hook.kept) == 1

    def test_that_is_down_stops_nothing(self, hook, settings, rule):
        settings.MKT_MONITORING = {
            "EVENTS": {"BACKGROUND": False},
            "ALERTS_HEARTBEAT_URL": hook.url,
        }
        hook.status = 500
        rule()
        done = running.run()
        assert (done.evaluated, done.heartbeat) == (1, False)


class TestCommand:
    def test_tells_what_it_did(self, rule):
        rule()
        out = StringIO()
        call_command("mkt_alerts_run", stdout=out)

        assert out.getvalue().startswith("1 rules evaluated, 0 messages sent")

    def test_does_not_run_all_the_time(self):
        with pytest.raises(CommandError, match="at least 10"):
            call_command("mkt_alerts_run", every=1)


def test_the_task_does_the_same(rule):
    one = rule()
    running.evaluate_alerts.enqueue()
    one.refresh_from_db()
    assert one.evaluated_at is not None
