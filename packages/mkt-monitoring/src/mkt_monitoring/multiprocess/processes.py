"""Memory, processor time and open files of the workers that live, from ``/proc``."""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

PROC = Path("/proc")

_NAMES = {
    "resident_memory_bytes": "Resident memory of the workers.",
    "cpu_seconds": "Processor time of the workers that live.",
    "open_fds": "Open file descriptors of the workers.",
    "threads": "Threads of the workers.",
    "uptime_seconds": "Age of the workers.",
}


def process_metrics(pids: Iterable[int]) -> list[Metric]:
    """``mkt_process_…{agg="sum"|"max"}`` over these processes, and how many there are; nothing where no /proc is."""
    found = [values for pid in pids if (values := _measured(pid))]
    if not found:
        return []
    families = [_family(name, [values[name] for values in found]) for name in _NAMES]
    workers = GaugeMetricFamily(
        "mkt_monitoring_live_workers", "Processes that measure.", value=len(found)
    )
    return [workers, *families]


def _family(name: str, values: list[float]) -> Metric:
    family = GaugeMetricFamily(f"mkt_process_{name}", _NAMES[name], labels=["agg"])
    family.add_metric(["sum"], sum(values))
    family.add_metric(["max"], max(values))
    return family


def _measured(pid: int) -> dict[str, float] | None:
    folder = PROC / str(pid)
    try:
        # The name of the program stands in brackets and may have any sign in it.
        fields = (folder / "stat").read_text().rpartition(")")[2].split()
        open_files = len(os.listdir(folder / "fd"))
    except OSError:
        return None
    ticks = os.sysconf("SC_CLK_TCK")
    booted_seconds_ago = time.clock_gettime(time.CLOCK_BOOTTIME)
    # Numbered as in proc(5), where the third field is the first behind the name.
    return {
        "resident_memory_bytes": int(fields[21]) * os.sysconf("SC_PAGE_SIZE"),
        "cpu_seconds": (int(fields[11]) + int(fields[12])) / ticks,
        "open_fds": open_files,
        "threads": int(fields[17]),
        "uptime_seconds": max(0.0, booted_seconds_ago - int(fields[19]) / ticks),
    }
