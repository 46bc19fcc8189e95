"""One at a time, as far as a cache reaches.

- Local memory: all threads of the process, exact.
- Files: all processes of the host, exact; the kernel lets go when a process dies.
- All others, such as Memcached and the database: whoever adds a key first, exact as long as ``add`` is atomic and
  nobody who holds the lock is stopped for longer than ``LIFE_SECONDS``.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from hashlib import blake2b
from pathlib import Path
from random import uniform
from secrets import token_hex
from threading import Lock
from time import monotonic, sleep
from typing import Any, cast

from django.core.cache import BaseCache
from django.core.cache.backends.filebased import FileBasedCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.files import locks as file_locks

#: A lock whose owner has died is free again after so many seconds.
LIFE_SECONDS = 5
#: Longest time to wait for a lock.
WAIT_SECONDS = 3.0

_STRIPES = 64
_thread_locks = [Lock() for _ in range(_STRIPES)]


class Busy(Exception):
    """Others have held the lock all the time."""


def lock_for(cache: BaseCache, key: str) -> AbstractContextManager[object]:
    """Held while the context lasts.

    Raises:
        Busy: on entry, after ``WAIT_SECONDS``.
    """
    if isinstance(cache, LocMemCache):
        return _thread_lock(key)
    if isinstance(cache, FileBasedCache):
        return _file_lock(Path(cast(Any, cache)._dir), key)
    return _added_key(cache, f"{key}:lock")


@contextmanager
def _thread_lock(key: str) -> Iterator[None]:
    lock = _thread_locks[_stripe(key)]
    if not lock.acquire(timeout=WAIT_SECONDS):
        raise Busy
    try:
        yield
    finally:
        lock.release()


@contextmanager
def _file_lock(folder: Path, key: str) -> Iterator[None]:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(
        folder / f"mkt-rate-limits-{_stripe(key)}.lock", os.O_RDWR | os.O_CREAT, 0o600
    )
    try:
        _wait_until(lambda: file_locks.lock(descriptor, file_locks.LOCK_EX | file_locks.LOCK_NB))
        yield
    finally:
        os.close(descriptor)


@contextmanager
def _added_key(cache: BaseCache, name: str) -> Iterator[None]:
    token = token_hex(8)
    _wait_until(lambda: cache.add(name, token, LIFE_SECONDS))
    taken = monotonic()
    try:
        yield
    finally:
        # Later it may be somebody else's.
        if monotonic() - taken < LIFE_SECONDS * 0.9:
            cache.delete(name)


def _wait_until(attempt: Callable[[], bool]) -> None:
    end = monotonic() + WAIT_SECONDS
    while not attempt():
        if monotonic() > end:
            raise Busy
        sleep(uniform(0.0005, 0.004))  # noqa: S311


def _stripe(key: str) -> int:
    return blake2b(key.encode(), digest_size=1).digest()[0] % _STRIPES
