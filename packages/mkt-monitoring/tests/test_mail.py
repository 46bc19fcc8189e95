"""Mails are counted whatever backend sends them, and however often it is asked."""

import pytest
from django.core import mail
from django.core.mail.backends import dummy, locmem
from django.core.mail.backends.base import BaseEmailBackend


class Refusing(BaseEmailBackend):
    """A mail server that takes the first message and no more, as some do."""

    def send_messages(self, email_messages):
        return 1


class Gone(BaseEmailBackend):
    def send_messages(self, email_messages):
        raise ConnectionRefusedError


class Silent(BaseEmailBackend):
    def send_messages(self, email_messages):
        pass


def messages(number):
    return [mail.EmailMessage("Subject", "Text", "a@example.com", ["b@example.com"])] * number


def test_what_the_site_sends(metrics):
    mail.send_mail("Subject", "Text", "a@example.com", ["b@example.com"])

    assert len(mail.outbox) == 1
    assert metrics.all("mail_sent_total") == {(("result", "sent"),): 1}
    assert metrics.total("mail_send_duration_seconds_count") == 1


@pytest.mark.parametrize(
    ("backend", "sent", "failed"),
    [(locmem.EmailBackend, 3, 0), (dummy.EmailBackend, 3, 0), (Silent, 3, 0), (Refusing, 1, 2)],
)
def test_several_at_once(metrics, backend, sent, failed):
    # Some hand over an iterator.
    backend().send_messages(iter(messages(3)))

    assert metrics.total("mail_sent_total", result="sent") == sent
    assert metrics.total("mail_sent_total", result="failed") == failed


def test_a_mail_server_that_is_gone(metrics):
    with pytest.raises(ConnectionRefusedError):
        Gone().send_messages(messages(2))

    assert metrics.total("mail_sent_total", result="failed") == 2
    assert metrics.total("mail_sent_total", result="sent") == 0
