"""Look at every rule, and note who is to be told of what."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from django.db import router, transaction
from django.utils import timezone

from ..models.alerts import AlertEntry, AlertMessage, AlertRule
from ..row_locks import unlocked
from .measures import span_of, value_of

logger = logging.getLogger(__name__)

State = AlertRule.State
Comparison = AlertRule.Comparison
_STATE_FIELDS = ("state", "since", "notified_at", "value", "evaluated_at")


def evaluate_all(now: datetime | None = None) -> int:
    """Evaluate the active rules; how many. One that cannot be evaluated is logged and left as it is.

    Two at once do no harm: a rule that the other one is at is left to it, and whoever comes later finds it done.
    """
    now = now or timezone.now()
    number = 0
    for key in AlertRule.objects.filter(is_active=True).order_by("pk").values_list("pk", flat=True):
        try:
            number += _evaluate_locked(key, now)
        except Exception:
            logger.exception("The alert rule %s could not be evaluated.", key)
    return number


def _evaluate_locked(key: int, now: datetime) -> bool:
    alias = router.db_for_write(AlertRule)
    with transaction.atomic(using=alias):
        rules = AlertRule.objects.using(alias).filter(pk=key, is_active=True)
        rule = unlocked(rules).first()
        if rule is None or (rule.evaluated_at is not None and rule.evaluated_at >= now):
            return False
        evaluate(rule, now)
        return True


def evaluate(rule: AlertRule, now: datetime) -> None:
    """Evaluate one rule, save its state, and write its history and messages. Call it in a transaction."""
    span = span_of(rule, now)
    rule.value = value_of(rule, span)
    rule.evaluated_at = now
    before = None
    if rule.comparison in (Comparison.RISEN, Comparison.FALLEN):
        before = value_of(rule, span.a_week_before())
    if is_met(rule, rule.value, before):
        _met(rule, now)
    else:
        _not_met(rule, now)
    rule.save(update_fields=_STATE_FIELDS)


def is_met(rule: AlertRule, value: float | None, before: float | None = None) -> bool:
    """Whether the condition holds of ``value``, and ``before``, the one of last week. Of nothing, none does."""
    if value is None:
        return False
    if rule.comparison == Comparison.ABOVE:
        return value > rule.threshold
    if rule.comparison == Comparison.BELOW:
        return value < rule.threshold
    if not before:
        return False
    change = (value - before) / before * 100
    return (
        change > rule.threshold if rule.comparison == Comparison.RISEN else -change > rule.threshold
    )


def _met(rule: AlertRule, now: datetime) -> None:
    if rule.state == State.OK:
        rule.state, rule.since = State.PENDING, now
    waited = now - (rule.since or now)
    if rule.state == State.PENDING and waited >= timedelta(minutes=rule.for_minutes):
        rule.state, rule.since, rule.notified_at = State.FIRING, now, None
        note(rule, AlertEntry.Kind.FIRING, now)
    if rule.state == State.FIRING and rule.notified_at is None and not rule.is_quiet(now):
        entry = rule.entries.filter(kind=AlertEntry.Kind.FIRING).first()
        if entry is not None:
            address(entry, now)
        rule.notified_at = now


def _not_met(rule: AlertRule, now: datetime) -> None:
    if rule.state == State.FIRING:
        entry = note(rule, AlertEntry.Kind.RECOVERED, now)
        # Whoever was not told that it began need not know that it is over.
        if rule.notified_at is not None:
            address(entry, now)
    if rule.state != State.OK:
        rule.state, rule.since, rule.notified_at = State.OK, now, None


def note(rule: AlertRule, kind: str, now: datetime) -> AlertEntry:
    """An entry in the rule's history."""
    return AlertEntry.objects.create(rule=rule, kind=kind, at=now, value=rule.value)


def address(entry: AlertEntry, now: datetime) -> list[AlertMessage]:
    """Messages about the entry to all recipients of its rule, to be sent."""
    rule = entry.rule
    targets = [(AlertMessage.Channel.EMAIL, one) for one in dict.fromkeys(rule.recipients)]
    if rule.webhook_url:
        targets.append((AlertMessage.Channel.WEBHOOK, rule.webhook_url))
    messages = [
        AlertMessage(entry=entry, channel=channel, target=target, next_attempt_at=now)
        for channel, target in targets
    ]
    return AlertMessage.objects.bulk_create(messages)
