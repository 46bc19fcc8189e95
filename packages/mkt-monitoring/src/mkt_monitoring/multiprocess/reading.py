"""What all workers have counted, as metrics of prometheus_client."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from prometheus_client import Metric
from prometheus_client.samples import Sample
from prometheus_client.utils import floatToGoString

from .archive import everything
from .files import Values, metrics_files
from .values import unkept

Labels = tuple[tuple[str, str], ...]


class AllWorkers:
    """The collector of a directory. Each key is parsed once, however many workers have it."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self.pids: set[int] = set()
        self.files = 0

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        """Raises OSError if the directory cannot be read."""
        sums, apart, self.pids = everything(self._directory)
        self.files = len(metrics_files(self._directory))
        counters = sums.setdefault("counter", {})
        for key, value in unkept():
            counters[key] = (counters.get(key, (0.0, 0.0))[0] + value, 0.0)
        families: dict[str, Metric] = {}
        for kind, values in sums.items():
            add = _add_histograms if kind == "histogram" else _add_plain
            add(families, kind.partition("_")[0], values)
        for kind, by_pid in apart.items():
            for pid, values in by_pid.items():
                _add_plain(families, kind.partition("_")[0], values, (("pid", str(pid)),))
        yield from families.values()


@lru_cache(maxsize=20_000)
def _parsed(key: str) -> tuple[str, str, dict[str, str], str]:
    name, sample, labels, documentation = json.loads(key)
    return name, sample, labels, documentation


def _family(families: dict[str, Metric], name: str, documentation: str, kind: str) -> Metric:
    family = families.get(name)
    if family is None:
        family = families[name] = Metric(name, documentation, kind)
    return family


def _add_plain(
    families: dict[str, Metric], kind: str, values: Values, more: Iterable[tuple[str, str]] = ()
) -> None:
    for key, (value, _) in values.items():
        name, sample, labels, documentation = _parsed(key)
        family = _family(families, name, documentation, kind)
        family.samples.append(Sample(sample, {**labels, **dict(more)}, value))


def _add_histograms(families: dict[str, Metric], kind: str, values: Values) -> None:
    """Files hold each bucket's own count and no total; Prometheus wants them to include the smaller ones."""
    groups: dict[tuple[str, Labels], tuple[Metric, dict[float, float], list[Any]]] = {}
    for key, (value, _) in values.items():
        name, sample, labels, documentation = _parsed(key)
        bound = labels.get("le")
        others = tuple(item for item in labels.items() if item[0] != "le")
        group = groups.get((name, others))
        if group is None:
            family = _family(families, name, documentation, kind)
            group = groups[name, others] = (family, {}, [])
        if bound is None:
            group[2].append(Sample(sample, labels, value))
        else:
            group[1][float(bound)] = value
    for (name, others), (family, buckets, rest) in groups.items():
        labels, total = dict(others), 0.0
        for upper in sorted(buckets):
            total += buckets[upper]
            family.samples.append(
                Sample(f"{name}_bucket", {**labels, "le": floatToGoString(upper)}, total)
            )
        family.samples.append(Sample(f"{name}_count", labels, total))
        family.samples += rest
