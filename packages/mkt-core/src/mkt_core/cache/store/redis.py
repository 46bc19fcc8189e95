"""The store on Redis or Valkey: one round trip for everything, versions compared on the server."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from hashlib import blake2b, sha1
from secrets import token_hex
from typing import Any

from redis.exceptions import NoScriptError

from ...conf import core_settings
from . import scripts
from .connections import Connection, Connections, is_broken
from .guarded import GuardedStore
from .location import RedisLocation


class RedisStore(GuardedStore):
    """See ``scripts`` for the keys and why a hit is right."""

    kind = "redis"

    def __init__(self, alias: str, location: RedisLocation) -> None:
        super().__init__(alias, location.server)
        self._prefix = location.key_prefix
        self._connections = Connections(
            location.url, location.options, core_settings.current.CACHE_SOCKET_TIMEOUT_SECONDS
        )

    def _look_up(self, key: str, encodings: Sequence[str]) -> tuple[str, str, bytes | None]:
        answer = self._run(_LOOK_UP, _digest(key), *encodings)
        return answer[0].decode(), answer[1].decode(), answer[2] if len(answer) == 3 else None

    def _put(
        self, key: str, data: Mapping[str, bytes], tags: Sequence[str], moment: str, seconds: float
    ) -> bool:
        milliseconds = int(min(seconds, scripts.LIFE_SECONDS / 2) * 1000) + 1
        pairs = [part for pair in data.items() for part in pair]
        return bool(self._run(_PUT, _digest(key), moment, milliseconds, " ".join(tags), *pairs))

    def _bump(self, tags: Sequence[str]) -> None:
        # One atomic step, unless a change is so large that the server would be kept busy for long.
        for first in range(0, len(tags), 5000):
            self._run(_BUMP, *tags[first : first + 5000])

    def _clear(self) -> None:
        self._run(_CLEAR)

    def _lease(self, key: str, seconds: float) -> str | None:
        token = token_hex(8)
        return (
            token if self._run(_LEASE, _digest(key), token, max(1, int(seconds * 1000))) else None
        )

    def _release(self, key: str, token: str) -> bool:
        return bool(self._run(_RELEASE, _digest(key), token))

    def _add_counts(self, hour: int, counts: Mapping[str, int]) -> None:
        self._run(_ADD_COUNTS, hour, *[part for pair in counts.items() for part in pair])

    def _counts(self, hours: Sequence[int]) -> dict[str, int]:
        total: Counter[str] = Counter()
        for answer in self._run(_COUNTS, *hours):
            for name, value in zip(answer[::2], answer[1::2], strict=True):
                total[name.decode()] += int(value)
        return dict(total)

    def _count(self, limit: int) -> tuple[int | None, int | None]:
        connection = self._connections.connect()
        try:
            return min(self._entries(connection, limit), limit), _memory_bytes(connection)
        finally:
            connection.raw.disconnect()

    def _entries(self, connection: Connection, limit: int) -> int:
        base = self._base(connection)
        generation = connection.ask("HGET", f"{base}state", "g") or b"-"
        pattern = _literally(base.encode() + generation + b":e:") + b"*"
        cursor, keys = connection.ask("SCAN", 0, "MATCH", pattern, "COUNT", 1000)
        found = len(keys)
        while cursor != b"0" and found < limit:
            cursor, keys = connection.ask("SCAN", cursor, "MATCH", pattern, "COUNT", 1000)
            found += len(keys)
        return found

    def _ping(self) -> None:
        self._connections.close()
        self._connections.give_back(self._connections.connect())

    def _disconnect(self) -> None:
        self._connections.close()

    def _base(self, connection: Connection) -> str:
        """What all keys of this life of the server begin with; the braces keep them in one cluster slot."""
        return f"{{{self._prefix}mkt:{connection.run_id}}}:"

    def _run(self, script: _Script, *arguments: Any) -> Any:
        connection, was_used = self._connections.take()
        try:
            return self._evaluate(connection, script, arguments)
        except Exception as error:
            if not (was_used and is_broken(error)):
                raise
        # The other idle ones are as old. Every script may run twice without harm.
        self._connections.close()
        return self._evaluate(self._connections.connect(), script, arguments)

    def _evaluate(self, connection: Connection, script: _Script, arguments: tuple[Any, ...]) -> Any:
        base = self._base(connection)
        given = (1, f"{base}state", token_hex(8), base, *arguments)
        try:
            try:
                answer = connection.ask("EVALSHA", script.sha, *given)
            except NoScriptError:
                answer = connection.ask("EVAL", script.text, *given)
        except BaseException:
            # Half an answer may still be on its way.
            connection.raw.disconnect()
            raise
        self._connections.give_back(connection)
        return answer


class _Script:
    __slots__ = ("sha", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self.sha = sha1(text.encode(), usedforsecurity=False).hexdigest()


_LOOK_UP = _Script(scripts.LOOK_UP)
_PUT = _Script(scripts.PUT)
_BUMP = _Script(scripts.BUMP)
_LEASE = _Script(scripts.LEASE)
_RELEASE = _Script(scripts.RELEASE)
_CLEAR = _Script(scripts.CLEAR)
_ADD_COUNTS = _Script(scripts.ADD_COUNTS)
_COUNTS = _Script(scripts.COUNTS)


def _digest(key: str) -> str:
    return blake2b(key.encode(errors="surrogatepass"), digest_size=16).hexdigest()


def _literally(text: bytes) -> bytes:
    """``text`` as a pattern that matches nothing else."""
    return re.sub(rb"([\\*?\[\]])", rb"\\\1", text)


def _memory_bytes(connection: Connection) -> int | None:
    found = re.search(rb"^used_memory:(\d+)", connection.ask("INFO", "memory"), re.MULTILINE)
    return int(found[1]) if found else None
