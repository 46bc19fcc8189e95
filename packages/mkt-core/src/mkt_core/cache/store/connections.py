"""Connections to the Redis of a Django cache alias, without what a full client does for every command."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Mapping
from typing import Any

from redis.backoff import NoBackoff
from redis.connection import AbstractConnection, ConnectionPool
from redis.exceptions import ConnectionError as RedisConnectionError
from redis.exceptions import TimeoutError as RedisTimeoutError
from redis.retry import Retry


class Connection:
    """One connection, and which life of the server it is to."""

    __slots__ = ("raw", "run_id")

    def __init__(self, raw: AbstractConnection) -> None:
        self.raw = raw
        raw.connect()
        raw.send_command("INFO", "server")
        self.run_id = _run_id_of(raw.read_response())

    def ask(self, *command: Any) -> Any:
        """The server's answer. Errors and time-outs raise, and leave the connection closed."""
        raw = self.raw
        raw.send_packed_command((_packed(command),))
        return raw.read_response()


class Connections:
    """Idle connections, the last used one first. Made when needed, each used by one thread at a time."""

    def __init__(self, url: str, options: Mapping[str, Any], timeout_seconds: float) -> None:
        self._options = {
            **options,
            "socket_timeout": timeout_seconds,
            "socket_connect_timeout": timeout_seconds,
            "retry": Retry(NoBackoff(), 0),
            "retry_on_timeout": False,
            "retry_on_error": [],
            "decode_responses": False,
            # The older protocol needs one message less to connect, and its replies are cheaper to read.
            "protocol": 2,
        }
        self._url = url
        self._idle: deque[Connection] = deque()
        self._pool: ConnectionPool | None = None
        self._pid = os.getpid()

    def take(self) -> tuple[Connection, bool]:
        """A connection, and whether it has been used before."""
        if self._pid != os.getpid():
            # The sockets belong to the process that we were forked from.
            self._idle, self._pool, self._pid = deque(), None, os.getpid()
        try:
            return self._idle.pop(), True
        except IndexError:
            return self.connect(), False

    def connect(self) -> Connection:
        """A new connection."""
        if self._pool is None:
            self._pool = ConnectionPool.from_url(self._url, **self._options)
        raw = self._pool.connection_class(**self._pool.connection_kwargs)
        try:
            return Connection(raw)
        except BaseException:
            raw.disconnect()
            raise

    def give_back(self, connection: Connection) -> None:
        """The connection may be used by others; only after a complete answer."""
        self._idle.append(connection)

    def close(self) -> None:
        """Close the idle ones."""
        while self._idle:
            self._idle.pop().raw.disconnect()


def _packed(command: tuple[Any, ...]) -> bytes:
    """The command as it is sent. Redis-py's own way to it takes longer than the server."""
    parts = [b"*%d\r\n" % len(command)]
    for argument in command:
        data = argument if isinstance(argument, bytes) else str(argument).encode()
        parts.append(b"$%d\r\n%b\r\n" % (len(data), data))
    return b"".join(parts)


def is_broken(error: BaseException) -> bool:
    """Whether the server may just have closed an idle connection, so that a new one is worth a try."""
    return isinstance(error, RedisConnectionError) and not isinstance(error, RedisTimeoutError)


def _run_id_of(info: bytes) -> str:
    for line in info.splitlines():
        name, _, value = line.partition(b":")
        if name == b"run_id":
            return value.decode("ascii")
    raise RedisConnectionError("the server does not tell its run_id (INFO server)")
