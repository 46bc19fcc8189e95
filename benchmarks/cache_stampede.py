#!/usr/bin/env python3
"""How often one response is rendered when 50 visitors ask for it at once and nothing is stored.

    python benchmarks/cache_stampede.py [--rounds 5]

Two processes of 25 threads each serve it, as a small site would; a render takes 0.2 seconds, in which it waits (most
renders wait for the database). All ask at the same moment, a new address each round. The median and the worst round of
each variant, how long the last visitor waited, and the number of renders when everybody asks once more.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from cache_setup import configure, own_redis, say_goal, say_versions
from cache_variants import OURS, UNCACHED, Variant, peers

PROCESSES, THREADS = 2, 25


def variants() -> dict[str, Variant]:
    found = [
        Variant("uncached", UNCACHED),
        *peers(),
        Variant("MKT, Redis", OURS, MKT_CORE={"CACHE_ALIAS": "redis"}),
    ]
    return {variant.name: variant for variant in found}


def serve(url: str) -> None:
    """One process of the site: for every line with a variant and a number, ask for that response all at once."""
    configure(url)
    import cache_urls

    found = variants()
    with ThreadPoolExecutor(THREADS) as pool:
        # Every thread has its connection to Redis before anything is measured.
        for number, variant in enumerate(found.values()):
            with variant.in_force():
                list(pool.map(variant.call, [f"/slow/{900 + number}/"] * THREADS))
        print("ready", flush=True)
        for line in sys.stdin:
            name, number, moment = json.loads(line)
            before = len(cache_urls.renders)
            with found[name].in_force() as variant:
                variant.call("/trivial/")
                time.sleep(max(0.0, moment - time.time()))
                started = time.perf_counter()
                answers = list(pool.map(variant.call, [f"/slow/{number}/"] * THREADS))
                seconds = time.perf_counter() - started
            assert all(answer.status == 200 for answer in answers)
            print(json.dumps([len(cache_urls.renders) - before, seconds]), flush=True)


class Site:
    """The processes, told what to do by lines."""

    def __init__(self, url: str) -> None:
        command = [sys.executable, str(Path(__file__)), "--serve", url]
        self._processes = [
            subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _ in range(PROCESSES)
        ]
        for process in self._processes:
            assert self._answer_of(process) == "ready"

    def burst(self, name: str, number: int) -> tuple[int, float]:
        """Renders, and seconds until everybody had an answer."""
        order = json.dumps([name, number, time.time() + 0.3]) + "\n"
        for process in self._processes:
            assert process.stdin is not None
            process.stdin.write(order)
            process.stdin.flush()
        answers = [json.loads(self._answer_of(process)) for process in self._processes]
        return sum(renders for renders, _ in answers), max(seconds for _, seconds in answers)

    def _answer_of(self, process: subprocess.Popen[str]) -> Any:
        assert process.stdout is not None
        answer = process.stdout.readline().strip()
        assert answer, "a process of the site has ended"
        return answer

    def close(self) -> None:
        for process in self._processes:
            process.terminate()
            process.wait()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--serve", metavar="URL", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(options.serve)
        return
    with own_redis() as url:
        configure(url)
        say_versions()
        # Here, so that the processes find wagtail-cache if it has to be installed.
        names = list(variants())
        site = Site(url)
        try:
            measure(site, names, options.rounds)
        finally:
            site.close()


def measure(site: Site, names: list[str], rounds: int) -> None:
    print(
        f"{PROCESSES * THREADS} at once{'':23}{'renders':>8}{'worst':>7}{'seconds':>9}{'again':>7}"
    )
    for place, name in enumerate(names):
        cold, warm = [], []
        for turn in range(rounds):
            number = place * 100 + turn
            cold.append(site.burst(name, number))
            warm.append(site.burst(name, number)[0])
        renders = [count for count, _ in cold]
        seconds = statistics.median(seconds for _, seconds in cold)
        middle = statistics.median(renders)
        print(f"{name:32}{middle:8.0f}{max(renders):7}{seconds:9.2f}{max(warm):7}")
        if name.startswith("MKT"):
            say_goal(
                f"{max(renders)} render in the worst round, at most 1", is_reached=max(renders) <= 1
            )


if __name__ == "__main__":
    main()
