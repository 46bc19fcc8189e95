"""What waits, computed at the scrape: in the stream, and of the durable events."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily

from ..registry import collector
from .options import event_options
from .sinks.redis_stream import RedisStreamSink


@collector(ttl_seconds=15, budget_seconds=1, name="events")
def waiting() -> Iterator[Metric]:
    """Lengths of the queues. One query, and two commands for Redis if it is the sink."""
    from ..models import PendingEvent
    from .sinks.choosing import current_sink

    options = event_options()
    yield GaugeMetricFamily(
        "mkt_events_pending",
        "Durable events that are not in the tables yet.",
        value=PendingEvent.objects.using(options.DATABASE).count(),
    )
    length = GaugeMetricFamily(
        "mkt_events_stream_length", "Events in the stream that are not in the tables yet."
    )
    age = GaugeMetricFamily(
        "mkt_events_stream_age_seconds", "Age of the oldest event in the stream."
    )
    if options.SINK == "redis" and isinstance(sink := current_sink(), RedisStreamSink):
        waiting_there, oldest = _stream(sink)
        length.add_metric([], waiting_there)
        age.add_metric([], oldest)
    yield from (length, age)


def _stream(sink: RedisStreamSink) -> tuple[int, float]:
    length: Any = sink.client.xlen(sink.stream)
    oldest: Any = sink.client.xrange(sink.stream, count=1)
    if not oldest:
        return length, 0.0
    milliseconds = int(oldest[0][0].split(b"-")[0])
    return length, max(0.0, time.time() - milliseconds / 1000)
