"""In any cache that Django has, one client at a time.

Whoever is to pay reads what is kept, decides and writes, and nobody else meanwhile: see ``locks``. A hit that is
refused by what is there does not wait for that, since credit only comes back with time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from math import ceil
from time import time

from django.core.cache import BaseCache, caches

from ..cache.backends import FailSafeCache
from . import gcra
from .counters import Charge, Counters
from .locks import lock_for
from .rule import Decision


class CacheCounters(Counters):
    """The clock is the host's. Exact where the lock is, see ``locks``."""

    def __init__(self, alias: str, kind: str) -> None:
        super().__init__(alias)
        self.kind = kind

    @property
    def _cache(self) -> BaseCache:
        cache = caches[self.alias]
        # That one would hide that the server is gone.
        return cache.wrapped if isinstance(cache, FailSafeCache) else cache

    def _charge(self, charges: Sequence[Charge]) -> list[Decision]:
        cache = self._cache
        decisions, _ = self._decided(cache, charges)
        if all(not charge.cost for charge in charges) or not all(d.allowed for d in decisions):
            return decisions
        with ExitStack() as stack:
            # In one order, lest two wait for each other.
            for key in sorted({charge.key for charge in charges}):
                stack.enter_context(lock_for(cache, key))
            decisions, records = self._decided(cache, charges)
            if all(decision.allowed for decision in decisions):
                for key, (used_until, seconds) in records.items():
                    cache.set(key, used_until, max(1, ceil(seconds)))
        return decisions

    def _decided(
        self, cache: BaseCache, charges: Sequence[Charge]
    ) -> tuple[list[Decision], dict[str, tuple[int, float]]]:
        """What becomes of each, and what to write if all are allowed."""
        found = cache.get_many([charge.key for charge in charges])
        now = int(time() * 1_000_000)
        kept = [_number(found.get(charge.key)) for charge in charges]
        outcomes = [
            gcra.decide(charge.rule, used_until, now, charge.cost)
            for charge, used_until in zip(charges, kept, strict=True)
        ]
        all_allowed = all(outcome.allowed for outcome in outcomes)
        decisions, records = [], {}
        for charge, used_until, outcome in zip(charges, kept, outcomes, strict=True):
            kept_or_paid = outcome.used_until
            if not all_allowed:
                kept_or_paid = gcra.decide(charge.rule, used_until, now, 0).used_until
            decisions.append(
                gcra.decision(
                    charge.rule,
                    allowed=outcome.allowed,
                    used_until=kept_or_paid,
                    now=now,
                    retry_after=outcome.retry_after,
                )
            )
            if charge.cost:
                records[charge.key] = (kept_or_paid, (kept_or_paid - now) / 1_000_000)
        return decisions, records

    def _forget(self, keys: Sequence[str]) -> None:
        self._cache.delete_many(keys)

    def _ping(self) -> None:
        self._cache.get("mkt:probe")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
