"""What clients are told: draft-ietf-httpapi-ratelimit-headers-11 and RFC 9110 (``Retry-After``)."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from .rule import Decision


def headers(decision: Decision | Sequence[Decision]) -> dict[str, str]:
    """``RateLimit-Policy``, ``RateLimit`` and, if refused, ``Retry-After``; of several, each is named."""
    decisions = [decision] if isinstance(decision, Decision) else list(decision)
    found = {}
    if decisions:
        found["RateLimit-Policy"] = ", ".join(map(_policy, decisions))
    if known := [item for item in decisions if not item.failed]:
        found["RateLimit"] = ", ".join(map(_state, known))
    if refused := [item.retry_after_seconds for item in decisions if not item.allowed]:
        found["Retry-After"] = str(max(1, ceil(max(refused))))
    return found


def _policy(decision: Decision) -> str:
    rule = decision.rule
    return f'"{rule.name}";q={rule.limit};w={ceil(rule.period_seconds)}'


def _state(decision: Decision) -> str:
    return f'"{decision.rule.name}";r={decision.remaining};t={ceil(_effective_seconds(decision))}'


def _effective_seconds(decision: Decision) -> float:
    """So long no more than what remains should be used; with ``Retry-After``, the draft wants it to end by then."""
    if not decision.allowed:
        return decision.retry_after_seconds
    return decision.reset_seconds if decision.remaining else decision.next_seconds
