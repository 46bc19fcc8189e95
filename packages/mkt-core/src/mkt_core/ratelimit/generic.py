"""In any cache that Django has, one client at a time.

Whoever is to pay reads what is kept, decides and writes, and nobody else meanwhile: see ``locks``. A hit that is
refused by what is there does not wait for that, since credit only comes back with time.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from math import ceil
from time import time

from django.core.cache import BaseCache, caches

from ..cache.backends import FailSafeCache
from . import gcra
from .counters import Charge, Counters
from .locks import Busy, lock_for, one_per_lock
from .rule import Decision


class CacheCounters(Counters):
    """The clock is the host's. Exact where the lock is, see ``locks``."""

    @property
    def _cache(self) -> BaseCache:
        cache = caches[self.alias]
        # That one would hide that the server is gone.
        return cache.wrapped if isinstance(cache, FailSafeCache) else cache

    def _charge(self, charges: Sequence[Charge]) -> list[Decision]:
        cache = self._cache
        decisions, records = _decided(cache, charges)
        if not records:
            return decisions
        try:
            with ExitStack() as stack:
                for key in one_per_lock(cache, {charge.key for charge in charges}):
                    stack.enter_context(lock_for(cache, key))
                decisions, records = _decided(cache, charges)
                _write(cache, records)
        except Busy:
            # Nobody needs so much at once; and to let it through would be a way around every limit.
            return [
                replace(decision, allowed=False, retry_after_seconds=1.0) for decision in decisions
            ]
        return decisions

    def _forget(self, keys: Sequence[str]) -> None:
        self._cache.delete_many(keys)

    def _ping(self) -> None:
        self._cache.get("mkt:probe")


def _decided(
    cache: BaseCache, charges: Sequence[Charge]
) -> tuple[list[Decision], dict[str, tuple[int, int]]]:
    """What becomes of each, and what is to be written: the moment, and seconds to keep it."""
    found = cache.get_many([charge.key for charge in charges])
    now = int(time() * 1_000_000)
    kept = [_number(found.get(charge.key)) for charge in charges]
    outcomes = [
        gcra.decide(charge.rule, used_until, now, charge.cost)
        for charge, used_until in zip(charges, kept, strict=True)
    ]
    all_allowed = all(outcome.allowed for outcome in outcomes)
    decisions, records = [], {}
    for charge, old, outcome in zip(charges, kept, outcomes, strict=True):
        start = gcra.plausible(charge.rule, old, now)
        new = outcome.used_until if all_allowed else start
        decisions.append(
            gcra.decision(
                charge.rule,
                allowed=outcome.allowed,
                used_until=new,
                now=now,
                retry_after=outcome.retry_after,
            )
        )
        if new > start or start < old:
            records[charge.key] = (new, ceil((new - now) / 1_000_000))
    return decisions, records


def _write(cache: BaseCache, records: dict[str, tuple[int, int]]) -> None:
    for key, (used_until, seconds) in records.items():
        cache.set(key, used_until, seconds)
    # Django's database cache says nothing when it could not write.
    found = cache.get_many(records)
    if any(found.get(key) != used_until for key, (used_until, _) in records.items()):
        raise RuntimeError("it does not keep what it is given")


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0
