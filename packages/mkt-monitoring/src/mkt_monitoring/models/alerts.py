"""Rules that editors set, what became of them, and the messages that are on their way."""

from __future__ import annotations

import secrets
from datetime import datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from mkt_core.outgoing.signatures import secret_text

DAY_MINUTES = 24 * 60


def new_secret() -> str:
    """A key for signatures, as the Standard Webhooks specification writes it."""
    return secret_text(secrets.token_bytes(24))


class AlertRule(models.Model):
    """When somebody is to be told, and who."""

    class Measure(models.TextChoices):
        EVENTS = "events", _("Events")
        REQUESTS = "requests", _("Requests per minute")
        FAILED = "failed", _("Failed requests, per cent")
        SLOW = "slow", _("Time to answer that 95 % stay within, milliseconds")
        CACHED = "cached", _("Answered from the cache, per cent")
        TASKS = "tasks", _("Tasks that wait")
        TASK_AGE = "task_age", _("Age of the oldest task, minutes")
        HEALTH = "health", _("Failing health checks")

    class Comparison(models.TextChoices):
        ABOVE = "above", _("is above")
        BELOW = "below", _("is below")
        RISEN = "risen", _("has risen since last week by more than (per cent)")
        FALLEN = "fallen", _("has fallen since last week by more than (per cent)")

    class Severity(models.TextChoices):
        INFO = "info", _("Information")
        WARNING = "warning", _("Warning")
        CRITICAL = "critical", _("Critical")

    class State(models.TextChoices):
        OK = "ok", _("All is well")
        PENDING = "pending", _("Pending")
        FIRING = "firing", _("Firing")

    class WebhookFormat(models.TextChoices):
        SIGNED = "signed", _("JSON, signed")
        SLACK = "slack", _("Slack and what understands it")

    #: Measures that are known of last week.
    WITH_HISTORY = frozenset({"events", "requests", "failed", "slow"})

    name = models.CharField(_("name"), max_length=100, unique=True)
    is_active = models.BooleanField(_("active"), default=True)
    measure = models.CharField(
        _("measure"), max_length=20, choices=Measure.choices, default=Measure.FAILED
    )
    event = models.CharField(
        _("event"),
        max_length=50,
        blank=True,
        help_text=_("Only for the measure “Events”: its name, such as page_view or not_found."),
    )
    comparison = models.CharField(
        _("condition"), max_length=10, choices=Comparison.choices, default=Comparison.ABOVE
    )
    threshold = models.FloatField(_("value"), validators=[MinValueValidator(0)])
    window_minutes = models.PositiveIntegerField(
        _("over the last (minutes)"),
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(DAY_MINUTES)],
    )
    for_minutes = models.PositiveIntegerField(
        _("for at least (minutes)"),
        default=0,
        validators=[MaxValueValidator(DAY_MINUTES)],
        help_text=_("How long it must be so before anybody is told."),
    )
    severity = models.CharField(
        _("severity"), max_length=10, choices=Severity.choices, default=Severity.WARNING
    )
    quiet_from = models.TimeField(_("quiet from"), null=True, blank=True)
    quiet_until = models.TimeField(
        _("quiet until"),
        null=True,
        blank=True,
        help_text=_("Messages wait until then, unless the rule is critical. Times of the site."),
    )
    emails = models.TextField(_("e-mail addresses"), blank=True, help_text=_("One on each line."))
    webhook_url = models.URLField(_("webhook"), max_length=500, blank=True)
    webhook_format = models.CharField(
        _("format"), max_length=10, choices=WebhookFormat.choices, default=WebhookFormat.SIGNED
    )
    webhook_secret = models.CharField(
        _("key of the signature"), max_length=100, blank=True, default=new_secret
    )

    state = models.CharField(
        _("state"), max_length=10, choices=State.choices, default=State.OK, editable=False
    )
    since = models.DateTimeField(_("since"), null=True, editable=False)
    notified_at = models.DateTimeField(_("told at"), null=True, editable=False)
    value = models.FloatField(_("last value"), null=True, editable=False)
    evaluated_at = models.DateTimeField(_("evaluated at"), null=True, editable=False)

    class Meta:
        verbose_name = _("alert rule")
        verbose_name_plural = _("alert rules")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """A rule that could never fire, or that would tell nobody, is refused."""
        errors: dict[str, Any] = {}
        if self.measure == self.Measure.EVENTS and not self.event:
            errors["event"] = _("Say which event.")
        if self.measure != self.Measure.EVENTS and self.event:
            errors["event"] = _("Only the measure “Events” has one.")
        is_relative = self.comparison in (self.Comparison.RISEN, self.Comparison.FALLEN)
        if is_relative and self.measure not in self.WITH_HISTORY:
            errors["comparison"] = _("Of this measure nobody knows what it was a week ago.")
        if (self.quiet_from is None) != (self.quiet_until is None):
            errors["quiet_until"] = _("Say both when it is quiet from and until, or neither.")
        if bad := [one for one in self.recipients if not _is_email(one)]:
            errors["emails"] = _("These are no e-mail addresses: %(bad)s.") % {
                "bad": ", ".join(bad)
            }
        elif not self.recipients and not self.webhook_url:
            errors["emails"] = _("Name somebody to be told: an e-mail address or a webhook.")
        if errors:
            raise ValidationError(errors)

    @property
    def recipients(self) -> list[str]:
        """The e-mail addresses."""
        return [line.strip() for line in self.emails.splitlines() if line.strip()]

    def is_quiet(self, now: datetime) -> bool:
        """Whether messages wait at this moment; the hours may go over midnight."""
        if self.quiet_from is None or self.quiet_until is None:
            return False
        if self.severity == self.Severity.CRITICAL:
            return False
        clock: time = now.astimezone(timezone.get_default_timezone()).time()
        if self.quiet_from <= self.quiet_until:
            return self.quiet_from <= clock < self.quiet_until
        return clock >= self.quiet_from or clock < self.quiet_until


