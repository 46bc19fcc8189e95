"""The values behind prometheus_client's metrics when there are several workers.

As its own, with three differences. Space is reserved before it is used: writing to a mapped file on a full disk kills
the process otherwise. What cannot be kept is counted instead of raised. And it is quicker, because the process is not
asked for its number each time.
"""

from __future__ import annotations

import mmap
import os
import threading
import time
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from struct import Struct
from typing import Any

from prometheus_client import values as prometheus_values
from prometheus_client.mmap_dict import mmap_key

from .files import multiprocess_directory, read_values

FIRST_SIZE = 1 << 16
# After the disk was full, or the directory could not be written, so long nothing is tried.
RETRY_SECONDS = 5.0
DROPPED = "mkt_monitoring_observations_dropped"

_LENGTH = Struct("i")
_NUMBER = Struct("d")
_BOTH = Struct("dd")
_number, _both = _NUMBER.pack, _BOTH.pack


class ValueFile:
    """The file of one kind of one process: a growing list of keys and numbers, mapped into memory."""

    def __init__(self, path: Path) -> None:
        # A process may have the number of one that died unnoticed; it goes on with its numbers.
        known = list(_positions(path)) if path.exists() else []
        self._handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            self._map(max(os.fstat(self._handle).st_size, FIRST_SIZE))
        except OSError:
            os.close(self._handle)
            raise
        self.positions = dict(known)
        self._used = max(_LENGTH.unpack_from(self.data, 0)[0], 8)
        self.data[0:4] = _LENGTH.pack(self._used)

    def position(self, key: str) -> int:
        """Where the value of the key is; made if need be.

        Raises:
            OSError: no space.
        """
        position = self.positions.get(key)
        return self._append(key) if position is None else position

    def _append(self, key: str) -> int:
        encoded = key.encode()
        padded = encoded + b" " * (8 - (len(encoded) + 4) % 8)
        entry = _LENGTH.pack(len(encoded)) + padded + _both(0.0, 0.0)
        while self._used + len(entry) > len(self.data):
            self._map(len(self.data) * 2)
        self.data[self._used : self._used + len(entry)] = entry
        self._used += len(entry)
        # Last: until then, readers do not see it.
        self.data[0:4] = _LENGTH.pack(self._used)
        self.positions[key] = self._used - 16
        return self.positions[key]

    def _map(self, size: int) -> None:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(self._handle, 0, size)
        else:
            os.truncate(self._handle, size)
        self.data = mmap.mmap(self._handle, size)

    def close(self) -> None:
        self.data.close()
        os.close(self._handle)


def _positions(path: Path) -> Iterator[tuple[str, int]]:
    position = 8
    for key, _, _ in read_values(path):
        length = len(key.encode())
        position += 4 + length + 8 - (length + 4) % 8
        yield key, position
        position += 16


class _Process:
    """The files and values of this process. A forked one starts with files of its own and zeros."""

    def __init__(self) -> None:
        self.values: list[Value] = []
        # Where observations are counted that could not be kept.
        self.drops: Value | None = None
        self.begin()

    def begin(self) -> None:
        # The parent's lock may be held by a thread that was not copied; its files are closed by nobody but itself.
        self.lock = threading.Lock()
        self.files: dict[str, ValueFile] = {}
        self.retry_at = 0.0
        self.forked = False

    def note_fork(self) -> None:
        self.forked = True
        self.lock = threading.Lock()

    def start_anew(self) -> None:
        """In the child of a fork, before the first number is changed; the lock is held."""
        lock = self.lock
        self.begin()
        self.lock = lock
        for value in self.values:
            value.keep()

    def file(self, kind: str) -> ValueFile:
        file = self.files.get(kind)
        if file is None:
            directory = multiprocess_directory()
            if directory is None:
                raise FileNotFoundError("PROMETHEUS_MULTIPROC_DIR was taken away.")
            file = self.files[kind] = ValueFile(directory / f"{kind}_mkt-{os.getpid()}.db")
        return file


_process = _Process()


