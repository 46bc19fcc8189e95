"""Taking turns: what the contenders of a benchmark add to nothing, in CPU time, round by round in changing order."""

from __future__ import annotations

import gc
import os
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from time import process_time

#: The contender that the others are compared with, and the same again: the noise floor.
NOTHING, NOISE = "nothing", "nothing (A/A)"
DIRECTORY = "PROMETHEUS_MULTIPROC_DIR"

Run = Callable[[int], None]


def measure(
    runs: dict[str, Run], rounds: int, number: int, *, warm_up: int
) -> dict[str, list[float]]:
    """Microseconds of CPU for each of ``number`` repetitions, one value for each round."""
    for run in runs.values():
        run(warm_up)
    times: dict[str, list[float]] = {name: [] for name in runs}
    names = list(runs)
    for _ in range(rounds):
        random.shuffle(names)
        for name in names:
            gc.collect()
            started = process_time()
            runs[name](number)
            times[name].append((process_time() - started) / number * 1e6)
    return times


def report(
    title: str, what: str, times: dict[str, list[float]], ours: str, target: float | None
) -> None:
    """Print the median and the quartiles of "with" minus "without" of the same round, and whether ours is in time."""
    base = times[NOTHING]
    width = max(map(len, times))
    print(f"\n{title}: {what} itself {statistics.median(base):.1f} µs")
    for name, values in times.items():
        if name == NOTHING:
            continue
        added = [one - without for one, without in zip(values, base, strict=True)]
        low, middle, high = statistics.quantiles(added, n=4)
        ratio = statistics.median(one / without for one, without in zip(values, base, strict=True))
        verdict = ""
        if name == ours and target is not None:
            verdict = f"  target <= {target} µs: {'reached' if middle <= target else 'MISSED'}"
        print(
            f"  {name:{width}} {middle:+8.2f} µs  ({low:+.2f} to {high:+.2f})  x{ratio:.2f}{verdict}"
        )


def has_several_workers() -> bool:
    """Whether prometheus_client writes to files, as it does for several workers; it decides at import."""
    return DIRECTORY in os.environ


def run_again_with_several_workers() -> None:
    """Run this script anew, with its arguments."""
    sys.stdout.flush()
    with tempfile.TemporaryDirectory() as directory:
        command = [sys.executable, *sys.argv]
        subprocess.run(command, env=os.environ | {DIRECTORY: directory}, check=True)
