"""From the stream to the tables: each event is delivered at least once, and counted once.

A consumer reads a batch, stores it with its counts in one transaction, and only then tells the stream that it has it.
Killed in between, it leaves the batch to another consumer, which takes it over after ``CLAIM_SECONDS`` and finds by
the events' ids what is stored already.
"""

from __future__ import annotations

import logging
import os
import secrets
import socket
import time
from collections.abc import Sequence
from threading import Event as Flag
from typing import Any

from . import upkeep
from .counting import consumed, dropped
from .dividing import write_divided
from .rows import EventRow
from .sinks.database import DatabaseSink
from .sinks.redis_stream import FIELD, RedisStreamSink

logger = logging.getLogger(__name__)

BATCH = 1000
#: How long a consumer waits for events before it looks for other work.
BLOCK_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 15.0
#: A consumer without a batch that has said nothing for so long is forgotten by the stream.
FORGET_SECONDS = 3600.0

Entries = Sequence[tuple[bytes, dict[bytes, bytes] | None]]


class Consumer:
    """One consumer of the group. ``stopping`` is set to make it end after its batch."""

    def __init__(self, sink: RedisStreamSink, *, batch: int = BATCH) -> None:
        self.sink = sink
        self.batch = batch
        self.name = f"{socket.gethostname()}-{os.getpid()}-{secrets.token_hex(3)}"
        self.stopping = Flag()
        self._tables = DatabaseSink()
        self._claim_at = 0.0
        self._forget_at = 0.0
        self._has_group = False
        self._failures = 0

    def run(self) -> None:
        """Consume until ``stopping`` is set. Servers that are away are waited for."""
        while not self.stopping.is_set():
            try:
                self.step()
                upkeep.run_due()
            except Exception:
                # Redis or the database is away, or being restarted: what we have taken stays ours.
                if not self._failures:
                    logger.warning("Events cannot be moved to the tables.", exc_info=True)
                self._wait()
            else:
                self._failures = 0
        self._leave()

    def step(self, block_seconds: float = BLOCK_SECONDS) -> int:
        """One batch, if there is one within ``block_seconds``; gives how many entries it had.

        Raises:
            redis.RedisError: Redis is away. What was stored is not stored again when it comes again.
            django.db.DatabaseError: the database is; the batch is still in the stream.
        """
        if not self._has_group:
            self._make_group()
        entries = self._rest() or self._abandoned() or self._new(block_seconds)
        if entries:
            self._store(entries)
            self._finish(entries)
        return len(entries)

    def _store(self, entries: Entries) -> None:
        rows = []
        for _, fields in entries:
            # Deleted after it was taken: it is in the tables.
            if not fields:
                continue
            try:
                rows.append(EventRow.from_json(fields[FIELD.encode()]))
            except (KeyError, ValueError, TypeError, OverflowError, RecursionError):
                dropped.labels("invalid").inc()
                logger.error("The stream %r has an entry that is no event.", self.sink.stream)
        write_divided(self._tables.write, rows)

    def _finish(self, entries: Entries) -> None:
        """Tell the stream that these are stored, and have it forget them: its length is what waits."""
        ids = [entry for entry, _ in entries]
        with self.sink.client.pipeline(transaction=True) as pipeline:
            pipeline.xack(self.sink.stream, self.sink.group, *ids)
            pipeline.xdel(self.sink.stream, *ids)
            pipeline.execute()
        consumed.inc(len(ids))

    def _new(self, block_seconds: float) -> Entries:
        answer: Any = self._asked(
            self.sink.client.xreadgroup,
            self.sink.group,
            self.name,
            {self.sink.stream: ">"},
            count=self.batch,
            block=max(1, int(min(block_seconds, self.sink.timeout_seconds / 2) * 1000)),
        )
        return answer[0][1] if answer else ()

    def _rest(self) -> Entries:
        """What we have taken, and could not store because a server was away."""
        if not self._failures:
            return ()
        answer: Any = self._asked(
            self.sink.client.xreadgroup,
            self.sink.group,
            self.name,
            {self.sink.stream: "0"},
            count=self.batch,
        )
        return answer[0][1] if answer else ()

    def _abandoned(self) -> Entries:
        """A batch that another consumer has taken and not finished."""
        now = time.monotonic()
        if now < self._claim_at:
            return ()
        answer: Any = self._asked(
            self.sink.client.xautoclaim,
            self.sink.stream,
            self.sink.group,
            self.name,
            min_idle_time=int(self.sink.claim_seconds * 1000),
            count=self.batch,
        )
        entries: Entries = answer[1]
        if not entries:
            self._claim_at = now + self.sink.claim_seconds / 2
            self._forget_consumers(now)
        return entries

    def _asked(self, command: Any, *arguments: Any, **options: Any) -> Any:
        from redis.exceptions import ResponseError

        try:
            return command(*arguments, **options)
        except ResponseError as error:
            if "NOGROUP" not in str(error):
                raise
            # The server has lost its memory.
            self._make_group()
            return command(*arguments, **options)

    def _make_group(self) -> None:
        from redis.exceptions import ResponseError

        try:
            self.sink.client.xgroup_create(self.sink.stream, self.sink.group, id="0", mkstream=True)
        except ResponseError as error:
            if "BUSYGROUP" not in str(error):
                raise
        self._has_group = True

    def _forget_consumers(self, now: float) -> None:
        if now < self._forget_at:
            return
        self._forget_at = now + FORGET_SECONDS
        known: Any = self.sink.client.xinfo_consumers(self.sink.stream, self.sink.group)
        for consumer in known:
            if not consumer["pending"] and consumer["idle"] > FORGET_SECONDS * 1000:
                self.sink.client.xgroup_delconsumer(
                    self.sink.stream, self.sink.group, consumer["name"]
                )

    def _wait(self) -> None:
        self._failures += 1
        self.stopping.wait(min(0.25 * 2 ** min(self._failures, 10), LONGEST_WAIT_SECONDS))

    def _leave(self) -> None:
        """Give the name back, if no batch is left under it."""
        from redis.exceptions import RedisError

        try:
            pending: Any = self.sink.client.xpending_range(
                self.sink.stream, self.sink.group, "-", "+", 1, consumername=self.name
            )
            if not pending:
                self.sink.client.xgroup_delconsumer(self.sink.stream, self.sink.group, self.name)
        except RedisError:
            logger.info("The consumer %s could not take its leave.", self.name)
