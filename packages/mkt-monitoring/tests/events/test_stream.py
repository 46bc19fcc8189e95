"""Redis Streams with a real server; skipped without one."""

import os

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from mkt_monitoring.events import buffer
from mkt_monitoring.events.consuming import Consumer
from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.recording import record
from mkt_monitoring.events.sinks.choosing import current_sink
from mkt_monitoring.models import Event, EventMinute

URL = os.environ.get("REDIS_URL")

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not URL, reason="REDIS_URL is not set: no Redis to try with"),
]


@pytest.fixture
def sink(options):
    stream = f"tests:{os.getpid()}:events"
    options(SINK="redis", SINK_OPTIONS={"URL": URL, "STREAM": stream, "CLAIM_SECONDS": 0.05})
    sink = current_sink()
    sink.client.delete(stream)
    yield sink
    sink.client.delete(stream)
    sink.close()


def tell(count):
    for number in range(count):
        record(Told(name="page_view", path=f"/{number}/"))
    assert buffer.flush()


def totals():
    return sum(EventMinute.objects.filter(dimension="total").values_list("count", flat=True))


def test_events_reach_the_tables_through_the_stream(sink, metrics):
    tell(25)
    assert sink.client.xlen(sink.stream) == 25
    assert not Event.objects.exists()

    call_command("mkt_events_consume", "--until-empty")

    assert Event.objects.count() == totals() == 25
    assert sink.client.xlen(sink.stream) == 0
    assert metrics.total("mkt_events_consumed_total") == 25


def test_a_batch_that_a_dead_consumer_has_left_is_taken_over(sink):
    tell(10)
    dead = Consumer(sink)
    dead._make_group()
    assert len(dead._new(0.01)) == 10

    heir = Consumer(sink)
    import time

    time.sleep(0.06)
    moved = heir.step(0.01)

    assert moved == 10
    assert Event.objects.count() == totals() == 10


def test_a_batch_that_was_stored_and_not_finished_is_not_counted_again(sink):
    tell(10)
    dead = Consumer(sink)
    dead._make_group()
    dead._store(dead._new(0.01))

    import time

    time.sleep(0.06)
    assert Consumer(sink).step(0.01) == 10

    assert Event.objects.count() == totals() == 10
    assert sink.client.xpending(sink.stream, sink.group)["pending"] == 0


def test_a_batch_that_was_sent_twice_is_counted_once(sink):
    record(Told(name="page_view"))
    buffer._buffer._resolve()
    rows = list(buffer._buffer._rows)
    assert buffer.flush()
    sink.write(rows)

    Consumer(sink).step(0.01)

    assert Event.objects.count() == totals() == 1


def test_what_is_no_event_is_dropped_and_counted(sink, metrics):
    for text in ("junk", "[]", "{}", '["a"]', "[" * 5000):
        sink.client.xadd(sink.stream, {"e": text})
    sink.client.xadd(sink.stream, {"x": "y"})
    tell(1)

    assert Consumer(sink).step(0.01) == 7

    assert totals() == 1
    assert metrics.total("mkt_events_dropped_total", reason="invalid") == 6


def test_a_full_stream_keeps_events_in_the_process(options, sink):
    options(SINK_OPTIONS={"URL": URL, "STREAM": sink.stream, "MAX_LENGTH": 5})
    tell(6)

    record(Told(name="page_view"))
    assert not buffer.flush()
    assert buffer.waiting() == 1
    Consumer(current_sink()).step(0.01)

    assert buffer.flush()
    assert sink.client.xlen(sink.stream) == 1


def test_a_stream_that_redis_has_lost_is_made_again(sink):
    consumer = Consumer(sink)
    consumer.step(0.01)
    sink.client.delete(sink.stream)

    tell(3)

    assert consumer.step(0.01) == 3


def test_the_command_says_when_there_is_nothing_to_consume(options):
    options(SINK="database", SINK_OPTIONS={})

    with pytest.raises(CommandError, match="nothing to consume"):
        call_command("mkt_events_consume", "--until-empty")
