#!/usr/bin/env python3
"""What it costs a render that it is going to be stored.

    python benchmarks/cache_tracking.py [--rounds 30]

Pages of the measured site are rendered without a cache and in two more ways, in turn in the same process. "Collecting"
notes what the page is made of. "Whole miss" is all that the middleware does beside, from the look-up to compressed
forms in local memory. Figures are medians of CPU time, and of the ratio within a round.
"""

from __future__ import annotations

import argparse
import gc
import statistics
import time
from collections.abc import Callable

from cache_content import PLAIN_POST, POST, built_site
from cache_setup import configure, say_goal, say_versions
from cache_variants import OURS, UNCACHED, Variant

RENDERS = 5
PATHS = {"plain post": PLAIN_POST, "post": POST, "blog": "/journal/", "front page": "/"}


def cpu_seconds(render: Callable[[], object]) -> float:
    gc.collect()
    gc.disable()
    started = time.process_time()
    for _ in range(RENDERS):
        render()
    seconds = time.process_time() - started
    gc.enable()
    return seconds / RENDERS


def compare(one: Callable[[], float], other: Callable[[], float], rounds: int) -> float:
    """By which share the other takes longer; who is first changes every round."""
    one(), other()
    shares = []
    for turn in range(rounds):
        if turn % 2:
            long, short = other(), one()
        else:
            short, long = one(), other()
        shares.append(long / short - 1)
    return statistics.median(shares)


def measure(path: str, uncached: Variant, missing: Variant, rounds: int) -> tuple[float, ...]:
    """Seconds of a render without a cache; what collecting adds, and the whole miss, as shares; the number of tags."""
    from mkt_core.cache.collector import collecting
    from mkt_core.cache.tracking import installation

    tags, seconds = 0, []

    def collect() -> None:
        nonlocal tags
        with collecting() as collector:
            uncached.call(path)
        tags = len(collector.tags)

    def without() -> float:
        installation.uninstall()
        seconds.append(cpu_seconds(lambda: uncached.call(path)))
        return seconds[-1]

    def collected() -> float:
        installation.install()
        return cpu_seconds(collect)

    def missed() -> float:
        with missing.in_force():
            assert missing.call(path).headers["X-MKT-Cache"] == "miss"
            return cpu_seconds(lambda: missing.call(path))

    with uncached.in_force():
        added = compare(without, collected, rounds)
    whole = compare(without, missed, rounds // 3)
    return statistics.median(seconds), added, whole, tags


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=30)
    options = parser.parse_args()
    configure()
    say_versions()
    with built_site():
        uncached = Variant("uncached", UNCACHED)
        # Out of date as soon as they are stored.
        missing = Variant("MKT, every time a miss", OURS, MKT_CORE={"CACHE_SECONDS": 0.0})
        print(f"{'':14}{'CPU ms':>8}{'collecting':>12}{'whole miss':>12}{'tags':>6}")
        found = {}
        for name, path in PATHS.items():
            seconds, added, whole, tags = measure(path, uncached, missing, options.rounds)
            found[name] = added
            print(f"{name:14}{seconds * 1000:8.1f}{added:+12.1%}{whole:+12.1%}{tags:6.0f}")
        worst = max(found.values())
        say_goal(f"collecting costs {worst:.1%} of a render, at most 5 %", is_reached=worst <= 0.05)


if __name__ == "__main__":
    main()
