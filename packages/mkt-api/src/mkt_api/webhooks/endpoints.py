"""Make, change and test webhooks."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.log_actions import log

from mkt_core.conf import core_settings
from mkt_core.outgoing import OutgoingError
from mkt_core.outgoing.targets import parse

from ..conf import api_settings
from ..models import WebhookDelivery, WebhookEndpoint, WebhookEvent
from . import event_types, outbox, signing
from .delivery import LEASE, attempt

ROTATE_ACTION = "mkt_api.webhook_rotate"
REPLAY_ACTION = "mkt_api.webhook_replay"


def create_endpoint(
    name: str, url: str, *, types: Iterable[str] = (), user: Any = None
) -> tuple[WebhookEndpoint, str]:
    """A new webhook, and the secret that the receiver checks signatures with.

    Raises:
        ValidationError: a value that cannot be meant.
    """
    endpoint = WebhookEndpoint(name=name, url=url, event_types=list(types), created_by=user)
    check_endpoint(endpoint)
    return endpoint, issue(endpoint, user=user)


def issue(endpoint: WebhookEndpoint, *, user: Any = None) -> str:
    """Save a row that is not in the database yet; its secret. Writes an entry into Wagtail's log."""
    endpoint.secret_salt = signing.new_salt()
    with transaction.atomic():
        endpoint.save(force_insert=True)
        log(endpoint, "wagtail.create", user=user)
    return signing.secret_of(endpoint)


def rotate_secret(endpoint: WebhookEndpoint, *, user: Any = None) -> str:
    """The new secret. The old one signs as well for ``WEBHOOK_OVERLAP_HOURS``."""
    overlap = timedelta(hours=api_settings.current.WEBHOOK_OVERLAP_HOURS)
    endpoint.previous_salt = endpoint.secret_salt
    endpoint.previous_until = timezone.now() + overlap
    endpoint.secret_salt = signing.new_salt()
    with transaction.atomic():
        endpoint.save(update_fields=["previous_salt", "previous_until", "secret_salt"])
        log(endpoint, ROTATE_ACTION, user=user)
    return signing.secret_of(endpoint)


def send_test(endpoint: WebhookEndpoint) -> WebhookDelivery:
    """Send ``webhook.test`` now, and wait for the answer; the delivery says how it went."""
    data = {"object": "webhook", "id": endpoint.pk, "name": endpoint.name}
    key = f"webhook:{endpoint.pk}:{timezone.now().timestamp()}"
    with transaction.atomic():
        event = outbox.write(event_types.TEST, key, data, [endpoint])
        # Claimed from the start, so that nobody else sends it.
        until = timezone.now() + LEASE
        event.deliveries.update(leased_until=until)
    delivery = event.deliveries.select_related("event", "endpoint").get()
    attempt(delivery)
    return delivery


def replay(deliveries: QuerySet[WebhookDelivery], *, user: Any = None) -> int:
    """Send them (again), from the beginning of their 24 hours; how many. Receivers know them by ``webhook-id``."""
    from .dispatching import wake

    with transaction.atomic():
        rows = list(deliveries.exclude(state=WebhookDelivery.State.PENDING))
        WebhookDelivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=WebhookDelivery.State.PENDING,
            attempts=0,
            first_attempt_at=None,
            next_attempt_at=timezone.now(),
            leased_until=None,
            delivered_at=None,
        )
        for endpoint in {row.endpoint for row in rows}:
            numbers = [row.pk for row in rows if row.endpoint_id == endpoint.pk]
            data = {"deliveries": numbers[:50], "count": len(numbers)}
            log(endpoint, REPLAY_ACTION, user=user, data=data)
        transaction.on_commit(wake)
    return len(rows)


def prune(days: int | None = None) -> int:
    """Delete events older than so many days (``WEBHOOK_KEEP_DAYS``) that nobody waits for; how many."""
    conf = api_settings.current
    age = timedelta(days=conf.WEBHOOK_KEEP_DAYS if days is None else days)
    old = WebhookEvent.objects.filter(created_at__lt=timezone.now() - age)
    waiting = WebhookDelivery.objects.filter(state=WebhookDelivery.State.PENDING)
    _all, found = old.exclude(pk__in=waiting.values("event")).delete()
    return found.get(WebhookEvent._meta.label, 0)


def check_endpoint(endpoint: WebhookEndpoint) -> None:
    """
    Raises:
        ValidationError: by field, what cannot be meant.
    """
    errors: dict[str, Any] = {}
    if not endpoint.name.strip():
        errors["name"] = _("A webhook needs a name.")
    if problem := url_problem(endpoint.url):
        errors["url"] = problem
    if unknown := sorted(set(endpoint.event_types) - event_types.NAMES):
        errors["event_types"] = _("There is no event type “%(name)s”.") % {"name": unknown[0]}
    if errors:
        raise ValidationError(errors)


def url_problem(url: str) -> str:
    """Why nothing can be sent there, as far as the URL itself tells; "" if it can."""
    conf = core_settings.current
    try:
        parse(
            url,
            schemes=conf.OUTGOING_SCHEMES,
            ports=conf.OUTGOING_PORTS,
            hosts=conf.OUTGOING_HOSTS,
        )
    except OutgoingError as error:
        return str(error)
    return ""
