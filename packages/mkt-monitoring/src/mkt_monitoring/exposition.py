"""The text that Prometheus reads, in the format it asks for."""

from __future__ import annotations

import os
import re
from time import perf_counter

from prometheus_client import REGISTRY, CollectorRegistry, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder

from ._text import encode
from .collectors import computed
from .multiprocess.files import multiprocess_directory
from .multiprocess.processes import process_metrics
from .multiprocess.reading import AllWorkers
from .registry import histogram

scrapes = histogram(
    "mkt_monitoring_scrape_duration_seconds",
    "Writing all metrics.",
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5),
)

# prometheus_client compares the version as numbers, and fails on any other.
_UNREADABLE_VERSION = re.compile(r"\bversion\s*=(?!\d{1,4}(\.\d{1,4})*\s*([;,]|$))")


class MultiprocessDirectoryMissing(Exception):
    """``PROMETHEUS_MULTIPROC_DIR`` is set, but is no directory."""


def can_keep_metrics() -> bool:
    """Whether metrics can be made here: always in one process, with several only in a directory that can be used."""
    directory = multiprocess_directory()
    if directory is None:
        return True
    return directory.is_dir() and os.access(directory, os.R_OK | os.W_OK | os.X_OK)


def expose(accept: str) -> tuple[bytes, str]:
    """All metrics as text, and its content type, in the format that the ``Accept`` header prefers.

    Raises:
        MultiprocessDirectoryMissing: the metrics of the workers are not where they should be.
    """
    started = perf_counter()
    encoder, content_type = choose_encoder("" if _UNREADABLE_VERSION.search(accept) else accept)
    is_openmetrics = content_type.startswith("application/openmetrics-text")
    body = encode(_everything(), encoder, is_openmetrics=is_openmetrics)
    # Seen by the next scrape.
    scrapes.observe(perf_counter() - started)
    return body, content_type


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether the ``Accept-Encoding`` header names gzip and does not refuse it with ``q=0``."""
    for coding in accept_encoding.lower().split(","):
        name, _, parameter = coding.partition(";")
        if name.strip() == "gzip":
            return not re.fullmatch(r"\s*q\s*=\s*0(\.0*)?\s*", parameter)
    return False


def _everything() -> CollectorRegistry:
    # Made anew for each scrape: the workers' files have changed, and nothing is left registered anywhere.
    registry = CollectorRegistry()
    directory = multiprocess_directory()
    if directory is None:
        # A registry is a collector, too.
        registry.register(REGISTRY)
        registry.register(_Processes())
    elif directory.is_dir():
        workers = AllWorkers(directory)
        registry.register(workers)
        registry.register(_Processes(workers))
    else:
        raise MultiprocessDirectoryMissing(directory)
    registry.register(computed)
    return registry


class _Processes:
    """The processes whose numbers were read before; this one if there are no others."""

    def __init__(self, workers: AllWorkers | None = None) -> None:
        self._workers = workers

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> list[Metric]:
        if self._workers is None:
            return process_metrics([os.getpid()])
        files = GaugeMetricFamily(
            "mkt_monitoring_multiprocess_files", "Files of the workers.", value=self._workers.files
        )
        return [files, *process_metrics(self._workers.pids)]
