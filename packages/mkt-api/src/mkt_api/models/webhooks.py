"""Who is told of changes, what there is to tell, and what became of it."""

from __future__ import annotations

import uuid

from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .made import Made


class WebhookEndpoint(Made):
    """An address on another server that changes are sent to.

    Its secret is kept nowhere: it is made of SECRET_KEY and ``secret_salt``.
    """

    name = models.CharField(_("name"), max_length=100)
    url = models.CharField(
        _("URL"), max_length=2000, help_text=_("Gets a POST request for each change.")
    )
    # Empty: all there are.
    event_types = models.JSONField(
        _("event types"), default=list, blank=True, help_text=_("None means all of them.")
    )
    enabled = models.BooleanField(_("enabled"), default=True)
    # Why it was switched off by itself: "gone" (the answer was 410), else "".
    disabled_reason = models.CharField(max_length=20, blank=True, editable=False)
    secret_salt = models.CharField(max_length=64, editable=False)
    # After a rotation requests are signed with both secrets for a while.
    previous_salt = models.CharField(max_length=64, blank=True, editable=False)
    previous_until = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("webhook")
        verbose_name_plural = _("webhooks")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name

    def wants(self, event_type: str) -> bool:
        """Whether it is to be told of such an event."""
        return not self.event_types or event_type in self.event_types


class WebhookEvent(models.Model):
    """Something that has changed, written in the transaction of the change."""

    # ``webhook-id``: the same in every attempt, so that receivers know what they have had.
    uid = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    type = models.CharField(_("type"), max_length=50)
    # What it is about, such as "page:12": events of one object arrive in order.
    object_key = models.CharField(_("object"), max_length=255)
    # The request's body, byte for byte.
    body = models.TextField(_("content"))
    created_at = models.DateTimeField(_("created"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("webhook event")
        verbose_name_plural = _("webhook events")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"{self.type} {self.object_key}"

    @property
    def message_id(self) -> str:
        """The value of ``webhook-id``."""
        return f"msg_{self.uid.hex}"


class WebhookDeliveryQuerySet(models.QuerySet["WebhookDelivery"]):
    def waiting(self) -> WebhookDeliveryQuerySet:
        """Not sent yet, and to be sent: their webhooks are switched on."""
        return self.filter(state=WebhookDelivery.State.PENDING, endpoint__enabled=True)


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint."""

    class State(models.TextChoices):
        PENDING = "pending", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Given up")
        CANCELLED = "cancelled", _("Cancelled")

    event = models.ForeignKey(
        WebhookEvent,
        verbose_name=_("event"),
        on_delete=models.CASCADE,
        related_name="deliveries",
    )
    endpoint = models.ForeignKey(
        WebhookEndpoint,
        verbose_name=_("webhook"),
        on_delete=models.CASCADE,
        related_name="deliveries",
    )
    # The event's own, here for the index.
    object_key = models.CharField(_("object"), max_length=255)
    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.PENDING
    )
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    # When the first attempt was made since it is waiting; attempts end a day later.
    first_attempt_at = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(_("next attempt"), default=timezone.now)
    # Somebody is sending it until then; who has died lets go by himself.
    leased_until = models.DateTimeField(null=True)
    last_status = models.PositiveSmallIntegerField(_("last answer"), null=True)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    delivered_at = models.DateTimeField(_("delivered"), null=True)

    objects = WebhookDeliveryQuerySet.as_manager()

    class Meta:
        verbose_name = _("webhook delivery")
        verbose_name_plural = _("webhook deliveries")
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["event", "endpoint"], name="mkt_api_delivery_once")
        ]
        indexes = [
            models.Index(fields=["state", "next_attempt_at"], name="mkt_api_delivery_due"),
            models.Index(fields=["endpoint", "object_key", "state"], name="mkt_api_delivery_order"),
        ]

    def __str__(self) -> str:
        return f"{self.event} → {self.endpoint}"


class WebhookAttempt(models.Model):
    """One request and its answer."""

    delivery = models.ForeignKey(
        WebhookDelivery,
        verbose_name=_("delivery"),
        on_delete=models.CASCADE,
        related_name="log",
    )
    started_at = models.DateTimeField(_("started"), default=timezone.now)
    seconds = models.FloatField(_("seconds"))
    # None: there was no answer; ``error`` says why.
    status = models.PositiveSmallIntegerField(_("answer"), null=True)
    error = models.CharField(_("error"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("webhook attempt")
        verbose_name_plural = _("webhook attempts")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M:%S} {self.status or self.error}"
