#!/usr/bin/env python3
"""How long requests fail when PostgreSQL is restarted, and what routing to replicas costs.

    python benchmarks/database.py [--restarts 3]

Restart: a gunicorn with one process and four threads serves a page that the response cache has nothing to do with, and
four visitors ask for it without a pause. PostgreSQL is stopped ("fast") and started at once. Shown are the answers that
failed, and the time between the first of them and the last; medians of three restarts. Visitors whose answer is late
but right have not failed: the longest answer is shown, too.

Routing: the time in which a router says where a read goes, in a request that may read from replicas, in microseconds of
CPU; for comparison that of django-multidb-router, which knows of no failures and no lag, and Django with no router.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "scripts"), str(ROOT / "example_project")]
MULTIDB = "django-multidb-router==0.11"
GOAL_SECONDS = 0.1
REPEATS, QUERIES = 7, 20_000

import _cluster  # noqa: E402
import services  # noqa: E402
from tests.faults.databases.site import Load, environment, gunicorn, manage  # noqa: E402

from mkt_core.db import pool_options, postgresql  # noqa: E402

PATH = "/test/uncached/?unknown=1"


def variants(given: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    yield "CONN_MAX_AGE=600", {**given, "CONN_MAX_AGE": 600}
    yield "  + CONN_HEALTH_CHECKS", {**given, "CONN_MAX_AGE": 600, "CONN_HEALTH_CHECKS": True}
    yield "psycopg_pool", {**given, "OPTIONS": {"pool": {"min_size": 1, "max_size": 10}}}
    yield "mkt_core.db.postgresql()", postgresql(given, pool=pool_options(timeout_seconds=10))


def measure_restarts(restarts: int) -> None:
    print(f"{'restart':28}{'failed':>10}{'for':>12}{'longest answer':>18}")
    with _cluster.primary() as server, own_redis() as redis:
        manage(environment({"default": server.settings}, redis), "migrate", "--verbosity", "0")
        for name, entry in variants(server.settings):
            window = measure_restart(name, server, environment({"default": entry}, redis), restarts)
    is_reached = window <= GOAL_SECONDS
    print(f"goal: failing for at most {GOAL_SECONDS} s: {'reached' if is_reached else 'MISSED'}")


def measure_restart(
    name: str, server: _cluster.Server, env: dict[str, str], restarts: int
) -> float:
    failed, windows, longest = [], [], []
    with tempfile.TemporaryDirectory() as folder, gunicorn(Path(folder), env) as port:
        for _ in range(restarts):
            with Load(port, [PATH], visitors=4) as load:
                time.sleep(1.5)
                server.stop()
                server.start()
                time.sleep(3.0)
            failed.append(len(load.failures(PATH)))
            windows.append(load.failing_seconds(PATH))
            longest.append(max(answer.seconds for _, answer in load.answers[PATH]))
    window = statistics.median(windows)
    print(
        f"{name:28}{statistics.median(failed):10.0f}{window:10.2f} s"
        f"{statistics.median(longest):16.2f} s",
        flush=True,
    )
    return window


@contextmanager
def own_redis() -> Iterator[str]:
    with services.running({}, services=(services.REDIS,), template=False) as variables:
        if "REDIS_URL" not in variables:
            sys.exit(services.REDIS.how_to_get)
        yield variables["REDIS_URL"]


def measure_routing() -> None:
    """Two databases in memory: what is compared happens before a query is sent."""
    from django.conf import settings

    entry = {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    settings.configure(
        DATABASES={"default": entry, "replica": {**entry, "TEST": {"MIRROR": "default"}}},
        INSTALLED_APPS=["django.contrib.contenttypes", "django.contrib.auth"],
        MKT_CORE={"DATABASE_REPLICAS": ["replica"]},
        SECRET_KEY="only for benchmarks",
        REPLICA_DATABASES=["replica"],
    )
    import django

    django.setup()
    from django.contrib.contenttypes.models import ContentType
    from django.db.utils import ConnectionRouter

    from mkt_core.db import ReplicaRouter, use_replica
    from mkt_core.db.group import current_group

    def cost(router: Any, is_warm: Callable[[], bool] = lambda: True) -> float:
        chain = ConnectionRouter([] if router is None else [router])
        while not is_warm():
            time.sleep(0.05)
        found = []
        for _ in range(REPEATS):
            started = time.process_time()
            for _ in range(QUERIES):
                chain.db_for_read(ContentType)
            found.append((time.process_time() - started) / QUERIES * 1e6)
        return statistics.median(found)

    print(f"\n{'routing, per query':28}{'CPU':>10}")
    print(f"{'no router':28}{cost(None):7.2f} µs")
    if (peer := multidb_router()) is not None:
        print(f"{'django-multidb-router':28}{cost(peer):7.2f} µs")
    print(f"{'ReplicaRouter, primary':28}{cost(ReplicaRouter()):7.2f} µs")
    with use_replica():
        ours = cost(ReplicaRouter(), lambda: bool(current_group().choose(0.0)))
    print(f"{'ReplicaRouter, replica':28}{ours:7.2f} µs")


def multidb_router() -> Any:
    """The peer's router that pins whoever has written; None if it cannot be installed."""
    folder = tempfile.mkdtemp(prefix="mkt-multidb-")
    command = ["install", "--quiet", "--no-deps", "--target", folder, MULTIDB]
    for installer in (["pip"], ["uv", "pip"]):
        if not subprocess.run(
            [sys.executable, "-m", *installer, *command], check=False, capture_output=True
        ).returncode:
            sys.path.append(folder)
            from multidb import PinningReplicaRouter  # type: ignore[import-not-found]

            return PinningReplicaRouter()
    print(f"skipped: {MULTIDB} cannot be installed")
    return None


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--restarts", type=int, default=3)
    measure_restarts(parser.parse_args().restarts)
    measure_routing()


if __name__ == "__main__":
    main()