class AlertEntry(models.Model):
    """Something that has happened to a rule."""

    class Kind(models.TextChoices):
        FIRING = "firing", _("Firing")
        RECOVERED = "recovered", _("Recovered")
        TEST = "test", _("Test")

    rule = models.ForeignKey(
        AlertRule, verbose_name=_("rule"), on_delete=models.CASCADE, related_name="entries"
    )
    kind = models.CharField(_("what"), max_length=10, choices=Kind.choices)
    at = models.DateTimeField(_("at"))
    value = models.FloatField(_("value"), null=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("entry of an alert’s history")
        verbose_name_plural = _("history of alerts")
        ordering = ("-at", "-pk")
        indexes = [models.Index(fields=["rule", "-at"], name="mkt_alert_entry_rule")]

    def __str__(self) -> str:
        return f"{self.rule}: {self.get_kind_display()}"


class AlertMessage(models.Model):
    """A message to one recipient, kept until it has arrived or was given up."""

    class Channel(models.TextChoices):
        EMAIL = "email", _("E-mail")
        WEBHOOK = "webhook", _("Webhook")

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        SENT = "sent", _("Sent")
        FAILED = "failed", _("Given up")

    entry = models.ForeignKey(
        AlertEntry, verbose_name=_("entry"), on_delete=models.CASCADE, related_name="messages"
    )
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    target = models.CharField(_("recipient"), max_length=500)
    status = models.CharField(
        _("status"), max_length=10, choices=Status.choices, default=Status.WAITING
    )
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt at"))
    problem = models.CharField(_("problem"), max_length=300, blank=True)

    class Meta:
        default_permissions = ()
        verbose_name = _("message of an alert")
        verbose_name_plural = _("messages of alerts")
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                name="mkt_alert_message_waiting",
                condition=models.Q(status="waiting"),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_channel_display()} {self.target}"


def _is_email(text: str) -> bool:
    try:
        validate_email(text)
    except ValidationError:
        return False
    return True
