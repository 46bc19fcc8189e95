"""The numbers of dead workers, folded into one file, so that a scrape costs the same however many there were.

Each number is in the sum exactly once, wherever the process that merges is killed:

1. The dead worker's file is renamed ("claimed") to a name that no process will ever write to, nor any file had before.
2. The new archive is written beside the old one, with the sums and the names of the claimed files in them.
3. It takes the old one's place, in one step of the file system.
4. The claimed files are removed.

A claimed file counts if its name is not in the archive, and is rubbish if it is. Readers and mergers share a lock.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .files import MetricsFile, Values, is_alive, locked, metrics_files, read_values

logger = logging.getLogger(__name__)

ARCHIVE = "archive.json"


def _passed(step: str) -> None:
    """Called after each step; tests put a fault here."""


passed: Callable[[str], None] = _passed


@dataclass(slots=True)
class Archive:
    """What dead workers have left: their values by kind, and the files that are in them but not yet removed."""

    values: dict[str, Values] = field(default_factory=dict)
    merged: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, directory: Path) -> Archive:
        """The archive of the directory, an empty one if there is none. A damaged one is told and not counted."""
        try:
            text = (directory / ARCHIVE).read_text()
        except FileNotFoundError:
            return cls()
        try:
            known = json.loads(text)
            return cls(known["values"], set(known["merged"]))
        except (ValueError, KeyError, TypeError):
            logger.error(
                "%s is damaged; the numbers of dead workers are lost.", directory / ARCHIVE
            )
            return cls()

    def add(self, kind: str, values: Iterable[tuple[str, float, float]]) -> None:
        """Fold the values of one more file of that kind in."""
        known = self.values.setdefault(kind, {})
        merge(kind, known, values)

    def write(self, directory: Path) -> None:
        """Take the place of the archive of the directory in one step.

        Raises:
            OSError: no space, or no right to write. The old one is still there.
        """
        fresh = directory / f"{ARCHIVE}.new"
        fresh.write_text(json.dumps({"values": self.values, "merged": sorted(self.merged)}))
        passed("written")
        os.replace(fresh, directory / ARCHIVE)


def merge(kind: str, known: Values, values: Iterable[tuple[str, float, float]]) -> None:
    """Add values of one process to those of others, in the way of their kind. Modes that tell processes apart: no."""
    mode = kind.removeprefix("gauge_").removeprefix("live")
    for key, value, timestamp in values:
        if key not in known:
            known[key] = (value, timestamp)
        elif mode == "max":
            known[key] = (max(known[key][0], value), 0.0)
        elif mode == "min":
            known[key] = (min(known[key][0], value), 0.0)
        elif mode == "mostrecent":
            if timestamp > known[key][1]:
                known[key] = (value, timestamp)
        else:
            known[key] = (known[key][0] + value, 0.0)


def merge_dead(directory: Path) -> int:
    """Fold the files of dead processes into the archive; how many files.

    Each process is asked whether it lives, so that those whose end was missed are found, too. Never raises: what
    cannot be done now stays, is counted as it is, and is tried again next time.
    """
    try:
        with locked(directory, shared=False):
            return _merge(directory)
    except OSError as error:
        logger.warning("The metrics of dead workers could not be merged: %s", error)
        return 0


def _merge(directory: Path) -> int:
    archive = Archive.read(directory)
    _remove_merged(directory, archive)
    claimed = [file for file in map(_claim, metrics_files(directory)) if file]
    if not claimed:
        return 0
    passed("claimed")
    for file in claimed:
        archive.add(file.kind, read_values(file.path))
    archive.merged = {file.path.name for file in claimed}
    archive.write(directory)
    passed("replaced")
    _remove_merged(directory, archive)
    return len(claimed)


def _claim(file: MetricsFile) -> MetricsFile | None:
    """The file under a name of its own if its process is dead; None if it lives, or nobody wants the numbers."""
    if file.claimed:
        return file
    if is_alive(file.pid):
        return None
    if file.dies_with_its_process:
        file.path.unlink(missing_ok=True)
        return None
    path = file.path.with_name(f"{file.path.stem}.{secrets.token_hex(8)}.dead")
    file.path.rename(path)
    passed("renamed")
    return MetricsFile(path, file.kind, file.pid, claimed=True)


def _remove_merged(directory: Path, archive: Archive) -> None:
    for name in archive.merged:
        (directory / name).unlink(missing_ok=True)
        passed("removed")


def start_afresh(directory: Path) -> None:
    """Forget what an earlier server left, unless it still runs (a new master that takes over): then only merge.

    Raises:
        OSError: the directory cannot be made.
    """
    directory.mkdir(parents=True, exist_ok=True)
    me = os.getpid()
    if any(file.pid != me and is_alive(file.pid) for file in metrics_files(directory)):
        merge_dead(directory)
        return
    with locked(directory, shared=False):
        for file in metrics_files(directory):
            if file.pid != me:
                file.path.unlink(missing_ok=True)
        for name in (ARCHIVE, f"{ARCHIVE}.new"):
            (directory / name).unlink(missing_ok=True)


_last_read: list[tuple[object, Archive]] = []


def _remembered(directory: Path) -> Archive:
    """The archive, parsed again only after it was replaced; a copy whose values may be added to."""
    try:
        status = (directory / ARCHIVE).stat()
    except OSError:
        return Archive()
    version = (directory, status.st_ino, status.st_mtime_ns, status.st_size)
    if not _last_read or _last_read[0][0] != version:
        _last_read[:] = [(version, Archive.read(directory))]
    archive = _last_read[0][1]
    return Archive({kind: dict(values) for kind, values in archive.values.items()}, archive.merged)


def everything(directory: Path) -> tuple[dict[str, Values], dict[str, dict[int, Values]], set[int]]:
    """What all processes have counted: sums by kind, values by process for "all" gauges, and the live processes.

    Raises:
        OSError: the directory cannot be read.
    """
    sums: dict[str, Values] = {}
    apart: dict[str, dict[int, Values]] = {}
    pids: set[int] = set()
    with locked(directory, shared=True):
        archive = _remembered(directory)
        contents = [
            (file, list(_tolerant(file)))
            for file in metrics_files(directory)
            if file.path.name not in archive.merged
        ]
    sums = archive.values
    for file, values in contents:
        alive = not file.claimed and is_alive(file.pid)
        if alive:
            pids.add(file.pid)
        elif file.dies_with_its_process:
            continue
        if file.kind in ("gauge_all", "gauge_liveall"):
            merge(file.kind, apart.setdefault(file.kind, {}).setdefault(file.pid, {}), values)
        else:
            merge(file.kind, sums.setdefault(file.kind, {}), values)
    return sums, apart, pids


def _tolerant(file: MetricsFile) -> Any:
    try:
        yield from read_values(file.path)
    except FileNotFoundError:
        # Without a lock (a read-only directory), a file may go away while it is looked for.
        return
