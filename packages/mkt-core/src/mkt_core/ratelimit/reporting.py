"""Telling that a limit was reached: every time by a signal, once per client and period in the log."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from threading import Lock
from time import monotonic

from ..signals import rate_limit_exceeded, rate_limit_failed
from .counters import Charge
from .rule import Decision, Rule

logger = logging.getLogger("mkt_core.ratelimit")

# Clients that the log has been told of by this process, and until when that is enough.
_told: dict[str, float] = {}
_MOST_TOLD = 10_000
_lock = Lock()


def report(charges: Sequence[Charge], decisions: Sequence[Decision]) -> None:
    """Of hits that were counted or refused."""
    for charge, decision in zip(charges, decisions, strict=True):
        if decision.failed:
            rate_limit_failed.send_robust(sender=Rule, decision=decision)
        elif not decision.allowed:
            rate_limit_exceeded.send_robust(sender=Rule, decision=decision, key=charge.key)
            _log(charge.key, decision)


def _log(key: str, decision: Decision) -> None:
    rule = decision.rule
    now = monotonic()
    with _lock:
        if _told.get(key, 0.0) > now:
            return
        if len(_told) >= _MOST_TOLD:
            _told.clear()
        _told[key] = now + rule.period_seconds
    # Who it is says the access log; this key only tells clients apart.
    logger.warning(
        "The rate limit %s (%d in %g s) was reached by %s; again in %.1f s",
        rule.name,
        rule.limit,
        rule.period_seconds,
        key.rpartition(":")[2][:12],
        decision.retry_after_seconds,
    )
