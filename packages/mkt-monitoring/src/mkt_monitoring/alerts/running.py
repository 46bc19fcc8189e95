"""One round: evaluate, send, and say that it was done."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone

from mkt_core.outgoing import OutgoingError, request
from mkt_core.tasks import task

from ..conf import settings_in_force
from ..models.alerts import AlertEntry
from .delivery import deliver_due
from .evaluation import evaluate_all

logger = logging.getLogger(__name__)

HISTORY_FOR = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Round:
    """What was done."""

    evaluated: int
    sent: int
    not_sent: int
    #: Whether the dead-man's switch was told; None if there is none.
    heartbeat: bool | None


def run(now: datetime | None = None) -> Round:
    """Evaluate all rules, send all messages that are due, then tell the dead-man's switch.

    Safe to be done by several processes at once. Each does what the others have not begun.
    """
    now = now or timezone.now()
    evaluated = evaluate_all(now)
    sent, not_sent = deliver_due(now)
    AlertEntry.objects.filter(at__lt=now - HISTORY_FOR).delete()
    return Round(evaluated, sent, not_sent, _heartbeat())


def _heartbeat() -> bool | None:
    """Somebody outside must notice when the rules are no longer evaluated: nobody inside could tell."""
    url = settings_in_force().ALERTS_HEARTBEAT_URL
    if not url:
        return None
    try:
        request("GET", url, purpose="alert").raise_for_status()
    except OutgoingError as error:
        logger.warning("The dead-man's switch could not be told: %s", error)
        return False
    return True


@task()
def evaluate_alerts() -> None:
    """The round as a task, for sites that have something that enqueues one every minute."""
    run()
