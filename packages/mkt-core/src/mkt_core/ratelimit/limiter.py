"""Counting hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from asgiref.sync import sync_to_async

from ..conf import core_settings
from . import reporting
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
    """The same for several rules in one atomic step: if any refuses, nothing is counted under the others.

    Raises:
        ValueError: see ``hit()``, or a rule is there twice for one key.
    """
    if len({(rule.name, key) for rule, key in pairs}) < len(pairs):
        raise ValueError("A rate limit can be hit only once at a time.")
    for rule, _ in pairs:
        if not 1 <= cost <= rule.capacity:
            raise ValueError(f"Rate limit {rule.name!r}: a hit cannot cost {cost}.")
    charges = [_charge(rule, key, cost) for rule, key in pairs]
    decisions = _decided(charges)
    reporting.report(charges, decisions)
    return decisions


async def ahit(rule: Rule, key: str, *, cost: int = 1) -> Decision:
    """``hit()`` without blocking the event loop."""
    return (await ahit_all([(rule, key)], cost=cost))[0]


async def ahit_all(pairs: Sequence[tuple[Rule, str]], *, cost: int = 1) -> list[Decision]:
    """``hit_all()`` without blocking the event loop."""
    # Redis may be asked from any thread; what Django has one of per thread (a connection to a database) may not.
    sensitive = not get_counters().serves_any_thread
    return await sync_to_async(hit_all, thread_sensitive=sensitive)(pairs, cost=cost)


def peek(rule: Rule, key: str) -> Decision:
    """What is left, without counting anything; ``allowed`` says whether a hit would be."""
    (seen,) = _decided([_charge(rule, key, 0)])
    if seen.failed or seen.remaining:
        return seen
    return replace(seen, allowed=False, retry_after_seconds=seen.next_seconds)


def reset(rule: Rule, key: str) -> bool:
    """Everything that ``key`` has used up is given back. Returns whether the cache knows."""
    return reset_all([(rule, key)])


def reset_all(pairs: Sequence[tuple[Rule, str]]) -> bool:
    """The same for several rules, in one round trip; for none there is nothing to do."""
    return not pairs or get_counters().forget([_charge(rule, key, 0).key for rule, key in pairs])


def _charge(rule: Rule, key: str, cost: int) -> Charge:
    return Charge(rule, cache_key(rule.name, key or UNKNOWN), cost)


def _decided(charges: Sequence[Charge]) -> list[Decision]:
    if not charges:
        return []
    return get_counters().charge(charges) or [_undecided(charge.rule) for charge in charges]


def _undecided(rule: Rule) -> Decision:
    is_open = rule.on_failure == "open"
    return Decision(
        rule=rule,
        allowed=is_open,
        remaining=rule.capacity if is_open else 0,
        reset_seconds=0.0,
        # No probe finds the server earlier.
        retry_after_seconds=0.0 if is_open else core_settings.current.CACHE_PROBE_SECONDS,
        failed=True,
    )
