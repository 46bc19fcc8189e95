"""Durable events: rows of the caller's transaction, moved to the other tables afterwards."""

from __future__ import annotations

from collections.abc import Mapping
from time import time
from typing import Any

from django.db import transaction
from django.http import HttpRequest

from ..row_locks import unlocked
from . import buffer, snapshot
from .forwarding.handing_over import forward
from .options import event_options
from .privacy import exclusion_of
from .resolving import Tracked, event_of, row_of
from .rows import EventRow

BATCH = 500


def put(name: str, request: HttpRequest | None, properties: Mapping[str, Any]) -> None:
    """Write the event in the current transaction.

    Raises:
        InvalidEvent: a property cannot be used.
    """
    from ..models import PendingEvent

    taken = None if request is None else snapshot.take(request)
    item = Tracked(name, time(), taken, properties)
    is_anonymous = taken is not None and bool(exclusion_of(taken))
    row = row_of(event_of(item, is_anonymous=is_anonymous))
    alias = event_options().DATABASE
    PendingEvent.objects.using(alias).create(payload=list(row))
    transaction.on_commit(buffer.rouse, using=alias)


def deliver() -> int:
    """Move what is committed to the tables; gives how many. Several may do it at once: each takes other rows."""
    from ..models import PendingEvent
    from .storage.store import store

    alias = event_options().DATABASE
    moved = 0
    while True:
        with transaction.atomic(using=alias):
            pending = list(unlocked(PendingEvent.objects.using(alias).order_by("pk"))[:BATCH])
            if not pending:
                return moved
            rows = [EventRow(*one.payload) for one in pending]
            store(rows)
            PendingEvent.objects.using(alias).filter(pk__in=[one.pk for one in pending]).delete()
        forward(rows)
        moved += len(pending)
