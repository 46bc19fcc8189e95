"""Counting hits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from .counters import Charge, get_counters
from .keys import cache_key
from .rule import Decision, Rule

#: What clients that nothing is known of are counted as, all together.
UNKNOWN = "unknown"


def hit(rule: Rule, key: str, *, cost: int = 1) -> Decision:
    """Count one hit of ``key`` (a client, an account …), or ``cost`` hits, unless that is too much: then none.

    One round trip on Redis. Never raises because of the cache: ``rule.on_failure`` decides, after at most
    ``CACHE_SOCKET_TIMEOUT_SECONDS`` once and at once from then on.

    Raises:
        ValueError: ``cost`` is below 1, or more than the rule ever allows.
    """
    return hit_all([(rule, key)], cost=cost)[0]


def hit_all(pairs: Sequence[tuple[Rule, str]], *, cost: int = 1) -> list[Decision]:
    """The same for several rules in one atomic step: if any refuses, nothing is counted under the others."""
    for rule, _ in pairs:
        if not 1 <= cost <= rule.capacity:
            raise ValueError(f"Rate limit {rule.name!r}: a hit cannot cost {cost}.")
    return _charged(pairs, cost)


def peek(rule: Rule, key: str) -> Decision:
    """What is left, without counting anything; ``allowed`` says whether a hit would be."""
    (seen,) = _charged([(rule, key)], 0)
    if seen.failed or seen.remaining:
        return seen
    wait = seen.reset_seconds - (rule.tolerance - rule.interval) / 1_000_000
    return _changed(seen, allowed=False, retry_after_seconds=wait)


def reset(rule: Rule, key: str) -> bool:
    """Everything that ``key`` has used up is given back. Returns whether the cache knows."""
    return get_counters().forget([cache_key(rule.name, key or UNKNOWN)])


def _charged(pairs: Sequence[tuple[Rule, str]], cost: int) -> list[Decision]:
    if not pairs:
        return []
    charges = [Charge(rule, cache_key(rule.name, key or UNKNOWN), cost) for rule, key in pairs]
    return get_counters().charge(charges) or [_undecided(rule) for rule, _ in pairs]


def _undecided(rule: Rule) -> Decision:
    is_open = rule.on_failure == "open"
    return Decision(
        rule=rule,
        allowed=is_open,
        remaining=rule.capacity if is_open else 0,
        reset_seconds=0.0,
        retry_after_seconds=0.0 if is_open else 5.0,
        failed=True,
    )


def _changed(decision: Decision, **changes: Any) -> Decision:
    from dataclasses import replace

    return replace(decision, **changes)
