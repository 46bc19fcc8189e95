"""Writing down what is to be told, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import router, transaction
from django.utils import timezone

from ..models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from ..signals import webhook_event_recorded
from . import dispatching
from .payloads import body_of


def listening() -> list[WebhookEndpoint]:
    """The endpoints that are switched on. One query."""
    return list(WebhookEndpoint.objects.filter(enabled=True))


def record(
    event_type: str,
    object_key: str,
    data: Mapping[str, Any],
    endpoints: Sequence[WebhookEndpoint] | None = None,
) -> WebhookEvent | None:
    """Note an event for all who want to know, and send it once the transaction has committed.

    None, and nothing is written, if nobody wants to. Two statements, and one more without ``endpoints``. With the
    transaction the note is rolled back as well.
    """
    wanting = [
        endpoint
        for endpoint in (listening() if endpoints is None else endpoints)
        if endpoint.wants(event_type)
    ]
    return write(event_type, object_key, data, wanting) if wanting else None


def write(
    event_type: str,
    object_key: str,
    data: Mapping[str, Any],
    endpoints: Sequence[WebhookEndpoint],
) -> WebhookEvent:
    """Note an event for these endpoints, whatever they want."""
    now = timezone.now()
    using = router.db_for_write(WebhookEvent)
    with transaction.atomic(using=using):
        event = WebhookEvent.objects.create(
            type=event_type,
            object_key=object_key,
            body=body_of(event_type, data, now),
            created_at=now,
        )
        WebhookDelivery.objects.bulk_create(
            WebhookDelivery(
                event=event, endpoint=endpoint, object_key=object_key, next_attempt_at=now
            )
            for endpoint in endpoints
        )
        transaction.on_commit(dispatching.wake, using=using)
    webhook_event_recorded.send_robust(sender=WebhookEvent, event=event, endpoints=len(endpoints))
    return event
