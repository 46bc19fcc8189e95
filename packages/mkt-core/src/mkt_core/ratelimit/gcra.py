"""The generic cell rate algorithm, in whole microseconds.

All that is kept of a client is one moment: when the credit it has used up will have come back. ITU-T I.371 calls it
the theoretical arrival time (TAT).
"""

from __future__ import annotations

from dataclasses import dataclass

from .rule import Decision, Rule


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether it is allowed, and the moment that holds from now on."""

    allowed: bool
    used_until: int
    #: Microseconds.
    retry_after: int


def decide(rule: Rule, used_until: int, now: int, cost: int) -> Outcome:
    """``used_until`` is what has been kept, or 0."""
    start = plausible(rule, used_until, now)
    end = start + cost * rule.interval
    excess = end - now - rule.tolerance
    if excess > 0:
        return Outcome(False, start, excess)
    return Outcome(True, end, 0)


def plausible(rule: Rule, used_until: int, now: int) -> int:
    """Never in the past, and ahead by no more than the tolerance: else the clock has been set back since.

    In that case the corrected moment has to be kept, or the client waits until the clock has caught up.
    """
    return min(max(used_until, now), now + rule.tolerance)


def decision(rule: Rule, *, allowed: bool, used_until: int, now: int, retry_after: int) -> Decision:
    """The same in seconds and hits."""
    used = used_until - now
    return Decision(
        rule=rule,
        allowed=allowed,
        remaining=max(0, rule.tolerance - used) // rule.interval,
        reset_seconds=used / 1_000_000,
        retry_after_seconds=retry_after / 1_000_000,
    )
