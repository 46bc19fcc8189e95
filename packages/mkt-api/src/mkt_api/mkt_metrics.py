"""The API's metrics. Found by mkt-monitoring; without it, nobody imports this module."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.db.models import Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily

from mkt_monitoring.registry import collector, counter, histogram

from .models import WebhookDelivery
from .signals import (
    access_refused,
    deprecation_used,
    token_created,
    token_revoked,
    token_rotated,
    webhook_attempted,
    webhook_event_recorded,
)

refusals = counter("mkt_api_refusals_total", "Requests that were not let in.", ["reason"])
tokens = counter("mkt_api_token_changes_total", "Tokens made, rotated and revoked.", ["change"])
deprecated = counter(
    "mkt_api_deprecated_answers_total",
    "Answers that showed what will be taken away; the field * is the whole resource.",
    ["resource", "field"],
)
events = counter("mkt_api_webhook_events_total", "Changes written down to be told.", ["type"])
attempts = counter("mkt_api_webhook_attempts_total", "Requests to webhooks.", ["outcome"])
durations = histogram("mkt_api_webhook_duration_seconds", "How long webhooks take to answer.")

# From the start, so that the first is an increase and not the birth of the series.
for change in ("created", "rotated", "revoked"):
    tokens.labels(change)
for outcome in ("delivered", "retry", "failed", "gone"):
    attempts.labels(outcome)


def count_refusal(reason: str, **kwargs: Any) -> None:
    refusals.labels(reason).inc()


def count_creation(**kwargs: Any) -> None:
    tokens.labels("created").inc()


def count_rotation(**kwargs: Any) -> None:
    tokens.labels("rotated").inc()


def count_revocation(**kwargs: Any) -> None:
    tokens.labels("revoked").inc()


def count_deprecated(resource: str, fields: Sequence[str], **kwargs: Any) -> None:
    # Both come from what resources declare, never from a request.
    for field in fields:
        deprecated.labels(resource, field).inc()


def count_event(event: Any, **kwargs: Any) -> None:
    events.labels(event.type).inc()


def count_attempt(outcome: str, seconds: float, **kwargs: Any) -> None:
    attempts.labels(outcome).inc()
    durations.observe(seconds)


@collector(ttl_seconds=30, name="mkt_api.webhook_deliveries")
def webhook_deliveries() -> Iterator[GaugeMetricFamily]:
    """What waits, and since when; one query."""
    waiting = WebhookDelivery.objects.waiting()
    found = waiting.aggregate(count=Count("pk"), oldest=Min("event__created_at"))
    yield GaugeMetricFamily(
        "mkt_api_webhook_deliveries_waiting",
        "Deliveries that have not arrived yet.",
        value=found["count"],
    )
    oldest = found["oldest"]
    yield GaugeMetricFamily(
        "mkt_api_webhook_oldest_waiting_seconds",
        "Age of the oldest change that has not arrived everywhere.",
        value=0.0 if oldest is None else (timezone.now() - oldest).total_seconds(),
    )


for signal, receiver in (
    (access_refused, count_refusal),
    (deprecation_used, count_deprecated),
    (token_created, count_creation),
    (token_rotated, count_rotation),
    (token_revoked, count_revocation),
    (webhook_event_recorded, count_event),
    (webhook_attempted, count_attempt),
):
    signal.connect(receiver, dispatch_uid=f"mkt_api.{receiver.__name__}")
