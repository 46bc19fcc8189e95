"""What all workers have counted, as metrics of prometheus_client."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from prometheus_client import Metric
from prometheus_client.samples import Sample

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


class Key(NamedTuple):
    """What the key of a value says: of a bucket its bound, and ``group`` is the same for all of one histogram."""

    name: str
    sample: str
    labels: dict[str, str]
    documentation: str
    group: tuple[str, Labels]
    bound: float | None


@lru_cache(maxsize=50_000)
def _parsed(key: str) -> Key:
    name, sample, labels, documentation = json.loads(key)
    others = tuple(item for item in labels.items() if item[0] != "le")
    bound = labels.get("le")
    return Key(
        name, sample, labels, documentation, (name, others), None if bound is None else float(bound)
    )


def _family(families: dict[str, Metric], name: str, documentation: str, kind: str) -> Metric:
    family = families.get(name)
    if family is None:
        family = families[name] = Metric(name, documentation, kind)
    return family


def _add_plain(
    families: dict[str, Metric], kind: str, values: Values, more: Iterable[tuple[str, str]] = ()
) -> None:
    for raw, (value, _) in values.items():
        key = _parsed(raw)
        family = _family(families, key.name, key.documentation, kind)
        labels = {**key.labels, **dict(more)} if more else key.labels
        family.samples.append(Sample(key.sample, labels, value))


def _add_histograms(families: dict[str, Metric], kind: str, values: Values) -> None:
    """Files hold each bucket's own count and no total; Prometheus wants them to include the smaller ones."""
    groups: dict[tuple[str, Labels], tuple[list[tuple[float, dict[str, str], float]], list[Sample]]]
    groups = {}
    for raw, (value, _) in values.items():
        key = _parsed(raw)
        _family(families, key.name, key.documentation, kind)
        group = groups.get(key.group)
        if group is None:
            group = groups[key.group] = ([], [])
        if key.bound is None:
            group[1].append(Sample(key.sample, key.labels, value))
        else:
            group[0].append((key.bound, key.labels, value))
    for (name, others), (buckets, rest) in groups.items():
        samples, total = families[name].samples, 0.0
        buckets.sort(key=itemgetter(0))
        for _, labels, value in buckets:
            total += value
            samples.append(Sample(f"{name}_bucket", labels, total))
        samples.append(Sample(f"{name}_count", dict(others), total))
        samples += rest
