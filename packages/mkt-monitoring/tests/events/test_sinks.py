import json
import threading

import pytest

from mkt_monitoring.events import buffer
from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.recording import record
from mkt_monitoring.events.sinks.base import Refused, Sink
from mkt_monitoring.events.sinks.choosing import current_sink
from mkt_monitoring.events.tracking import track

from .receiver import Receiver


class Kept(Sink):
    """Takes what it likes."""

    name = "kept"

    def __init__(self, *, REFUSED=""):  # noqa: N803
        self.refused = REFUSED
        self.rows = []
        self.is_away = False

    def write(self, rows):
        if self.is_away:
            raise OSError("away")
        if self.refused and any(row.path == self.refused for row in rows):
            raise Refused(self.refused)
        self.rows += rows


def tell(*paths):
    for path in paths:
        record(Told(name="page_view", path=path, visitor="ab" * 16))
    return buffer.flush()


class TestOfTheSite:
    @pytest.fixture
    def kept(self, options):
        options(SINK=f"{__name__}.Kept", SINK_OPTIONS={"REFUSED": "/bad/"})
        return current_sink()

    def test_gets_the_events(self, kept, metrics):
        assert tell("/a/", "/b/")

        assert [row.path for row in kept.rows] == ["/a/", "/b/"]
        assert metrics.total("mkt_events_stored_total", sink="kept") == 2

    def test_refuses_one_event_and_gets_the_others(self, kept, metrics):
        assert tell("/a/", "/b/", "/bad/", "/c/", "/d/")

        assert sorted(row.path for row in kept.rows) == ["/a/", "/b/", "/c/", "/d/"]
        assert metrics.total("mkt_events_dropped_total", reason="refused") == 1
        assert metrics.total("mkt_events_stored_total", sink="kept") == 4

    def test_gets_them_later_if_it_is_away(self, kept, metrics):
        kept.is_away = True
        assert not tell("/a/")
        kept.is_away = False
        assert tell("/b/")

        assert [row.path for row in kept.rows] == ["/a/", "/b/"]
        assert metrics.total("mkt_events_sink_failures_total", sink="kept") == 1

    def test_what_a_process_cannot_write_at_its_end_is_counted(
        self, kept, options, metrics, monkeypatch
    ):
        options(EXIT_SECONDS=0.1)
        sink = current_sink()
        sink.is_away = True
        tell("/a/", "/b/")
        # As in a process that serves a site.
        monkeypatch.setattr(buffer._buffer, "is_of_tests", False)

        buffer.close()

        assert buffer.waiting() == 0
        assert metrics.total("mkt_events_dropped_total", reason="exit") == 2

    def test_what_a_sites_own_tests_have_told_is_not_written_at_their_end(self, kept, options):
        options(BACKGROUND=True)
        track("page_view")
        assert buffer.waiting() == 1
        assert "mkt-events" not in {thread.name for thread in threading.enumerate()}

        buffer.close()

        assert buffer.waiting() == 0
        assert kept.rows == []


class TestClickHouse:
    @pytest.fixture
    def receiver(self, options):
        receiver = Receiver()
        options(
            SINK="clickhouse",
            SINK_OPTIONS={"URL": receiver.url, "USER": "mkt", "PASSWORD": "hush"},
        )
        yield receiver
        current_sink().close()
        receiver.stop()

    def test_gets_rows_of_json(self, receiver):
        assert tell("/a/", "/b/")

        path, headers, body = receiver.received[0]
        rows = [json.loads(line) for line in body.splitlines()]
        assert "INSERT%20INTO%20mkt_events" in path
        assert headers["X-ClickHouse-User"] == "mkt"
        assert [row["path"] for row in rows] == ["/a/", "/b/"]
        assert len(rows[0]["id"]) == 36

    def test_is_tried_again_when_it_is_not_well(self, receiver):
        receiver.answers = [(503, {})]

        assert not tell("/a/")
        assert buffer.flush()

        assert len(receiver.received) == 2

    def test_what_it_cannot_parse_is_dropped(self, receiver, metrics):
        refusal = (400, {"X-ClickHouse-Exception-Code": "27"})
        receiver.answers = [refusal, refusal]

        assert tell("/a/", "/b/")

        assert metrics.total("mkt_events_dropped_total", reason="refused") == 1
        assert metrics.total("mkt_events_stored_total", sink="clickhouse") == 1


class TestKafka:
    """Against the brokers that librdkafka brings along for tests."""

    def test_gets_events_with_the_visitor_as_key(self, options):
        kafka = pytest.importorskip("confluent_kafka", reason="confluent-kafka is not installed")
        cluster = kafka.Producer({"test.mock.num.brokers": 1, "bootstrap.servers": "unused"})
        broker = next(iter(cluster.list_topics(timeout=10).brokers.values()))
        servers = f"{broker.host}:{broker.port}"
        options(SINK="kafka", SINK_OPTIONS={"SERVERS": servers, "TIMEOUT_SECONDS": 5})

        assert tell("/a/", "/b/")

        consumer = kafka.Consumer(
            {"bootstrap.servers": servers, "group.id": "tests", "auto.offset.reset": "earliest"}
        )
        consumer.subscribe(["mkt-events"])
        messages = []
        for _ in range(100):
            if (message := consumer.poll(0.2)) is not None and message.error() is None:
                messages.append(message)
            if len(messages) == 2:
                break
        consumer.close()
        assert [json.loads(message.value())["path"] for message in messages] == ["/a/", "/b/"]
        assert messages[0].key() == b"ab" * 16

    def test_events_wait_while_no_broker_answers(self, options):
        pytest.importorskip("confluent_kafka", reason="confluent-kafka is not installed")
        options(
            SINK="kafka",
            SINK_OPTIONS={
                "SERVERS": "127.0.0.1:9",
                "TIMEOUT_SECONDS": 0.3,
                "CONFIGURATION": {"log_level": 0},
            },
        )

        assert not tell("/a/")

        assert buffer.waiting() == 1
