"""From a token to what is known of it: one query, and none for some seconds after that."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import TypeVar

from django.db import router
from django.utils import timezone

from ..conf import api_settings
from ..models import ApiToken
from . import keys
from .identity import TokenFacts

MAX_ENTRIES = 1_000

T = TypeVar("T")

_known: dict[str, tuple[float, object]] = {}
_lock = Lock()


def find_token(token: str) -> TokenFacts | None:
    """What is known of a token that is neither revoked nor expired; None if there is no such one.

    No query where it was found in the last ``TOKEN_CACHE_SECONDS``, or where it cannot be one of ours; else one. Asks
    the database that is written to: a replica may not know yet that it was revoked.
    """
    if not keys.is_well_formed(token):
        return None
    facts = remembered(keys.digest(token), lambda: _load(token))
    if facts is None or (
        facts.expires_at is not None and facts.expires_at <= timezone.now().timestamp()
    ):
        return None
    return facts


def remembered(key: str, load: Callable[[], T | None]) -> T | None:
    """The result of ``load``, kept for ``TOKEN_CACHE_SECONDS``; nothing is kept of what was not found."""
    entry = _known.get(key)
    if entry is not None and monotonic() < entry[0]:
        return entry[1]  # type: ignore[return-value]
    # The moment before the query: what changes meanwhile is seen no later than promised.
    until = monotonic() + api_settings.current.TOKEN_CACHE_SECONDS
    found = load()
    with _lock:
        if found is None:
            _known.pop(key, None)
        else:
            if len(_known) >= MAX_ENTRIES:
                _known.clear()
            _known[key] = (until, found)
    return found


def forget(**kwargs: object) -> None:
    """What this process changes, it sees at once."""
    with _lock:
        _known.clear()


def _load(token: str) -> TokenFacts | None:
    database = router.db_for_write(ApiToken)
    row = ApiToken.objects.using(database).active().filter(digest__in=keys.digests(token)).first()
    return None if row is None else facts_of(row)


def facts_of(row: ApiToken) -> TokenFacts:
    """The row, as it is remembered. No query."""
    return TokenFacts(
        pk=row.pk,
        scopes=frozenset(row.scopes),
        sites=frozenset(row.sites),
        origins=frozenset(row.origins),
        networks=tuple(row.networks),
        limit=row.limit,
        expires_at=None if row.expires_at is None else row.expires_at.timestamp(),
        last_used_at=None if row.last_used_at is None else row.last_used_at.timestamp(),
    )