class Value:
    """One number, kept in the file of its kind; in memory only while that cannot be written."""

    _multiprocess = True
    __slots__ = ("_file", "_key", "_kind", "_position", "_value", "is_drop_counter", "is_sum")

    def __init__(
        self,
        typ: str,
        metric_name: str,
        name: str,
        labelnames: Any,
        labelvalues: Any,
        help_text: str,
        multiprocess_mode: str = "",
        **kwargs: Any,
    ) -> None:
        self._kind = f"gauge_{multiprocess_mode}" if typ == "gauge" else typ
        self._key = mmap_key(metric_name, name, labelnames, labelvalues, help_text)
        self.is_drop_counter = metric_name == DROPPED
        # Of the two numbers of a histogram's observation, one is enough to say that it was dropped.
        self.is_sum = name.endswith("_sum")
        with _process.lock:
            if _process.forked:
                _process.start_anew()
            self.keep()
            _process.values.append(self)
            if self.is_drop_counter:
                _process.drops = self

    def keep(self) -> None:
        """Find or make the place in the file; the lock is held."""
        self._position, self._value = 0, 0.0
        if time.monotonic() < _process.retry_at:
            return
        try:
            file = _process.file(self._kind)
            self._position = file.position(self._key)
        except OSError:
            _process.retry_at = time.monotonic() + RETRY_SECONDS
        else:
            self._file = file
            (self._value,) = _NUMBER.unpack_from(file.data, self._position)

    def inc(self, amount: float) -> None:
        with _process.lock:
            if _process.forked:
                _process.start_anew()
            position = self._position
            if position:
                self._value = value = self._value + amount
                self._file.data[position : position + 8] = _number(value)
                return
            if self._kept_at_last():
                self._write(self._value + amount, 0.0)
                return
            self._value += amount
        self._dropped()

    def set(self, value: float, timestamp: float | None = None) -> None:
        with _process.lock:
            if _process.forked:
                _process.start_anew()
            if self._position or self._kept_at_last():
                self._write(value, timestamp or 0.0)
                return
            self._value = value
        self._dropped()

    def get(self) -> float:
        return self._value

    def set_exemplar(self, exemplar: object) -> None:
        """Files have no place for exemplars."""

    def get_exemplar(self) -> None:
        return None

    @property
    def is_kept(self) -> bool:
        return self._position > 0

    @property
    def key(self) -> str:
        return self._key

    def _write(self, value: float, timestamp: float) -> None:
        self._value = value
        position = self._position
        self._file.data[position : position + 16] = _both(value, timestamp)

    def _kept_at_last(self) -> bool:
        if time.monotonic() < _process.retry_at:
            return False
        before = self._value if self.is_drop_counter else 0.0
        self.keep()
        if self._position:
            self._write(self._value + before, 0.0)
            return True
        self._value = before
        return False

    def _dropped(self) -> None:
        if _process.drops is not None and not (self.is_drop_counter or self.is_sum):
            _process.drops.inc(1)


def observer(
    total: Value, buckets: Sequence[Value], bounds: Sequence[float]
) -> Callable[[float], None]:
    """Both numbers of a histogram's observation at once, for places where each microsecond counts."""
    process, pack = _process, _number

    def observe(amount: float) -> None:
        bucket = buckets[bisect_left(bounds, amount)]
        with process.lock:
            if total._position and bucket._position and not process.forked:
                position = total._position
                total._value = value = total._value + amount
                total._file.data[position : position + 8] = pack(value)
                position = bucket._position
                bucket._value = value = bucket._value + 1.0
                bucket._file.data[position : position + 8] = pack(value)
                return
        total.inc(amount)
        bucket.inc(1)

    return observe


def unkept() -> Iterator[tuple[str, float]]:
    """What this process dropped and could not even write down: key and number."""
    drops = _process.drops
    if drops is not None and not drops.is_kept:
        yield drops.key, drops.get()


def install() -> None:
    """Let metrics that are made from now on keep their numbers here; nothing to do in a single process."""
    if multiprocess_directory() is None or prometheus_values.ValueClass is Value:
        return
    prometheus_values.ValueClass = Value
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=_process.note_fork)
