#!/usr/bin/env python3
"""What a stored response costs, from the WSGI call to its body, beside Django's middleware, wagtail-cache and no cache.

    python benchmarks/cache_hits.py [--rounds 15] [--hits 150]

All variants run in one process, round by round in changing order, behind the same eight middlewares. The page is a post
of mkt-blog (``cache_content``) on SQLite in memory, the cheaper one of two kinds. Figures are medians over the rounds:
CPU time per request (``process_time``, in which the time of the Redis server is not), and its ratio to others of the
same round. Round trips to Redis are counted by the server, queries by Django. Nobody asks for a compressed response:
peers have none.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import sys
import time
from collections.abc import Callable

from cache_content import PLAIN_POST, POST, built_site
from cache_setup import configure, own_redis, say_goal, say_versions
from cache_variants import DJANGO, OURS, UNCACHED, WAGTAIL_CACHE, Variant, peers

#: Commands that our scripts run on the server, which counts them among those of clients.
_WITHIN_SCRIPTS = frozenset({"hmget", "hget", "hset", "mget"})

DEARER = "uncached, with related posts"

Ratio = Callable[[str, str], float]


def variants() -> dict[str, Variant]:
    redis = {"CACHE_ALIAS": "redis"}
    local = {**redis, "CACHE_LOCAL_SECONDS": 2.0}
    found = [
        Variant("uncached", UNCACHED),
        Variant(DEARER, UNCACHED),
        Variant("trivial view", UNCACHED),
        Variant("Django, locmem", DJANGO, CACHE_MIDDLEWARE_ALIAS="default"),
        Variant("Django, its own Redis backend", DJANGO, CACHE_MIDDLEWARE_ALIAS="native"),
        *peers(),
        Variant("MKT, locmem", OURS, MKT_CORE={"CACHE_ALIAS": "default"}),
        Variant("MKT, Redis", OURS, MKT_CORE=redis),
        Variant("MKT, Redis, L1", OURS, MKT_CORE=local),
        Variant("MKT front door, locmem", OURS, door=True, MKT_CORE={"CACHE_ALIAS": "default"}),
        Variant("MKT front door, Redis", OURS, door=True, MKT_CORE=redis),
        Variant("MKT front door, Redis, L1", OURS, door=True, MKT_CORE=local),
    ]
    if "wagtailcache.cache" in sys.modules:
        found.insert(
            4, Variant("wagtail-cache 3, locmem", WAGTAIL_CACHE, WAGTAIL_CACHE_BACKEND="default")
        )
    return {variant.name: variant for variant in found}


def path_of(variant: Variant) -> str:
    return {"trivial view": "/trivial/", DEARER: POST}.get(variant.name, PLAIN_POST)


def warm_up(variant: Variant) -> None:
    path = path_of(variant)
    variant.call(path)
    answer = variant.call(path)
    assert answer.status == 200, answer
    assert answer.is_stored or variant.middleware is UNCACHED, answer.headers


def cpu_milliseconds(variant: Variant, count: int) -> float:
    path = path_of(variant)
    with variant.in_force():
        warm_up(variant)
        gc.collect()
        gc.disable()
        started = time.process_time()
        for _ in range(count):
            variant.call(path)
        seconds = time.process_time() - started
        gc.enable()
    return seconds * 1000 / count


def count_asked(variant: Variant, url: str, count: int = 20) -> tuple[float, int]:
    """Round trips to Redis, and queries, of one request."""
    import redis
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    path = path_of(variant)
    with variant.in_force(), redis.Redis.from_url(url) as client:
        warm_up(variant)
        client.config_resetstat()
        for _ in range(count):
            variant.call(path)
        stats = client.info("commandstats")
        with CaptureQueriesContext(connection) as queries:
            variant.call(path)
    calls = {name.removeprefix("cmdstat_"): stat["calls"] for name, stat in stats.items()}
    trips = sum(
        calls[name] for name in calls.keys() - _WITHIN_SCRIPTS if not name.startswith("config")
    )
    return trips / count, len(queries)


def measure(found: dict[str, Variant], rounds: int, hits: int) -> dict[str, list[float]]:
    figures: dict[str, list[float]] = {name: [] for name in found}
    names = list(found)
    for turn in range(rounds):
        for name in names[turn % len(names) :] + names[: turn % len(names)]:
            count = hits // 20 if name.startswith("uncached") else hits
            figures[name].append(cpu_milliseconds(found[name], count))
    return figures


def ratios(figures: dict[str, list[float]]) -> Ratio:
    """How many times more CPU the first of two variants needs."""

    def ratio(dear: str, cheap: str) -> float:
        pairs = zip(figures[dear], figures[cheap], strict=True)
        return statistics.median(one / other for one, other in pairs)

    return ratio


def show(figures: dict[str, list[float]], asked: dict[str, tuple[float, int]]) -> None:
    ratio = ratios(figures)
    print(f"{'':32}{'CPU ms':>8}{'x cheaper':>11}{'round trips':>13}{'queries':>9}")
    for name, values in figures.items():
        trips, queries = asked[name]
        cheaper = ratio("uncached", name)
        print(f"{name:32}{statistics.median(values):8.3f}{cheaper:11.1f}{trips:13.1f}{queries:9}")


def judge(figures: dict[str, list[float]]) -> None:
    ratio = ratios(figures)
    ours = "MKT, Redis"
    goals = [
        ("uncached", ours, 60),
        ("wagtail-cache 3, django-redis", ours, 1.6),
        ("Django, django-redis", ours, 1.3),
        ("trivial view", "MKT, Redis, L1", 1),
        ("trivial view", "MKT, locmem", 1),
        (ours, "MKT front door, Redis", 2),
        ("MKT, Redis, L1", "MKT front door, Redis, L1", 2),
    ]
    print()
    for dear, cheap, least in goals:
        if dear in figures:
            value = ratio(dear, cheap)
            text = f"{cheap} is {value:.2f} x cheaper than {dear}, at least {least}"
            say_goal(text, is_reached=value >= least)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--hits", type=int, default=150)
    options = parser.parse_args()
    with own_redis() as url:
        configure(url)
        say_versions()
        with built_site():
            found = variants()
            asked = {name: count_asked(variant, url) for name, variant in found.items()}
            figures = measure(found, options.rounds, options.hits)
            with found["uncached"].in_force() as uncached:
                size = len(uncached.call(PLAIN_POST).body)
    print(
        f"the page: {asked['uncached'][1]} queries, {size / 1000:.1f} kB; median of {options.rounds}"
    )
    show(figures, asked)
    judge(figures)


if __name__ == "__main__":
    main()
