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
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import monitoring_peers
from monitoring_rounds import (
    NOISE,
    NOTHING,
    Run,
    has_several_workers,
    measure,
    report,
    run_again_with_several_workers,
)

OURS, OUTSIDE = "mkt-monitoring", "mkt-monitoring, no request"
TARGET_MICROSECONDS = {"one process": 3, "several workers": 5}


def configure() -> str:
    """Three databases, and one with the peer's engine, whose name is returned."""
    import django
    from django.conf import settings

    peer = monitoring_peers.install("django-prometheus")
    sqlite = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(
        DATABASES={
            "default": sqlite,
            NOTHING: {**sqlite},
            NOISE: {**sqlite},
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

    for alias in (NOTHING, NOISE, OURS, peer):
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

    found = {alias: run(alias, counting_queries) for alias in (NOTHING, NOISE, OURS)}
    found[OUTSIDE] = run(OURS, nullcontext)
    found[peer] = run(peer, counting_queries)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=41)
    parser.add_argument("--queries", type=int, default=1000)
    options = parser.parse_args()

    title = "several workers" if has_several_workers() else "one process"
    times = measure(runs(configure()), options.rounds, options.queries, warm_up=options.queries)
    report(title, "the query", times, OURS, TARGET_MICROSECONDS[title])
    if not has_several_workers():
        run_again_with_several_workers()


if __name__ == "__main__":
    main()
