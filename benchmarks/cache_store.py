#!/usr/bin/env python3
"""What a hit costs in the store of the response cache, beside what Django's cache middleware does for one.

    python benchmarks/cache_store.py [--hits 3000] [--rounds 9]

All run in one process against the same Redis, round by round in changing order; the figures are median CPU time per hit
(``process_time``; the server's own time is not in it) and the ratio to Django's two reads through django-redis. The
stored response is 18 kB of HTML made of 60 tags. Django's middleware reads the list of headers that the response varies
on, then a pickled ``HttpResponse``. That the store needs one round trip is asserted by the server's own count.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable
from typing import Any

from cache_setup import own_redis

TAGS = [f"row:blog_post:{number}" for number in range(60)]
BODY = ("<p>The quick brown fox jumps over the lazy dog.</p>\n" * 400).encode()[:18_142]
HEADERS = (("Content-Type", "text/html; charset=utf-8"), ("Link", "</feed/>; rel=alternate"))


def configure(url: str) -> None:
    import django
    from django.conf import settings

    redis, django_redis = (
        "django.core.cache.backends.redis.RedisCache",
        "django_redis.cache.RedisCache",
    )
    locmem = "django.core.cache.backends.locmem.LocMemCache"
    settings.configure(
        CACHES={
            "default": {"BACKEND": redis, "LOCATION": url},
            "django-redis": {"BACKEND": django_redis, "LOCATION": url},
            "fail-safe": {
                "BACKEND": "mkt_core.cache.backends.FailSafeCache",
                "LOCATION": url,
                "OPTIONS": {"WRAPPED": django_redis},
            },
            "locmem": {"BACKEND": locmem},
        }
    )
    django.setup()


def hit_in_store(alias: str) -> Callable[[], object]:
    from mkt_core.cache.store import Entry, get_store

    store = get_store(alias)
    now = time.time()
    entry = Entry(
        status=200,
        headers=HEADERS,
        body=BODY,
        etag='"5f2b"',
        created=now,
        fresh_until=now + 900,
        usable_until=now + 900,
    )
    assert store.put("/", {"identity": entry}, TAGS, store.look_up("/").moment)
    assert store.look_up("/").entry == entry
    return lambda: store.look_up("/", ("gzip", "identity"))


def hit_in_cache(alias: str) -> Callable[[], object]:
    from django.core.cache import caches
    from django.http import HttpResponse

    cache = caches[alias]
    cache.set("headers", ["Accept-Encoding", "Cookie"], 900)
    cache.set("page", HttpResponse(BODY, headers=dict(HEADERS)), 900)

    def hit() -> object:
        cache.get("headers")
        return cache.get("page")

    return hit


def count_round_trips(hit: Callable[[], object], url: str) -> int:
    import redis

    with redis.Redis.from_url(url) as client:
        hit()
        client.config_resetstat()
        for _ in range(100):
            hit()
        calls = {name: stats["calls"] for name, stats in client.info("commandstats").items()}
    # What the script does on the server is counted as well, under these names.
    within = {f"cmdstat_{name}" for name in ("hmget", "hget", "hset", "mget", "config|resetstat")}
    trips = sum(count for name, count in calls.items() if name not in within)
    return round(trips / 100)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hits", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with own_redis() as url:
        configure(url)
        measure(url, options.hits, options.rounds)


def measure(url: str, count: int, rounds: int) -> None:
    hits: dict[str, Callable[[], object]] = {
        "Django's two reads, django-redis": hit_in_cache("django-redis"),
        "the same, FailSafeCache in front": hit_in_cache("fail-safe"),
        "store on Redis": hit_in_store("default"),
        "store on local memory": hit_in_store("locmem"),
    }
    trips = count_round_trips(hits["store on Redis"], url)
    assert trips == 1, trips

    seconds: dict[str, list[float]] = {name: [] for name in hits}
    for number in range(rounds):
        names: list[Any] = list(hits)
        for name in names[number % len(names) :] + names[: number % len(names)]:
            hit = hits[name]
            started = time.process_time()
            for _ in range(count):
                hit()
            seconds[name].append((time.process_time() - started) / count)

    medians = {name: statistics.median(values) for name, values in seconds.items()}
    base = medians["Django's two reads, django-redis"]
    for name, value in medians.items():
        print(f"{name:36} {value * 1e6:7.1f} µs   {base / value:5.2f} × cheaper")
    print("round trips per hit of the store: 1")


if __name__ == "__main__":
    main()
