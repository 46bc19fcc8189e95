"""Visitors by HyperLogLog with a real server; skipped without one."""

import os
import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command

from mkt_monitoring.events import buffer
from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.recording import record
from mkt_monitoring.events.rollup import roll_up
from mkt_monitoring.events.rows import EventRow, day_of, new_id
from mkt_monitoring.events.storage.store import store
from mkt_monitoring.events.uniques.choosing import counters
from mkt_monitoring.events.uniques.counters import STANDARD_ERROR
from mkt_monitoring.events.visitors import count_visitors, visitors_present
from mkt_monitoring.models import Event, EventDay, EventHour

from .faults.servers import Redis

# Ahead of the clock of Redis, which no test can move: what is over there would be dropped at once.
NOON = datetime(2041, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    try:
        server = Redis(tmp_path_factory.mktemp("redis"), keeps=False)
    except FileNotFoundError:
        if os.environ.get("MKT_REQUIRE_SERVICES") == "1":
            raise
        pytest.skip("no Redis to try with")
    yield server
    server.kill()


@pytest.fixture
def there(server, options, db):
    """Counters that were there since before the day began."""
    options(HYPERLOGLOG={"URL": server.url})
    found = counters()
    found.client.flushall()
    with time_machine.travel(NOON - timedelta(days=2), tick=False):
        found.add([row(1)])
    return found


def row(visitor, path="/a/", name="page_view", site_id=1, ago=0.0):
    moment = datetime.now(UTC) - timedelta(seconds=ago)
    return EventRow(
        *(new_id(moment.timestamp()), day_of(moment), moment.timestamp(), site_id, name, path, 7),
        *("direct", "", "", "", "", "", f"{visitor:032x}" if visitor else "", None, "{}"),
    )


def told(rows, commits):
    with commits(execute=True):
        store(rows)
    roll_up()


def queries(captured, table):
    return [one["sql"] for one in captured.captured_queries if f'"{table}"' in one["sql"]]


class TestWhileTheDayLasts:
    def test_the_raw_events_are_not_read(
        self, there, django_capture_on_commit_callbacks, django_assert_max_num_queries
    ):
        with time_machine.travel(NOON, tick=False):
            rows = [row(visitor) for visitor in (1, 1, 2, 0)] + [row(3, "/b/"), row(3, site_id=2)]
            told(rows, django_capture_on_commit_callbacks)

            with django_assert_max_num_queries(30) as captured:
                assert count_visitors() == 1

        days = EventDay.objects.filter(event="page_view")
        assert [one.visitors for one in days.filter(dimension="total").order_by("site_id")] == [
            3,
            1,
        ]
        assert days.get(dimension="page", value="/a/", site_id=1).visitors == 2
        assert days.get(dimension="page", value="/b/").visitors == 1
        assert EventHour.objects.get(dimension="total", site_id=1).visitors == 3
        assert not [sql for sql in queries(captured, "mkt_monitoring_event") if "SELECT" in sql]

    def test_a_day_that_is_over_is_counted_exactly(self, there, django_capture_on_commit_callbacks):
        with time_machine.travel(NOON, tick=False) as clock:
            told([row(1), row(2)], django_capture_on_commit_callbacks)
            there.add([row(visitor) for visitor in range(100, 200)])
            count_visitors()
            total = EventDay.objects.filter(dimension="total")
            assert total.get().visitors == pytest.approx(102, rel=4 * STANDARD_ERROR)

            clock.shift(timedelta(hours=20))
            count_visitors()

            assert total.get().visitors == 2

    def test_an_event_that_is_told_twice_is_one_visitor(
        self, there, django_capture_on_commit_callbacks
    ):
        with time_machine.travel(NOON, tick=False):
            one = row(1)
            for _ in range(2):
                told([one], django_capture_on_commit_callbacks)
            count_visitors()

        assert EventDay.objects.get(dimension="total").visitors == 1

    def test_what_was_undone_is_not_counted(self, there):
        with time_machine.travel(NOON, tick=False):
            # The test's own transaction never ends.
            store([row(1)])

            assert there.present(300) == 0

    def test_nothing_is_kept_for_longer_than_the_salt(self, there):
        there.client.flushall()
        there.add([row(1)])

        lives = {key: there.client.ttl(key) for key in there.client.keys("mkt:visitors:*:*")}
        assert len(lives) == 4
        assert all(0 < seconds <= 48 * 3600 for seconds in lives.values())


class TestTheError:
    def test_stays_within_what_is_said(self, there):
        """Many counts of different sizes: none is far off, and their deviation is the one of the documentation."""
        choose, errors = random.Random(7), []
        with time_machine.travel(NOON, tick=False):
            sizes = [*range(500, 20_000, 500)]
            for number, size in enumerate(sizes):
                visitors = [row(choose.getrandbits(128), site_id=number) for _ in range(size // 20)]
                key = there._day_key("2041-03-01", number, "page_view")
                there.add(visitors)
                there.client.pfadd(key, *(choose.randbytes(16) for _ in range(size - size // 20)))
            found = there.by_event(NOON.date(), [(n, "page_view") for n in range(len(sizes))])
        errors = [count / size - 1 for count, size in zip(found, sizes, strict=True)]

        assert max(map(abs, errors)) < 4 * STANDARD_ERROR
        deviation = (sum(error**2 for error in errors) / len(errors)) ** 0.5
        assert deviation < 1.5 * STANDARD_ERROR

    def test_beside_an_exact_count(self, there, options, django_capture_on_commit_callbacks):
        choose = random.Random(3)
        with time_machine.travel(NOON, tick=False):
            visitors = [choose.getrandbits(128) for _ in range(1500)]
            rows = [row(choose.choice(visitors), f"/{n % 20}/") for n in range(4000)]
            told(rows, django_capture_on_commit_callbacks)
            count_visitors()
            days = EventDay.objects.filter(dimension__in=["total", "page"])
            estimated = dict(days.values_list("value", "visitors"))
            options(HYPERLOGLOG={})
            count_visitors(force=True)
            exact = dict(days.values_list("value", "visitors"))

        assert set(exact) == set(estimated) == {"", *(f"/{n}/" for n in range(20))}
        for value, count in exact.items():
            assert estimated[value] == pytest.approx(count, rel=4 * STANDARD_ERROR)


class TestNow:
    def test_visitors_of_the_last_five_minutes(self, there, django_assert_num_queries):
        with time_machine.travel(NOON, tick=False):
            there.add([row(1), row(1), row(2, ago=200), row(3, ago=400), row(4, site_id=2)])

            with django_assert_num_queries(0):
                assert visitors_present(300) == (3, "estimate")

    def test_without_redis_they_are_counted_exactly(self, options, db):
        options(HYPERLOGLOG={})
        store([row(1), row(2)])

        assert visitors_present(300) == (2, "exact")


class TestRedisRestarted:
    """It comes back empty: what it has is too little, and nobody may believe it."""

    @pytest.fixture
    def restarted(self, there, server, django_capture_on_commit_callbacks):
        with time_machine.travel(NOON, tick=False) as clock:
            told([row(1), row(2)], django_capture_on_commit_callbacks)
            server.kill()
            told([row(3)], django_capture_on_commit_callbacks)
            there._pause_until = 0
            assert visitors_present(300) == (3, "fallback")
            server.start()
            there._pause_until = 0
            yield clock

    def test_is_noticed_at_once(self, restarted):
        assert visitors_present(300) == (3, "fallback")

    def test_is_noticed_when_others_have_been_added(
        self, restarted, there, django_capture_on_commit_callbacks
    ):
        told([row(4)], django_capture_on_commit_callbacks)

        assert visitors_present(300) == (4, "fallback")
        count_visitors(force=True)
        assert EventDay.objects.get(dimension="total").visitors == 4

    def test_now_is_estimated_again_five_minutes_later(self, restarted, there):
        there.add([row(4)])
        restarted.shift(301)
        there.add([row(5)])

        assert visitors_present(300).counted == "estimate"

    def test_the_dashboard_says_so(self, restarted, admin_client):
        body = admin_client.get("/admin/reports/monitoring/figures/").content.decode()

        assert "counted in the database, as Redis does not have all of them" in body


def test_what_another_process_could_not_add_is_known(there, server, options):
    """One that lost its connection for a moment, while the server kept all that it has."""
    with time_machine.travel(NOON, tick=False):
        there.add([row(1)])
        assert there.present(300) == 1
        there._pause_until, there._has_missed = float("inf"), False
        assert not there.add([row(2)])
        there._pause_until = 0
        there.add([row(3)])

        assert there.present(300) is None


def test_a_consumer_adds_what_it_stores(there, server, options, django_capture_on_commit_callbacks):
    options(SINK="redis", SINK_OPTIONS={"URL": server.url, "STREAM": "x"}, HYPERLOGLOG=None)
    for number in range(6):
        record(Told(name="page_view", path="/", visitor=f"{number % 3:032x}"))
    assert buffer.flush()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("mkt_events_consume", "--until-empty")

    assert Event.objects.count() == 6
    client = counters().client
    assert client.pfcount(*client.keys("mkt:visitors:day:*")) == 3


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ({"URI": "redis://x"}, "HYPERLOGLOG'] does not fit"),
        ({"CACHE": "nowhere"}, "HYPERLOGLOG'] needs URL"),
    ],
)
def test_a_setting_that_cannot_be_used_is_told(options, value, problem):
    from mkt_monitoring.events.checks import check_events

    options(HYPERLOGLOG=value)

    assert [one.id for one in check_events()] == ["mkt_monitoring.E054"]
    assert problem in check_events()[0].msg
    assert counters() is None
