"""All metrics of this package and of the apps that use it, as a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from prometheus_client.metrics_core import Metric

from .collectors import computed
from .http.durations import RequestDurations
from .registry import registered

#: What is computed at the scrape and not by a collector: name, labels and text.
PROCESSES = (
    *(
        (f"mkt_process_{name}", "agg", text)
        for name, text in (
            ("cpu_seconds", "Processor time of the workers that live."),
            ("open_fds", "Open file descriptors of the workers."),
            ("resident_memory_bytes", "Resident memory of the workers."),
            ("threads", "Threads of the workers."),
            ("uptime_seconds", "Age of the workers."),
        )
    ),
    ("mkt_monitoring_live_workers", "", "Processes that measure."),
    ("mkt_monitoring_multiprocess_files", "", "Files of the workers; only with several."),
)

Row = tuple[str, str, str, str]


def reference(prefixes: Iterable[str] = ("",)) -> str:
    """A table in Markdown of the metrics whose names begin with one of ``prefixes``.

    Runs the collectors, with the queries that they make.
    """
    begins = tuple(prefixes)
    # Made with the middleware, which a command has not.
    RequestDurations()
    rows = sorted({row for row in (*_registered(), *_computed()) if row[0].startswith(begins)})
    lines = ["| metric | type | labels | |", "|---|---|---|---|"]
    for name, kind, labels, text in rows:
        lines.append(f"| `{name}` | {kind} | {labels} | {text} |")
    return "\n".join(lines) + "\n"


def _registered() -> Iterator[Row]:
    for name, metric in registered().items():
        yield name, metric._type, _listed(metric._labelnames), metric._documentation


def _computed() -> Iterator[Row]:
    for name, label, text in PROCESSES:
        yield name, "gauge", _listed([label] if label else []), text
    for family in computed.collect():
        yield family.name, family.type, _listed(_labels(family)), family.documentation


def _labels(family: Metric) -> list[str]:
    declared = getattr(family, "_labelnames", None)
    if declared is not None:
        return list(declared)
    return sorted({label for sample in family.samples for label in sample.labels})


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(f"`{label}`" for label in labels)
