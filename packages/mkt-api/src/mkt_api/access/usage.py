"""When a token was last used: written rarely, so that reading does not become writing."""

from __future__ import annotations

from threading import Lock
from time import monotonic

from django.db import DatabaseError, router, transaction
from django.utils import timezone

from ..conf import api_settings
from ..models import ApiToken
from .identity import TokenFacts

MAX_ENTRIES = 10_000

# Tokens that this process has written of, and until when that is enough.
_noted: dict[int, float] = {}
_lock = Lock()


def note(facts: TokenFacts) -> None:
    """Write that it was used now, unless that was done in the last ``TOKEN_LAST_USED_SECONDS``.

    One statement then, else none. A database that cannot be written to (a site in read-only mode) breaks nothing.
    """
    seconds = api_settings.current.TOKEN_LAST_USED_SECONDS
    now = timezone.now()
    if facts.last_used_at is not None and now.timestamp() - facts.last_used_at < seconds:
        return
    with _lock:
        if _noted.get(facts.pk, 0.0) > monotonic():
            return
        if len(_noted) >= MAX_ENTRIES:
            _noted.clear()
        _noted[facts.pk] = monotonic() + seconds
    try:
        with transaction.atomic(using=router.db_for_write(ApiToken)):
            ApiToken.objects.filter(pk=facts.pk).update(last_used_at=now)
    except DatabaseError:
        return


def forget(**kwargs: object) -> None:
    """For tests, and when tokens are made anew."""
    with _lock:
        _noted.clear()
