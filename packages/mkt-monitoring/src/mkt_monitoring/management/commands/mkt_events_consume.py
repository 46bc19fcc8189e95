"""``manage.py mkt_events_consume``: move events from the Redis stream to the tables, until told to stop."""

from __future__ import annotations

import signal
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.management.base import BaseCommand, CommandError, CommandParser

from ...events.consuming import BATCH, Consumer
from ...events.options import event_options
from ...events.sinks.choosing import make_sink
from ...events.sinks.redis_stream import RedisStreamSink


class Command(BaseCommand):
    help = "Moves events from the Redis stream to the tables. Several may run at once; SIGTERM ends one."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--batch", type=int, default=BATCH, help="events in one transaction")
        parser.add_argument(
            "--until-empty", action="store_true", help="end when nothing waits in the stream"
        )

    def handle(self, *args: Any, batch: int, until_empty: bool, **options: Any) -> None:
        if batch < 1:
            raise CommandError("--batch must be at least 1.")
        try:
            sink = make_sink(event_options())
        except ImproperlyConfigured as error:
            raise CommandError(str(error)) from error
        if not isinstance(sink, RedisStreamSink):
            raise CommandError(
                "There is nothing to consume: MKT_MONITORING['EVENTS']['SINK'] is not 'redis'."
            )
        consumer = Consumer(sink, batch=batch)
        if until_empty:
            self._empty(consumer)
            return
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: consumer.stopping.set())
        self.stdout.write(f"Consuming {sink.stream} as {consumer.name}.")
        self.stdout.flush()
        consumer.run()

    def _empty(self, consumer: Consumer) -> None:
        from django.db import DatabaseError
        from redis.exceptions import RedisError

        moved = 0
        try:
            while found := consumer.step(0.01):
                moved += found
        except (RedisError, DatabaseError) as error:
            raise CommandError(f"Stopped after {moved} events: {error}") from error
        self.stdout.write(f"{moved} events moved.")
