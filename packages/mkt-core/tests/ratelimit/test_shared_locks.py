"""Several limits at once, some of whose keys share a lock."""

import pytest
from django.core.cache.backends.locmem import LocMemCache

from mkt_core.ratelimit import Rule, hit_all
from mkt_core.ratelimit.locks import one_per_lock


@pytest.mark.parametrize("count", [2, 5, 40])
def test_nobody_waits_for_himself(settings, count):
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
            "LOCATION": "shared-locks",
        }
    }
    rules = [Rule(f"shared-{number}", limit=5, period_seconds=60) for number in range(count)]

    for person in range(20):
        decisions = hit_all([(rule, f"person {person}") for rule in rules])

        assert all(decision.allowed and not decision.failed for decision in decisions)


def test_locks_are_taken_in_one_order():
    cache, keys = LocMemCache("shared-locks", {}), [f"key {number}" for number in range(200)]

    assert one_per_lock(cache, keys) == one_per_lock(cache, reversed(keys))
    assert len(one_per_lock(cache, keys)) <= 64
