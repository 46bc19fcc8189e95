"""How many requests one client may send.

The counter that all processes share costs a round trip. Most visitors send a handful of requests, and never need it:
a process counts a client's requests by itself, and tells the shared counter of ten at a time.
"""

from __future__ import annotations

from threading import Lock
from time import monotonic

from django.http import HttpRequest

from mkt_core.client_address import client_key
from mkt_core.ratelimit.exemptions import is_exempt
from mkt_core.ratelimit.limiter import hit
from mkt_core.ratelimit.rule import Decision, Rule

#: Requests of one client: a page sends about one in its first second, and one when it is left.
RULE = Rule("mkt-events", limit=300, period_seconds=60)
#: Requests of a client that a process counts by itself before it tells the others.
STEP = 10
#: Clients that a process keeps in mind; more are told to the shared counter at once.
CLIENTS = 10_000
MINUTE = 60.0


class Uncounted:
    """Requests that the shared counter has not been told of, by client, for a minute."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._until = 0.0
        self._lock = Lock()

    def due(self, client: str) -> int:
        """Count one request; how many are to be told now, mostly none."""
        with self._lock:
            now = monotonic()
            if now >= self._until:
                self._numbers, self._until = {}, now + MINUTE
            number = self._numbers.get(client, 0) + 1
            if number >= STEP or (number == 1 and len(self._numbers) >= CLIENTS):
                self._numbers.pop(client, None)
                return number
            self._numbers[client] = number
            return 0

    def clear(self) -> None:
        """Forget all of it; for tests."""
        self._numbers.clear()


uncounted = Uncounted()
# Those that were refused wait here, too: else a flood would be let in nine times out of ten.
_refused: dict[str, tuple[float, Decision]] = {}


def refusal_of(request: HttpRequest) -> Decision | None:
    """Why this client must wait, or None. Mostly without a round trip."""
    client = client_key(request)
    if client in _refused:
        until, decision = _refused[client]
        if monotonic() < until:
            return decision
        _refused.pop(client, None)
    number = uncounted.due(client)
    if not number or is_exempt(request):
        return None
    decision = hit(RULE, f"client:{client}", cost=number)
    if decision.allowed:
        return None
    if len(_refused) >= CLIENTS:
        _refused.clear()
    _refused[client] = (monotonic() + decision.retry_after_seconds, decision)
    return decision


def forget() -> None:
    """Forget what this process has counted; for tests."""
    uncounted.clear()
    _refused.clear()
