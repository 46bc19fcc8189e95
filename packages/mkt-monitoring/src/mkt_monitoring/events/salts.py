"""The random keys that visitors are hashed with: one for each day, deleted after 48 hours."""

from __future__ import annotations

import logging
import secrets
import time
from datetime import date, datetime, timedelta
from threading import Lock

from django.db import DatabaseError, connections
from django.utils import timezone

from ..days import date_of
from .options import event_options

logger = logging.getLogger(__name__)

LIFE = timedelta(hours=48)
# While the database is away, a process hashes with a salt of its own, and asks again after this time.
RETRY_SECONDS = 30.0

_salts: dict[date, bytes] = {}
_stopgap: tuple[float, bytes] | None = None
_lock = Lock()


def salt_of(day: date) -> bytes:
    """The salt of a day, 32 bytes; made by whichever process asks first. One query per process and day.

    Without the database it is a random one of this process: events are counted, visitors are told apart, but the same
    visitor may be counted twice.
    """
    salt = _salts.get(day)
    if salt is not None:
        return salt
    with _lock:
        return _salts.get(day) or _fetched(day)


def delete_expired(now: datetime | None = None) -> int:
    """Delete the salts of days that ended long enough ago; gives their number."""
    from ..models import VisitorSalt

    limit = (now or timezone.now()) - LIFE
    oldest = date_of(limit)
    for day in [day for day in _salts if day <= oldest]:
        _salts.pop(day, None)
    # A salt comes into use when its day begins: two days later that is longer ago than its life.
    deleted, _ = (
        VisitorSalt.objects.using(event_options().DATABASE).filter(day__lte=oldest).delete()
    )
    return deleted


def forget() -> None:
    """Read them again; after a test has changed the table."""
    global _stopgap
    _salts.clear()
    _stopgap = None


def _fetched(day: date) -> bytes:
    global _stopgap
    if _stopgap is not None and time.monotonic() < _stopgap[0]:
        return _stopgap[1]
    try:
        salt, may_be_kept = _from_table(day)
    except DatabaseError:
        logger.exception("The salt of %s cannot be read; visitors may be counted twice.", day)
        kept = secrets.token_bytes(32) if _stopgap is None else _stopgap[1]
        _stopgap = (time.monotonic() + RETRY_SECONDS, kept)
        return kept
    _stopgap = None
    if may_be_kept:
        # Yesterday's may still be needed for an event from before midnight.
        for old in sorted(_salts)[:-1]:
            del _salts[old]
        _salts[day] = salt
    return salt


def _from_table(day: date) -> tuple[bytes, bool]:
    from ..models import VisitorSalt

    alias = event_options().DATABASE
    rows = VisitorSalt.objects.using(alias).filter(pk=day).values_list("salt", flat=True)
    found = rows.first()
    if found is not None:
        return bytes(found), True
    VisitorSalt.objects.using(alias).bulk_create(
        [VisitorSalt(day=day, salt=secrets.token_bytes(32))], ignore_conflicts=True
    )
    # Another process may have been faster; ours may still be undone with the caller's transaction.
    return bytes(rows.get()), not connections[alias].in_atomic_block
