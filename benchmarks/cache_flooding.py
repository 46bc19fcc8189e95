#!/usr/bin/env python3
"""How many responses are stored when one page is asked for with 10,000 query strings that mean nothing to it.

    python benchmarks/cache_flooding.py [--requests 10000]

Half of them are arguments that campaigns append (``utm_source=1``, ``utm_source=2`` …), half are made up by somebody.
The page is the cheapest there is, because peers render it each time; what is counted are keys in Redis that hold a
response, and all keys.
"""

from __future__ import annotations

import argparse
from typing import Any

from cache_setup import configure, own_redis, say_goal, say_versions
from cache_variants import OURS, Variant, peers

PATH = "/trivial/"
KINDS = {"utm": "utm_source={}&utm_campaign=x", "made up": "x{}=1"}


def count_keys(client: Any) -> tuple[int, int]:
    """Those that hold a response, and all."""
    keys = [key.decode() for key in client.scan_iter(count=10_000)]
    return sum(".cache_page." in key or ":e:" in key for key in keys), len(keys)


def flood(variant: Variant, client: Any, query: str, requests: int) -> tuple[int, int]:
    client.flushdb()
    with variant.in_force():
        for number in range(requests):
            assert variant.call(PATH, query.format(number)).status == 200
        variant.call(PATH)
        assert variant.call(PATH).is_stored
    return count_keys(client)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=10_000)
    requests = parser.parse_args().requests // 2
    import redis

    with own_redis() as url, redis.Redis.from_url(url) as client:
        configure(url)
        say_versions()
        print(f"{'':32}{f'after {requests} utm':>18}{f'{requests} made up':>18}{'all keys':>18}")
        for variant in [*peers(), Variant("MKT, Redis", OURS, MKT_CORE={"CACHE_ALIAS": "redis"})]:
            found = [flood(variant, client, query, requests) for query in KINDS.values()]
            stored = [responses for responses, _ in found]
            keys = " / ".join(str(count) for _, count in found)
            print(f"{variant.name:32}{stored[0]:18}{stored[1]:18}{keys:>18}")
            if variant.is_ours:
                text = f"{max(stored)} stored response of one page, at most 1"
                say_goal(text, is_reached=max(stored) <= 1)


if __name__ == "__main__":
    main()
