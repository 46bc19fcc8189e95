"""The store on any Django cache, of which only the simplest methods are asked.

Here a version is a random number: a bump replaces it. An entry holds the versions that its tags had when it was
stored, and is right as long as they are the same. ``seq`` is such a version of everything together. It is replaced
*before* those of the tags: a render during which it has moved is not stored, so that an entry never holds a version
that is newer than what was rendered.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from secrets import randbits, token_hex
from struct import Struct
from struct import error as struct_error
from typing import Any

from django.core.cache import BaseCache, caches
from django.core.cache.backends.locmem import LocMemCache

from .guarded import GuardedStore
from .scripts import COUNTERS_SECONDS, LIFE_SECONDS

#: Raised with every change of the format.
_MAGIC = b"MKC\x02"
# Magic, length of the moment, length of the versions.
_PREFIX = Struct(">4sBI")
_SEQUENCE = "mkt:seq"


class CacheStore(GuardedStore):
    """Two or three round trips for a hit, one of them only after a bump."""

    def __init__(self, alias: str, kind: str) -> None:
        super().__init__(alias)
        self.kind = kind

    @property
    def _cache(self) -> BaseCache:
        # Django has one per thread.
        return caches[self.alias]

    def _look_up(self, key: str, encodings: Sequence[str]) -> tuple[str, str, bytes | None]:
        names = [_entry_key(key, encoding) for encoding in encodings]
        found = self._cache.get_many([_SEQUENCE, names[0]])
        moment = str(found.get(_SEQUENCE) or self._begin())
        record = found.get(names[0]) or self._first(names[1:])
        if not isinstance(record, bytes):
            return moment, "absent", None
        parts = _unpack(record)
        if parts is None:
            # Something for ``Entry`` to complain about.
            return moment, "", record
        stored_at, versions, data = parts
        if stored_at != moment and not self._are_current(versions):
            return moment, "changed", None
        return moment, "", data

    def _first(self, names: Sequence[str]) -> Any:
        for name in names:
            if (record := self._cache.get(name)) is not None:
                return record
        return None

    def _begin(self) -> int:
        self._cache.add(_SEQUENCE, randbits(62), LIFE_SECONDS)
        value = self._cache.get(_SEQUENCE)
        if not isinstance(value, int):
            raise RuntimeError("the cache does not keep what it is given")
        return value

    def _are_current(self, written: bytes) -> bool:
        try:
            versions: dict[str, int] = json.loads(written)
        except ValueError:
            return False
        return bool(versions) and self._versions_of(versions) == versions

    def _versions_of(self, tags: Iterable[str]) -> dict[str, int]:
        names = {_version_key(tag): tag for tag in tags}
        return {names[name]: value for name, value in self._cache.get_many(names).items()}

    def _put(
        self, key: str, data: Mapping[str, bytes], tags: Sequence[str], moment: str, seconds: float
    ) -> bool:
        versions = self._versions_of(tags)
        for tag in tags:
            if tag not in versions:
                self._cache.add(_version_key(tag), randbits(62), LIFE_SECONDS)
        if len(versions) < len(tags):
            versions = self._versions_of(tags)
        # Last of all: what has been bumped before may have given the tags new versions, what is bumped from now on
        # will.
        if str(self._cache.get(_SEQUENCE)) != moment or len(versions) < len(tags):
            return False
        timeout = max(1, int(min(seconds, LIFE_SECONDS / 2)))
        records = {
            _entry_key(key, encoding): _pack(moment, versions, value)
            for encoding, value in data.items()
        }
        return not self._cache.set_many(records, timeout)

    def _bump(self, tags: Sequence[str]) -> None:
        self._cache.set(_SEQUENCE, randbits(62), LIFE_SECONDS)
        # A tag nobody knows needs no version: whatever is made of it is out of date already.
        known = {_version_key(tag): randbits(62) for tag in self._versions_of(tags)}
        if self._cache.set_many(known, LIFE_SECONDS):
            raise RuntimeError("the cache has not taken every version")

    def _clear(self) -> None:
        self._bump(["epoch"])

    def _lease(self, key: str, seconds: float) -> str | None:
        token = token_hex(8)
        return token if self._cache.add(_lease_key(key), token, max(1, round(seconds))) else None

    def _release(self, key: str, token: str) -> bool:
        name = _lease_key(key)
        return self._cache.get(name) == token and self._cache.delete(name)

    def _add_counts(self, hour: int, counts: Mapping[str, int]) -> None:
        # One key for each name, because only numbers can be added to; an index says which names there are.
        index = f"mkt:c:{hour}"
        known = self._cache.get(index) or ""
        names = sorted({*known.split(), *counts})
        if " ".join(names) != known:
            self._cache.set(index, " ".join(names), COUNTERS_SECONDS)
        for name, number in counts.items():
            key = f"{index}:{name}"
            self._cache.add(key, 0, COUNTERS_SECONDS)
            self._cache.incr(key, number)

    def _counts(self, hours: Sequence[int]) -> dict[str, int]:
        indexes = self._cache.get_many([f"mkt:c:{hour}" for hour in hours])
        keys = [f"{index}:{name}" for index, names in indexes.items() for name in names.split()]
        total: Counter[str] = Counter()
        for key, number in self._cache.get_many(keys).items():
            total[key.split(":", 3)[3]] += number
        return dict(total)

    def _count(self, limit: int) -> tuple[int | None, int | None]:
        cache = self._cache
        if not isinstance(cache, LocMemCache):
            return None, None
        prefix = cache.make_key("mkt:e:")
        # Every response is stored as it is, and perhaps compressed beside that.
        whole = [
            name
            for name in list(vars(cache)["_cache"])
            if name.startswith(prefix) and name.endswith(":identity")
        ]
        return min(limit, len(whole)), None

    def _ping(self) -> None:
        self._begin()


def _digest(text: str) -> str:
    return blake2b(text.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _version_key(tag: str) -> str:
    # Some caches take no more than 250 bytes, the prefix of the alias included.
    return f"mkt:v:{tag}" if len(tag) <= 100 else f"mkt:v:#{_digest(tag)}"


def _entry_key(key: str, encoding: str) -> str:
    return f"mkt:e:{_digest(key)}:{encoding}"


def _lease_key(key: str) -> str:
    return f"mkt:l:{_digest(key)}"


def _pack(moment: str, versions: Mapping[str, int], data: bytes) -> bytes:
    known, written = moment.encode(), json.dumps(versions, separators=(",", ":")).encode()
    return b"".join((_PREFIX.pack(_MAGIC, len(known), len(written)), known, written, data))


def _unpack(record: bytes) -> tuple[str, bytes, bytes] | None:
    """The moment, the versions as they are written, because few look-ups need them, and the entry."""
    try:
        magic, moment, versions = _PREFIX.unpack_from(record)
        first = _PREFIX.size + moment
        last = first + versions
        known = record[_PREFIX.size : first].decode("ascii")
    except (ValueError, struct_error):
        return None
    return (known, record[first:last], record[last:]) if magic == _MAGIC else None
