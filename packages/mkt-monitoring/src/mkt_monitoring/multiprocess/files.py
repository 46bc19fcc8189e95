"""The files in the directory that the workers share. Knows neither Django nor prometheus_client.

Each process writes ``<kind>_<process>.db`` in the format of prometheus_client: "counter_mkt-4711.db" is ours,
"counter_4711.db" is of metrics that were made before this package was imported. A kind is "counter", "histogram",
"summary" or "gauge_" and its mode.
"""

from __future__ import annotations

import os
import re
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

try:
    import fcntl
except ImportError:  # Windows has no such locks, nor servers with several workers.
    fcntl = None  # type: ignore[assignment]

#: Raw key (JSON of name, sample, labels and help) to value and the time of it (0 unless a gauge was set).
Values = dict[str, tuple[float, float]]

_NAME = re.compile(
    r"(?P<kind>[a-z]+(?:_[a-z]+)?)_(?:mkt-)?(?P<pid>\d+)(?:\.(?P<claim>\w+))?\.(?:db|dead)"
)
_LENGTH = struct.Struct("i")
_VALUE = struct.Struct("dd")


@dataclass(frozen=True, slots=True)
class MetricsFile:
    """One file of one process; ``claimed`` when its process is dead and the file waits to be merged or removed."""

    path: Path
    kind: str
    pid: int
    claimed: bool

    @property
    def dies_with_its_process(self) -> bool:
        """Gauges that say how things are: nobody wants those of a dead process."""
        return self.kind.startswith("gauge_live") or self.kind == "gauge_all"


def multiprocess_directory() -> Path | None:
    """Where several workers keep their metrics together, or None when each keeps its own."""
    path = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    return Path(path) if path else None


def metrics_files(directory: Path) -> list[MetricsFile]:
    """All of them, in the order of their names.

    Raises:
        OSError: the directory cannot be read.
    """
    matches = (_NAME.fullmatch(name) for name in sorted(os.listdir(directory)))
    return [
        MetricsFile(directory / match[0], match["kind"], int(match["pid"]), bool(match["claim"]))
        for match in matches
        if match
    ]


def is_alive(pid: int) -> bool:
    """Whether there is such a process; one of another user counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True


@contextmanager
def locked(directory: Path, *, shared: bool) -> Iterator[None]:
    """Hold the directory's lock: ``shared`` to read, alone to merge. No lock where none can be made (read-only)."""
    try:
        handle = os.open(directory / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError:
        if not shared:
            raise
        yield
        return
    try:
        if fcntl is not None:
            fcntl.flock(handle, fcntl.LOCK_SH if shared else fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)


def read_values(path: Path) -> Iterator[tuple[str, float, float]]:
    """Key, value and time of each sample; what stands behind a damaged place is left out.

    Raises:
        OSError: the file is gone or cannot be read.
    """
    data = path.read_bytes()
    if len(data) < 8:
        return
    used = min(_LENGTH.unpack_from(data, 0)[0], len(data))
    position = 8
    try:
        while position < used:
            (length,) = _LENGTH.unpack_from(data, position)
            start = position + 4
            end = start + length
            position = end + 8 - (length + 4) % 8
            value, timestamp = _VALUE.unpack_from(data, position)
            yield data[start:end].decode(), value, timestamp
            position += 16
    except (struct.error, UnicodeDecodeError):
        return
