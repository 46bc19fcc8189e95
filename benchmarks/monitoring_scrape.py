"""What a scrape costs: CPU time of writing all metrics of a site with 200 routes.

    python benchmarks/monitoring_scrape.py [--rounds 15] [--routes 200] [--recycled 200]

One process; four workers; and the same four after 200 others have come and gone, whose files gunicorn's hook has folded
into the archive. For comparison, the last is also read as prometheus_client does it, from the files of all of them.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from time import process_time

from monitoring_rounds import DIRECTORY, has_several_workers, run_again_with_several_workers

# No process can have such a number.
DEAD = 50_000_000
WORKERS = 4
TARGET_MILLISECONDS = 35
TARGET_RATIO = 1.3


def configure() -> None:
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.configure(
        ALLOWED_HOSTS=["*"],
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["mkt_monitoring", "django.contrib.contenttypes"],
        LOGGING_CONFIG=None,
        SECRET_KEY="benchmark",
    )
    django.setup()
    call_command("migrate", verbosity=0)


def visit(routes: int) -> None:
    from mkt_monitoring.http.durations import RequestDurations

    histogram = RequestDurations().histogram
    for number in range(routes):
        for seconds in (0.004, 0.08, 0.6):
            histogram.labels(f"/route/{number}/", "GET", "2xx", "none", "none").observe(seconds)


def milliseconds(work: Callable[[], object], rounds: int) -> float:
    work()
    times = []
    for _ in range(rounds):
        started = process_time()
        work()
        times.append((process_time() - started) * 1000)
    return statistics.median(times)


def scrape() -> bytes:
    from mkt_monitoring.exposition import expose

    return expose("")[0]


def theirs(directory: Path) -> Callable[[], bytes]:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.multiprocess import MultiProcessCollector

    def read() -> bytes:
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(directory))
        return generate_latest(registry)

    return read


def measure_one(options: argparse.Namespace) -> None:
    visit(options.routes)
    found = milliseconds(scrape, options.rounds)
    verdict = "reached" if found <= TARGET_MILLISECONDS else "MISSED"
    print(f"one process: {found:.1f} ms  target <= {TARGET_MILLISECONDS} ms: {verdict}")


def copies(directory: Path, numbers: list[int]) -> None:
    mine = os.getpid()
    for path in list(directory.glob(f"*-{mine}.db")):
        for number in numbers:
            shutil.copy(path, directory / path.name.replace(str(mine), str(number)))


def measure_several(options: argparse.Namespace) -> None:
    from mkt_monitoring.multiprocess.archive import merge_dead

    directory = Path(os.environ[DIRECTORY])
    visit(options.routes)
    sleepers = [
        subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        for _ in range(WORKERS - 1)
    ]
    try:
        copies(directory, [one.pid for one in sleepers])
        alone = milliseconds(scrape, options.rounds)
        copies(directory, list(range(DEAD, DEAD + options.recycled)))
        all_files = milliseconds(theirs(directory), 1)
        started = process_time()
        merge_dead(directory)
        merging = (process_time() - started) * 1000 / max(1, options.recycled)
        after = milliseconds(scrape, options.rounds)
    finally:
        for one in sleepers:
            one.communicate(b"\n")
    verdict = "reached" if after / alone <= TARGET_RATIO else "MISSED"
    print(f"{WORKERS} workers: {alone:.1f} ms")
    print(
        f"{WORKERS} workers after {options.recycled} others: {after:.1f} ms, x{after / alone:.2f}"
        f"  target <= x{TARGET_RATIO}: {verdict}"
    )
    print(f"  folding in one of them, all at once: {merging:.2f} ms")
    print(f"  prometheus_client with the files of all of them: {all_files:.0f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--routes", type=int, default=200)
    parser.add_argument("--recycled", type=int, default=200)
    options = parser.parse_args()

    configure()
    if has_several_workers():
        measure_several(options)
        return
    measure_one(options)
    run_again_with_several_workers()


if __name__ == "__main__":
    main()
