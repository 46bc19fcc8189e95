#!/usr/bin/env python3
"""Rate limits beside django-ratelimit and limits: how many too many are let through, and what a hit costs.

    python benchmarks/ratelimit.py [--hits 2000] [--rounds 7]

All count in the same Redis. Overshoot: 8 processes begin together and ask 400 times, 100 in ten hours are allowed.
Edge: 20 in 5 s are allowed, one process asks for 2 s around the moment at which a fixed window would begin afresh.
Cost: one process, round by round in changing order, median CPU time per hit (``process_time``) and the
commands that the server counted. The peers are installed into a temporary folder; without an index to take them from
only ours is measured.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cache_setup import own_redis
from ratelimit_processes import WAYS, configure, hit_by

PEERS = ("django-ratelimit==4.1.0", "limits==5.8.0")
PROCESSES, ATTEMPTS, LIMIT = 8, 400, 100
EDGE_LIMIT, EDGE_SECONDS = 20, 5


def overshoot(way: str, url: str, folder: str) -> int:
    """Hits that 8 processes were allowed, beyond the limit."""
    run = "import sys, ratelimit_processes; ratelimit_processes.main(*sys.argv[1:])"
    each = str(ATTEMPTS // PROCESSES)
    name = f"many{time.time_ns()}"
    command = [sys.executable, "-c", run, way, url, str(LIMIT), "36000", name, each]
    here = str(Path(__file__).parent)
    environment = {"PYTHONPATH": os.pathsep.join([here, folder]), "PATH": ""}
    processes = [
        subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        for _ in range(PROCESSES)
    ]
    for process in processes:
        assert process.stdout is not None
        process.stdout.readline()
    start = f"{time.time() + 0.2}\n"
    return sum(int(process.communicate(start, timeout=60)[0]) for process in processes) - LIMIT


def edge(way: str, url: str) -> tuple[int, float]:
    """The most that was allowed within two seconds around an edge, and the seconds it took."""
    hit = hit_by(way, url, EDGE_LIMIT, EDGE_SECONDS, f"edge{time.time_ns()}")
    begin = time.time()
    hit()
    is_of_clock = way == "django-ratelimit"
    edge_at = _edge_of_django_ratelimit() if is_of_clock else begin + EDGE_SECONDS
    time.sleep(max(0.0, edge_at - 1 - time.time()))
    allowed = []
    while time.time() < edge_at + 1:
        if hit():
            allowed.append(time.time())
        time.sleep(0.002)
    return len(allowed), allowed[-1] - allowed[0]


def _edge_of_django_ratelimit() -> float:
    """When its window for this client ends, far enough away; the second in its name is the last of it."""
    from django_ratelimit.core import _get_window

    window = float(_get_window("127.0.0.1", EDGE_SECONDS)) + 1
    return window if window - time.time() > 1.5 else window + EDGE_SECONDS


def round_trips(way: str, url: str) -> float:
    """Commands per hit that the client sent; what a script does on the server is not among them."""
    import redis

    hit = hit_by(way, url, 10**6, 3600, f"trips{time.time_ns()}")
    hit()
    with redis.Redis.from_url(url) as client:
        client.config_resetstat()
        for _ in range(100):
            hit()
        calls = {name: stats["calls"] for name, stats in client.info("commandstats").items()}
    sent = {
        name: count
        for name, count in calls.items()
        if "evalsha" in name or "cmdstat_evalsha" not in calls
    }
    sent.pop("cmdstat_config|resetstat", None)
    return sum(sent.values()) / 100


def measure(url: str, folder: str, ways: list[str], count: int, rounds: int) -> None:
    hits = {way: hit_by(way, url, 10**6, 3600, f"cost{n}") for n, way in enumerate(ways)}
    times: dict[str, list[float]] = {way: [] for way in ways}
    for number in range(rounds):
        order = ways[number % len(ways) :] + ways[: number % len(ways)]
        for way in order:
            started = time.process_time()
            for _ in range(count):
                hits[way]()
            times[way].append((time.process_time() - started) / count)
    cost = {way: statistics.median(found) for way, found in times.items()}
    titles = ("too many of 400", "at an edge, 20 in 5 s", "µs CPU/hit", "ratio", "commands")
    print(f"{'':24} {titles[0]:>16} {titles[1]:>22} {titles[2]:>11} {titles[3]:>6} {titles[4]:>9}")
    for way in ways:
        most, seconds = edge(way, url)
        print(
            f"{way:24} {overshoot(way, url, folder):>16} {f'{most} in {seconds:.1f} s':>22}"
            f" {cost[way] * 1e6:>11.0f} {cost[way] / cost['mkt-core']:>6.2f} {round_trips(way, url):>9.1f}",
            flush=True,
        )


def install(folder: str) -> list[str]:
    """The ways that can be measured."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "-q",
        "--target",
        folder,
        "--no-deps",
        *PEERS,
    ]
    # What limits needs beside redis.
    command += ["deprecated", "wrapt", "packaging", "typing-extensions"]
    if subprocess.run(command, check=False, stderr=subprocess.DEVNULL).returncode:
        print("the peers cannot be installed: only ours is measured")
        return [WAYS[0]]
    sys.path.append(folder)
    return list(WAYS)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--hits", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    with contextlib.ExitStack() as stack:
        url = stack.enter_context(own_redis())
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="mkt-peers-"))
        ways = install(folder)
        configure(url)
        measure(url, folder, ways, options.hits, options.rounds)


if __name__ == "__main__":
    main()
