"""What measuring a query costs: CPU time added to ``SELECT 1`` on SQLite, side by side with django-prometheus' engine.

    python benchmarks/monitoring_queries.py [--rounds 41] [--queries 1000]

Each contender has a database connection of its own in one process, and they take turns, round by round in changing
order. Each figure is the median over the rounds of "with" minus "without" of the same round; the quartiles tell how far
to trust it. "nothing (A/A)" is measured against itself: the noise floor. Inside a request, mkt-monitoring also counts
the queries of that request and notes repeated ones, which the peer does not.

Several workers are measured in a second process, as prometheus_client decides at import whether it writes to files.
"""

from __future__ import annotations

import argparse
import gc
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from time import process_time

import monitoring_peers

OURS, OUTSIDE = "mkt-monitoring", "mkt-monitoring, no request"
TARGET_MICROSECONDS = {"one process": 3, "several workers": 5}

Run = Callable[[int], None]


def configure() -> str:
    """Three databases, and one with the peer's engine, whose name is returned."""
    import django
    from django.conf import settings

    peer = monitoring_peers.install("django-prometheus")
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(
        DATABASES={
            "default": sqlite,
            "nothing": {**sqlite},
            "nothing (A/A)": {**sqlite},
            OURS: {**sqlite},
            peer: {"ENGINE": "django_prometheus.db.backends.sqlite3", "NAME": ":memory:"},
        },
        INSTALLED_APPS=["mkt_monitoring", "django.contrib.contenttypes"],
        LOGGING_CONFIG=None,
        PROMETHEUS_EXPORT_MIGRATIONS=False,
        SECRET_KEY="benchmark",
    )
    django.setup()
    return peer


def runs(peer: str) -> dict[str, Run]:
    from django.db import connections

    from mkt_monitoring.database.request_queries import counting_queries

    for alias in ("nothing", "nothing (A/A)", OURS, peer):
        connections[alias].ensure_connection()
        if alias != OURS:
            # Ours is on every connection.
            connections[alias].execute_wrappers.clear()
    assert connections[OURS].execute_wrappers

    def run(alias: str, request: Callable[[], AbstractContextManager[object]]) -> Run:
        def queries(number: int) -> None:
            with request(), connections[alias].cursor() as cursor:
                execute = cursor.execute
                for _ in range(number):
                    execute("SELECT 1")

        return queries

    found = {alias: run(alias, counting_queries) for alias in ("nothing", "nothing (A/A)", OURS)}
    found[OUTSIDE] = run(OURS, nullcontext)
    found[peer] = run(peer, counting_queries)
    return found


def measure(contenders: dict[str, Run], rounds: int, queries: int) -> dict[str, list[float]]:
    """Microseconds of CPU for each query, one value for each round."""
    for run in contenders.values():
        run(queries)
    times: dict[str, list[float]] = {name: [] for name in contenders}
    names = list(contenders)
    for _ in range(rounds):
        random.shuffle(names)
        for name in names:
            gc.collect()
            started = process_time()
            contenders[name](queries)
            times[name].append((process_time() - started) / queries * 1e6)
    return times


def report(title: str, times: dict[str, list[float]]) -> None:
    base = times["nothing"]
    print(f"\n{title}: the query itself {statistics.median(base):.1f} µs")
    for name, values in times.items():
        if name == "nothing":
            continue
        added = [one - without for one, without in zip(values, base, strict=True)]
        low, middle, high = statistics.quantiles(added, n=4)
        ratio = statistics.median(one / without for one, without in zip(values, base, strict=True))
        verdict = ""
        if name == OURS:
            target = TARGET_MICROSECONDS[title]
            verdict = f"  target <= {target} µs: {'reached' if middle <= target else 'MISSED'}"
        print(f"  {name:27} {middle:+7.2f} µs  ({low:+.2f} to {high:+.2f})  x{ratio:.2f}{verdict}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--queries", type=int, default=1000)
    options = parser.parse_args()

    several = "PROMETHEUS_MULTIPROC_DIR" in os.environ
    times = measure(runs(configure()), options.rounds, options.queries)
    report("several workers" if several else "one process", times)
    if several:
        return
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as directory:
        environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": directory}
        subprocess.run([sys.executable, *sys.argv], env=environment, check=True)


if __name__ == "__main__":
    main()
