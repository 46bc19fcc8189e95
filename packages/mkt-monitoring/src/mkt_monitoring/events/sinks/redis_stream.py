"""A stream of Redis or Valkey, which ``manage.py mkt_events_consume`` moves to the tables.

An event costs the process some microseconds, and neither a slow database nor one that is away is felt by it. What is
in the stream is lost only if Redis loses it: give it ``appendonly yes``.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..redis_server import redis_client
from ..rows import EventRow
from .base import Sink

FIELD = "e"


class StreamFull(Exception):
    """The stream has as many events as it may; nobody seems to consume it."""


class RedisStreamSink(Sink):
    """Keys of ``SINK_OPTIONS``; one of ``URL`` and ``CACHE`` is needed.

    Args:
        URL: of the server ("redis://…", "rediss://…", "unix://…").
        CACHE: alias in ``CACHES`` of a cache on a single Redis server, which is then used for the stream as well.
        STREAM: key of the stream.
        GROUP: name of the group of consumers.
        MAX_LENGTH: events in the stream at most (one takes some 200 bytes). When it is full, events wait in the
            processes; the stream is never cut, as that would lose events uncounted.
        TIMEOUT_SECONDS: for connecting and for an answer.
        CLAIM_SECONDS: events that a consumer has taken and not finished are taken over by another after this time.
    """

    name = "redis"

    def __init__(
        self,
        *,
        URL: str = "",  # noqa: N803
        CACHE: str = "",  # noqa: N803
        STREAM: str = "mkt:events",  # noqa: N803
        GROUP: str = "mkt",  # noqa: N803
        MAX_LENGTH: int = 1_000_000,  # noqa: N803
        TIMEOUT_SECONDS: float = 2.0,  # noqa: N803
        CLAIM_SECONDS: float = 30.0,  # noqa: N803
    ) -> None:
        self.stream, self.group = STREAM, GROUP
        self.max_length = MAX_LENGTH
        self.claim_seconds, self.timeout_seconds = CLAIM_SECONDS, TIMEOUT_SECONDS
        self.client = redis_client("SINK_OPTIONS", URL, CACHE, TIMEOUT_SECONDS)
        self._is_full = False

    def write(self, rows: Sequence[EventRow]) -> None:
        if self._is_full:
            self._require_room(self.client.xlen(self.stream))
        with self.client.pipeline(transaction=False) as pipeline:
            for row in rows:
                pipeline.xadd(self.stream, {FIELD: row.as_json()})
            pipeline.xlen(self.stream)
            length = pipeline.execute()[-1]
        self._is_full = length >= self.max_length

    def close(self) -> None:
        self.client.close()

    def _require_room(self, length: Any) -> None:
        if length >= self.max_length:
            raise StreamFull(
                f"{length} events wait in the stream {self.stream!r}: run manage.py mkt_events_consume."
            )
        self._is_full = False
