from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine

from mkt_monitoring.events.event import Event as Told
from mkt_monitoring.events.pruning import prune
from mkt_monitoring.events.recording import record
from mkt_monitoring.events.rollup import roll_up
from mkt_monitoring.models import Event, EventDay, EventHour, EventMinute

pytestmark = pytest.mark.django_db


def totals(model, field):
    rows = model.objects.filter(dimension="total").order_by(field)
    return [(getattr(row, field), row.count) for row in rows]


class TestRollUp:
    def test_adds_minutes_to_hours_and_days(self, stored):
        with time_machine.travel(datetime(2026, 3, 1, 10, 59, tzinfo=UTC)) as clock:
            record(Told(name="scroll_depth", props={"percent": 50}))
            stored()
            clock.shift(60)
            record(Told(name="scroll_depth", props={"percent": 100}))
            stored()

            assert roll_up() == 2

        assert totals(EventHour, "start") == [
            (datetime(2026, 3, 1, 10, tzinfo=UTC), 1),
            (datetime(2026, 3, 1, 11, tzinfo=UTC), 1),
        ]
        day = EventDay.objects.get(dimension="total")
        assert (day.count, day.sum) == (2, 150.0)

    def test_twice_adds_nothing_and_late_events_are_not_missed(self, stored):
        record(Told(name="page_view", path="/a/"))
        stored()
        roll_up()
        assert roll_up() == 0
        assert EventDay.objects.get(dimension="total").count == 1

        record(Told(name="page_view", path="/a/"))
        stored()
        roll_up()

        assert EventDay.objects.get(dimension="total").count == 2
        assert EventDay.objects.get(dimension="page", value="/a/").count == 2

    @pytest.mark.parametrize(
        ("zone", "days"),
        [
            ("Pacific/Kiritimati", ["2026-03-02", "2026-03-02"]),
            ("Asia/Kathmandu", ["2026-03-01", "2026-03-02"]),
            ("America/Los_Angeles", ["2026-03-01", "2026-03-01"]),
        ],
    )
    def test_a_day_is_one_of_the_sites_time_zone(self, settings, stored, zone, days):
        settings.TIME_ZONE = zone
        # Midnight in Kathmandu, 5:45 hours ahead.
        midnight = datetime(2026, 3, 1, 18, 15, tzinfo=UTC)
        for offset in (-60, 0):
            with time_machine.travel(midnight + timedelta(seconds=offset), tick=False):
                record(Told(name="page_view"))
                stored()

        roll_up()

        raw = Event.objects.order_by("occurred_at")
        assert [event.day.isoformat() for event in raw] == days
        expected = [(day, days.count(day)) for day in sorted({*days})]
        assert [(day.isoformat(), count) for day, count in totals(EventDay, "day")] == expected

    def test_invented_values_are_bounded(self, options, stored):
        options(VALUES_LIMIT=5)
        for batch in range(3):
            for number in range(20):
                record(Told(name="not_found", path=f"/{batch}/{number}/"))
            stored()

        roll_up()

        pages = EventDay.objects.filter(dimension="page")
        assert pages.count() == 6
        assert sum(page.count for page in pages) == 60
        assert EventDay.objects.get(dimension="total").count == 60


class TestPrune:
    def test_keeps_what_the_settings_say(self, options, stored):
        options(RAW_DAYS=2, MINUTE_HOURS=48, HOUR_DAYS=5, DAY_DAYS=10)
        start = datetime(2026, 3, 1, 12, tzinfo=UTC)
        with time_machine.travel(start):
            record(Told(name="page_view"))
            stored()
        kept = {}
        for days in (1, 3, 6, 11):
            with time_machine.travel(start + timedelta(days=days)):
                roll_up()
                prune()
                kept[days] = [
                    model.objects.exists() for model in (Event, EventMinute, EventHour, EventDay)
                ]

        assert kept[1] == [True, True, True, True]
        assert kept[3] == [False, False, True, True]
        assert kept[6] == [False, False, False, True]
        assert kept[11] == [False, False, False, False]

    def test_a_minute_that_was_not_added_up_is_kept(self, stored):
        start = datetime(2026, 3, 1, 12, tzinfo=UTC)
        with time_machine.travel(start):
            record(Told(name="page_view"))
            stored()
        with time_machine.travel(start + timedelta(days=20)):
            prune()

            roll_up()

        assert EventDay.objects.get().count == 1

    def test_twice_is_as_good_as_once(self, stored):
        record(Told(name="page_view"))
        stored()
        prune()
        prune()

        assert Event.objects.count() == 1


def test_rows_of_any_day_can_be_written_and_are_pruned(stored):
    """By whoever imports events from elsewhere."""
    for days in (1, 40):
        moment = datetime.now(UTC) - timedelta(days=days)
        Event.objects.create(id=uuid4(), day=moment.date(), occurred_at=moment, name="page_view")

    prune()

    assert Event.objects.count() == 1
