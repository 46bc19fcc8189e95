"""Telling the services of ``EVENTS["FORWARD"]``, by tasks that try again."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.utils import timezone

from mkt_core.outgoing import OutgoingError, request
from mkt_core.tasks import task

from ..counting import forwarded
from ..rows import EventRow
from .base import Service
from .configuration import services
from .services import SERVICES

logger = logging.getLogger(__name__)

#: Events in one task.
BATCH = 100
FIRST_DELAY_SECONDS, LONGEST_DELAY_SECONDS = 30.0, 3600.0
#: How often a task tries where a queue can put it off (for some fifteen hours), and where it cannot.
ATTEMPTS, ATTEMPTS_AT_ONCE = 20, 3
TIMEOUT_SECONDS = 5.0
# The service asks for patience, or is not well; what else it says will not change.
_PASSING = frozenset({408, 425, 429})


def enqueue(rows: Sequence[EventRow]) -> None:
    """A task for each service and each hundred events that it wants.

    Raises:
        ImproperlyConfigured: an entry of ``FORWARD`` cannot be used.
    """
    for number, service in enumerate(services()):
        wanted = [list(row) for row in rows if service.wants(row)]
        for first in range(0, len(wanted), BATCH):
            part = wanted[first : first + BATCH]
            try:
                forward_events.enqueue(number, part)
            except Exception:
                # One service's trouble is not another's.
                logger.exception("The queue takes no events for %s.", _name(service))
                forwarded.labels(_name(service), "lost").inc(len(part))


@task
def forward_events(number: int, rows: list[list[Any]], attempts: int = 0) -> None:
    """Tell the service at ``number`` of ``FORWARD`` of these events; again later if it is away."""
    service = services()[number]
    events = [EventRow(*row) for row in rows]
    told: set[str] = set()
    for call in service.calls(events):
        try:
            answer = request(
                "POST",
                call.url,
                json=call.json,
                headers=call.headers,
                total_seconds=TIMEOUT_SECONDS,
                purpose="events",
            )
            failure = "" if answer.ok else f"HTTP {answer.status}"
            is_passing = answer.status >= 500 or answer.status in _PASSING
        except OutgoingError as error:
            # Not the message, which may have the address, and that a secret.
            failure, is_passing = type(error).__name__, True
        if failure:
            rest = [row for row in events if row.id not in told]
            forwarded.labels(_name(service), "told").inc(len(told))
            _failed(number, service, rest, failure, is_passing, attempts)
            return
        told.update(row.id for row in call.rows)
    forwarded.labels(_name(service), "told").inc(len(events))


def _failed(
    number: int,
    service: Service,
    rest: list[EventRow],
    failure: str,
    is_passing: bool,
    attempts: int,
) -> None:
    can_defer = forward_events.get_backend().supports_defer
    limit = ATTEMPTS if can_defer else ATTEMPTS_AT_ONCE
    if not is_passing or attempts + 1 >= limit:
        logger.error("%d events are not told to %s: %s.", len(rest), _name(service), failure)
        forwarded.labels(_name(service), "lost").inc(len(rest))
        return
    arguments = (number, [list(row) for row in rest], attempts + 1)
    if can_defer:
        delay = min(FIRST_DELAY_SECONDS * 2**attempts, LONGEST_DELAY_SECONDS)
        moment = timezone.now() + timedelta(seconds=delay)
        forward_events.using(run_after=moment).enqueue(*arguments)
    else:
        time.sleep(0.1 * 2**attempts)
        forward_events.enqueue(*arguments)


def _name(service: Service) -> str:
    return next(name for name, kind in SERVICES.items() if isinstance(service, kind))
