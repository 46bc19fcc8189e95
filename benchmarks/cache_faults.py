#!/usr/bin/env python3
"""What visitors notice when the Redis of a site is killed, or does not answer any more, and comes back.

    python benchmarks/cache_faults.py [--requests 40]

The server is the site's default cache, in which Wagtail keeps addresses and renditions, and holds the responses. It is
killed (SIGKILL) or frozen (SIGSTOP) after a stored post was given out; then the same post is asked for 40 times, one
after the other, for 20 seconds at most. Then the server is started again, or goes on, and the post is asked for until
it comes out of the cache. All that is done three times, unless it has taken 20 seconds by then, and medians are shown.

"Added" is the time beside that of an uncached site, whose cache is in memory. Because other programs disturb such small
differences, "next" is what a quarter of the requests stayed below.
"""

from __future__ import annotations

import argparse
import signal
import statistics
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from cache_content import PLAIN_POST, built_site
from cache_server import Server, running_server
from cache_setup import configure, say_goal, say_versions
from cache_variants import DJANGO, OURS, UNCACHED, WAGTAIL_CACHE, Variant, has_wagtail_cache

LONGEST_SECONDS = 20.0
REPEATS = 3


def variants(url: str) -> Iterator[Variant]:
    native = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}
    third_party = {"BACKEND": "django_redis.cache.RedisCache", "LOCATION": url}
    options = {"IGNORE_EXCEPTIONS": True, "SOCKET_TIMEOUT": 0.5, "SOCKET_CONNECT_TIMEOUT": 0.5}
    patient = {**third_party, "OPTIONS": options}
    safe = {"BACKEND": "mkt_core.cache.backends.FailSafeCache", "LOCATION": url}
    yield Variant("Django, its own Redis backend", DJANGO, CACHES={"default": native})
    yield Variant("Django, django-redis", DJANGO, CACHES={"default": third_party})
    yield Variant("  ignoring errors, 0.5 s", DJANGO, CACHES={"default": patient})
    if has_wagtail_cache():
        yield Variant(
            "wagtail-cache 3, django-redis", WAGTAIL_CACHE, CACHES={"default": third_party}
        )
        yield Variant("  ignoring errors, 0.5 s", WAGTAIL_CACHE, CACHES={"default": patient})
    yield Variant("MKT, FailSafeCache", OURS, CACHES={"default": safe})


def ask(variant: Variant) -> tuple[int, float]:
    """Status and seconds."""
    started = time.perf_counter()
    answer = variant.call(PLAIN_POST)
    return answer.status, time.perf_counter() - started


def usual(times: list[float]) -> float:
    return statistics.quantiles(times, n=4)[0] if len(times) > 1 else times[0]


def usual_seconds(uncached: Variant) -> float:
    with uncached.in_force():
        uncached.call(PLAIN_POST)
        return usual([ask(uncached)[1] for _ in range(40)])


@dataclass(slots=True)
class Suffering:
    """One fault; times in seconds, those of requests as added."""

    statuses: Counter[int]
    first: float
    following: float
    #: From the repair to the first stored response; infinite if there was none for long.
    back: float


def suffer(
    variant: Variant, server: Server, fault: str, requests: int, without: float
) -> Suffering:
    with variant.in_force():
        variant.call(PLAIN_POST)
        assert variant.call(PLAIN_POST).is_stored
        server.kill() if fault == "killed" else server.send(signal.SIGSTOP)
        begun = time.monotonic()
        answers = [ask(variant)]
        while len(answers) < requests and time.monotonic() < begun + LONGEST_SECONDS:
            answers.append(ask(variant))
        server.start() if fault == "killed" else server.send(signal.SIGCONT)
        begun = time.monotonic()
        while not (is_back := variant.call(PLAIN_POST).is_stored):
            if time.monotonic() > begun + LONGEST_SECONDS:
                break
            time.sleep(0.05)
    times = [seconds - without for _, seconds in answers]
    statuses = Counter(status for status, _ in answers)
    back = time.monotonic() - begun if is_back else float("inf")
    return Suffering(statuses, times[0], usual(times[1:] or times), back)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=40)
    options = parser.parse_args()
    configure()
    say_versions()
    with built_site():
        nothing = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
        bare = statistics.median(
            usual_seconds(Variant("no cache at all", UNCACHED, CACHES=nothing))
            - usual_seconds(Variant("uncached", UNCACHED))
            for _ in range(REPEATS)
        )
        print(f"An uncached site without its default cache needs {bare * 1000:.1f} ms more.\n")
        for fault in ("killed", "frozen"):
            print(
                f"{fault:32}{'answers':>12}{'first, added':>14}{'next, added':>14}{'hits after':>12}"
            )
            for place in range(len(list(variants("")))):
                # A server for each, because some clients are shared by all of a process.
                with running_server() as server:
                    measure(list(variants(server.url))[place], server, fault, options.requests)
            print()


def measure(variant: Variant, server: Server, fault: str, requests: int) -> None:
    found: list[Suffering] = []
    begun = time.monotonic()
    while len(found) < REPEATS and time.monotonic() < begun + LONGEST_SECONDS:
        without = usual_seconds(Variant("uncached", UNCACHED))
        found.append(suffer(variant, server, fault, requests, without))
    counts = sum((one.statuses for one in found), Counter())
    statuses = ", ".join(f"{count} x {status}" for status, count in counts.items())
    first = statistics.median(one.first for one in found)
    following = statistics.median(one.following for one in found)
    back = statistics.median(one.back for one in found)
    print(
        f"{variant.name:32}{statuses:>12}{first:12.3f} s{following * 1000:11.1f} ms{back:10.1f} s"
    )
    if variant.is_ours:
        say_goal("every answer is 200", is_reached=set(counts) == {200})
        say_goal("at most 0.3 s added once", is_reached=first <= 0.3)
        say_goal("at most 5 ms added from then on", is_reached=following <= 0.005)


if __name__ == "__main__":
    main()
