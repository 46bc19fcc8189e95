"""Send what waits, and try again what did not arrive."""

from __future__ import annotations

import json
import logging
from datetime import datetime, timedelta
from smtplib import SMTPException

from django.core.mail import send_mail
from django.db import router, transaction
from django.utils import timezone

from mkt_core.outgoing import OutgoingError, request
from mkt_core.outgoing.signatures import key_of, signature_headers

from ..models.alerts import AlertMessage, AlertRule
from ..row_locks import unlocked
from .texts import body_of, document_of, slack_document_of, subject_of

logger = logging.getLogger(__name__)

#: Between the attempts; after the last one a message is given up.
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 2, 5, 15, 60))
#: While a message is being sent, nobody else sends it.
LEASE = timedelta(minutes=2)
BATCH = 50

Status = AlertMessage.Status


def deliver_due(now: datetime | None = None) -> tuple[int, int]:
    """Send the messages that are due: how many arrived, and how many did not."""
    now = now or timezone.now()
    sent = failed = 0
    for message in _taken(now):
        if deliver(message, now):
            sent += 1
        else:
            failed += 1
    return sent, failed


def deliver(message: AlertMessage, now: datetime) -> bool:
    """Send one message, and note whether that went well."""
    problem = ""
    try:
        if message.channel == AlertMessage.Channel.EMAIL:
            _send_email(message)
        else:
            _send_webhook(message)
    except (OSError, SMTPException, OutgoingError, ValueError) as error:
        problem = f"{type(error).__name__}: {error}"[:300]
        logger.warning("A message of an alert did not arrive: %s", problem)
    message.problem, message.attempts = problem, message.attempts + 1
    if not problem:
        message.status = Status.SENT
    elif message.attempts > len(PAUSES):
        message.status = Status.FAILED
    else:
        message.next_attempt_at = now + PAUSES[message.attempts - 1]
    message.save(update_fields=["status", "attempts", "next_attempt_at", "problem"])
    return not problem


def _taken(now: datetime) -> list[AlertMessage]:
    """Messages that are due, with a lease: another process will not find them for a while."""
    alias = router.db_for_write(AlertMessage)
    with transaction.atomic(using=alias):
        due = AlertMessage.objects.using(alias).filter(
            status=Status.WAITING, next_attempt_at__lte=now
        )
        keys = [one.pk for one in unlocked(due).order_by("next_attempt_at")[:BATCH]]
        AlertMessage.objects.using(alias).filter(pk__in=keys).update(next_attempt_at=now + LEASE)
    found = AlertMessage.objects.using(alias).filter(pk__in=keys)
    return list(found.select_related("entry__rule").order_by("pk"))


def _send_email(message: AlertMessage) -> None:
    entry = message.entry
    # A name with a line break would otherwise be another header.
    subject = " ".join(subject_of(entry).split())
    send_mail(
        subject=subject, message=body_of(entry), from_email=None, recipient_list=[message.target]
    )


def _send_webhook(message: AlertMessage) -> None:
    rule = message.entry.rule
    is_slack = rule.webhook_format == AlertRule.WebhookFormat.SLACK
    document = slack_document_of(message.entry) if is_slack else document_of(message.entry)
    body = json.dumps(document).encode()
    headers = {"Content-Type": "application/json"}
    if not is_slack:
        headers |= signature_headers([key_of(rule.webhook_secret)], f"alert_{message.pk}", body)
    request("POST", message.target, headers=headers, body=body, purpose="alert").raise_for_status()
