"""Sending what is due."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from mkt_core.outgoing import OutgoingError, request

from ..conf import api_settings
from ..models import WebhookAttempt, WebhookDelivery, WebhookEndpoint
from ..signals import webhook_attempted
from . import signing
from .backoff import next_attempt

logger = logging.getLogger("mkt_api.webhooks")

GONE = 410
#: Longer than any request may take; whoever dies with a delivery in hand keeps it no longer than this.
LEASE = timedelta(seconds=90)
#: After a failure an endpoint is left alone for so long.
PAUSE = timedelta(seconds=5)
_MAX_ANSWER_BYTES = 1_000_000
_PENDING = WebhookDelivery.State.PENDING


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one request."""

    status: int | None
    error: str
    seconds: float
    retry_after: str = ""

    @property
    def ok(self) -> bool:
        return self.status is not None and 200 <= self.status < 300


def deliver_due(limit: int = 100) -> int:
    """Send what is due, at most ``limit`` requests; how many were sent.

    May run in any number of processes at once: each delivery is sent by one of them, and of one object nothing is sent
    while something earlier still waits. A worker that dies in the middle has lost nothing: its delivery is sent again,
    with the same ``webhook-id``, after ``LEASE``.
    """
    for sent in range(limit):
        delivery = claim()
        if delivery is None:
            return sent
        attempt(delivery)
    return limit


def claim() -> WebhookDelivery | None:
    """Take the next delivery that is due, for ``LEASE``; None if there is none. Two queries."""
    while True:
        now = timezone.now()
        free = Q(leased_until=None) | Q(leased_until__lte=now)
        candidate = _due(now).filter(free).first()
        if candidate is None:
            return None
        until = now + LEASE
        taken = WebhookDelivery.objects.filter(free, pk=candidate.pk, state=_PENDING)
        if taken.update(leased_until=until):
            candidate.leased_until = until
            return candidate


def _due(now: datetime) -> QuerySet[WebhookDelivery]:
    """Deliveries whose time has come, and that nothing earlier about the same object stands before."""
    earlier = WebhookDelivery.objects.filter(
        endpoint=OuterRef("endpoint"),
        object_key=OuterRef("object_key"),
        state=_PENDING,
        pk__lt=OuterRef("pk"),
    )
    due = WebhookDelivery.objects.waiting().filter(~Exists(earlier), next_attempt_at__lte=now)
    return due.select_related("event", "endpoint").order_by("next_attempt_at", "pk")


def attempt(delivery: WebhookDelivery) -> bool:
    """Send a delivery that was claimed, and write down what came of it. Whether it was delivered."""
    answer = _sent(delivery)
    now = timezone.now()
    started_at = now - timedelta(seconds=answer.seconds)
    with transaction.atomic():
        WebhookAttempt.objects.create(
            delivery=delivery,
            started_at=started_at,
            seconds=round(answer.seconds, 3),
            status=answer.status,
            error=answer.error,
        )
        outcome = _noted(delivery, answer, started_at)
    webhook_attempted.send_robust(
        sender=WebhookDelivery,
        delivery=delivery,
        outcome=outcome,
        status=answer.status,
        seconds=answer.seconds,
    )
    return answer.ok


def _sent(delivery: WebhookDelivery) -> Answer:
    event, endpoint = delivery.event, delivery.endpoint
    body = event.body.encode()
    headers = {
        "Content-Type": "application/json",
        **signing.headers(endpoint, event.message_id, body),
    }
    started = monotonic()
    try:
        response = request(
            "POST",
            endpoint.url,
            headers=headers,
            body=body,
            max_bytes=_MAX_ANSWER_BYTES,
            total_seconds=api_settings.current.WEBHOOK_TIMEOUT_SECONDS,
            purpose="webhook",
        )
    except OutgoingError as failure:
        return Answer(None, str(failure)[:300], monotonic() - started)
    error = "" if response.ok else f"The answer has the status {response.status}."
    wish = response.headers.get("Retry-After", "") if response.status in (429, 503) else ""
    return Answer(response.status, error, monotonic() - started, wish)


def _noted(delivery: WebhookDelivery, answer: Answer, started_at: datetime) -> str:
    """Change the delivery: delivered, to be tried again, given up, or cancelled with its endpoint."""
    now = timezone.now()
    lease = delivery.leased_until
    delivery.attempts += 1
    delivery.first_attempt_at = delivery.first_attempt_at or started_at
    delivery.leased_until = None
    delivery.last_status, delivery.last_error = answer.status, answer.error
    outcome = _decided(delivery, answer, now)
    names = (
        *("state", "attempts", "first_attempt_at", "next_attempt_at"),
        *("leased_until", "last_status", "last_error", "delivered_at"),
    )
    # Whoever was away for so long that somebody else has taken over changes nothing any more.
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, leased_until=lease)
    mine.update(**{name: getattr(delivery, name) for name in names})
    if outcome == "gone":
        _give_up_endpoint(delivery.endpoint)
    return outcome


def _decided(delivery: WebhookDelivery, answer: Answer, now: datetime) -> str:
    if answer.ok:
        delivery.state, delivery.delivered_at = WebhookDelivery.State.DELIVERED, now
        return "delivered"
    if answer.status == GONE:
        delivery.state = WebhookDelivery.State.CANCELLED
        return "gone"
    assert delivery.first_attempt_at is not None
    moment = next_attempt(
        delivery.attempts, delivery.first_attempt_at, now=now, retry_after=answer.retry_after
    )
    if moment is None:
        delivery.state = WebhookDelivery.State.FAILED
        logger.error("Webhook %s: given up on %s", delivery.endpoint_id, delivery.event)
        return "failed"
    delivery.next_attempt_at = moment
    _spare(delivery.endpoint, now)
    return "retry"


def _spare(endpoint: WebhookEndpoint, now: datetime) -> None:
    """Who does not answer is asked by one delivery now and then, and does not hold up what is for others."""
    due = endpoint.deliveries.filter(state=_PENDING, next_attempt_at__lte=now)
    due.update(next_attempt_at=now + PAUSE)


def _give_up_endpoint(endpoint: WebhookEndpoint) -> None:
    """410: nobody there wants to hear of us again."""
    logger.warning("Webhook %s was answered with 410 and is switched off", endpoint.pk)
    WebhookEndpoint.objects.filter(pk=endpoint.pk).update(enabled=False, disabled_reason="gone")
    endpoint.deliveries.filter(state=_PENDING).update(state=WebhookDelivery.State.CANCELLED)
