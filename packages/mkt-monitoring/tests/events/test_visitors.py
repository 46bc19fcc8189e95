from datetime import UTC, datetime, timedelta
from threading import Barrier, Thread

import pytest
import time_machine
from django.conf import settings
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.popular import popular_page_ids
from mkt_monitoring.events.pruning import prune
from mkt_monitoring.events.recording import record
from mkt_monitoring.events.rollup import roll_up
from mkt_monitoring.events.visitors import count_visitors, visitors_since
from mkt_monitoring.models import Event, EventDay, EventHour

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def view(visitor, path="/a/", page_id=1, site_id=1):
    record(
        Told(
            name="page_view",
            path=path,
            page_id=page_id,
            site_id=site_id,
            visitor=f"{visitor:032x}" if visitor else "",
        )
    )


@pytest.mark.django_db
class TestVisitors:
    def test_are_counted_once_a_day_and_once_an_hour(self, stored):
        with time_machine.travel(NOON):
            for visitor in (1, 1, 2, 0):
                view(visitor)
            view(3, "/b/", 2)
            stored()
            roll_up()

            assert count_visitors() == 1

        day = EventDay.objects
        assert day.get(dimension="total").visitors == 3
        assert day.get(dimension="page", value="/a/").visitors == 2
        assert EventHour.objects.get(dimension="total").visitors == 3

    def test_are_not_counted_again_at_once(self, stored):
        with time_machine.travel(NOON) as clock:
            view(1)
            stored()
            roll_up()
            assert [count_visitors(), count_visitors()] == [1, 0]
            view(2)
            stored()
            roll_up()
            clock.shift(timedelta(minutes=2))

            assert count_visitors() == 1

        assert EventDay.objects.get(dimension="total").visitors == 2

    def test_a_day_is_counted_a_last_time_when_it_is_over(self, stored):
        with time_machine.travel(NOON) as clock:
            view(1)
            stored()
            roll_up()
            count_visitors()
            clock.shift(timedelta(hours=14))
            assert [count_visitors(), count_visitors()] == [1, 0]

    def test_of_the_last_minutes(self, stored, django_assert_num_queries):
        with time_machine.travel(NOON) as clock:
            view(1)
            stored()
            clock.shift(400)
            view(2)
            view(2)
            view(3, site_id=2)
            stored()

            with django_assert_num_queries(1):
                assert visitors_since(300) == 2
            assert visitors_since(300, site_id=1) == 1
            assert visitors_since(600) == 3


@pytest.mark.django_db
def test_popular_pages_are_those_viewed_most(stored, django_assert_num_queries):
    cache.clear()
    for page_id, views in ((1, 2), (2, 5), (3, 1)):
        for _ in range(views):
            view(0, f"/{page_id}/", page_id, site_id=page_id % 2)
    view(0, "/no-page/", None)
    stored()
    roll_up()

    with django_assert_num_queries(1):
        assert popular_page_ids(days=1, limit=2) == [2, 1]
        assert popular_page_ids(days=1, limit=2) == [2, 1]
    assert popular_page_ids(1, days=1) == [1, 3]


@pytest.mark.django_db(transaction=True, available_apps=settings.INSTALLED_APPS)
@pytest.mark.skipif("connection.vendor != 'postgresql'", reason="SQLite has one writer anyway")
class TestAtOnce:
    def at_once(self, work, count=4):
        start, results, errors = Barrier(count), [], []

        def run():
            try:
                start.wait(10)
                results.append(work())
            except Exception as error:  # noqa: BLE001
                errors.append(error)
            finally:
                connection.close()

        threads = [Thread(target=run) for _ in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        assert errors == []
        return results

    def test_adding_up_adds_once(self, stored):
        for number in range(300):
            view(number % 7 + 1, f"/{number}/", number)
        stored()

        self.at_once(roll_up)

        assert EventDay.objects.get(dimension="total").count == 300
        assert EventDay.objects.filter(dimension="page").count() == 300

    def test_pruning_and_adding_up_with_events_coming_in(self, stored):
        from mkt_monitoring.events.rows import EventRow, day_of, new_id
        from mkt_monitoring.events.storage.store import store

        now = datetime.now(UTC)

        def busy():
            for _ in range(5):
                rows = [
                    EventRow(
                        *(new_id(now.timestamp()), day_of(now), now.timestamp(), 1, "page_view"),
                        *(f"/{number}/", number, "direct", "", "", "", "", "", "", None, "{}"),
                    )
                    for number in range(50)
                ]
                store(rows)
                roll_up()
                prune()
                count_visitors(force=True)

        self.at_once(busy)
        roll_up()

        assert Event.objects.count() == 1000
        assert EventDay.objects.get(dimension="total").count == 1000

    def test_the_table_is_of_days_that_are_dropped(self, stored):
        from mkt_monitoring.events.storage.postgresql import partitions

        with time_machine.travel(NOON):
            view(1)
            stored()
        assert NOON.date() in [day for _, day in partitions(connection)]

        with time_machine.travel(NOON + timedelta(days=31)):
            assert prune().partitions >= 1

        assert NOON.date() not in [day for _, day in partitions(connection)]
        assert not Event.objects.exists()


@pytest.mark.django_db
def test_the_commands_may_be_run_twice(stored, capsys):
    view(1)
    stored()

    for _ in range(2):
        call_command("mkt_events_rollup")
        call_command("mkt_events_prune")

    assert EventDay.objects.get(dimension="total").count == 1
    assert "rows of minutes added up" in capsys.readouterr().out
