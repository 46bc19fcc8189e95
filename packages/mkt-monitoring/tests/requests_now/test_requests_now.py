from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError
from django.utils import timezone

from mkt_monitoring.models.requests import EVERY_ROUTE, RequestHour, RequestMinute
from mkt_monitoring.requests_now import figures, flushing, folding, recording
from mkt_monitoring.requests_now.flushing import Minutes, flush
from mkt_monitoring.requests_now.recording import Noted
from mkt_monitoring.requests_now.sketch import Sketch

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)


def note(seconds=0.1, route="/a/", status_class=2, at=NOON):
    recording._pending.append(Noted(at.timestamp(), route, status_class, seconds))


def test_a_request_is_in_the_tables_after_the_next_flush(noting, site, client):
    assert client.get("/ok/1/").status_code == 200
    assert client.get("/plain/").status_code == 200
    assert client.get("/broken/").status_code == 500
    assert client.get("/nowhere/at/all/").status_code == 404
    flush()

    counts = dict(RequestMinute.objects.values_list("route", "count"))
    assert counts == {
        EVERY_ROUTE: 4,
        "/ok/<int:number>/": 1,
        # The page, and the address that no page has.
        "wagtail_serve": 2,
        "/broken/": 1,
    }
    total = RequestMinute.objects.get(route=EVERY_ROUTE)
    assert (total.client_errors, total.server_errors) == (1, 1)
    assert Sketch.from_list(total.sketch).count == 4


def test_a_request_makes_no_query_for_it(noting, client, django_assert_num_queries):
    with django_assert_num_queries(0):
        client.get("/ok/1/")


def test_a_flush_is_one_statement_and_none_when_nothing_happened(noting, django_assert_num_queries):
    note()
    note(route="/b/")
    with django_assert_num_queries(1):
        assert flush(NOON.timestamp()) == 3
    with django_assert_num_queries(0):
        assert flush(NOON.timestamp()) == 0


def test_a_minute_that_is_written_again_is_not_counted_twice(noting):
    note()
    flush(NOON.timestamp())
    note()
    flush(NOON.timestamp())

    assert RequestMinute.objects.get(route=EVERY_ROUTE).count == 2


def test_processes_do_not_overwrite_each_other(noting, monkeypatch):
    note()
    flush(NOON.timestamp())
    monkeypatch.setattr(flushing, "_minutes", Minutes())
    note()
    flush(NOON.timestamp())

    shown = figures.timeline(now=NOON)
    assert shown.workers == 2
    assert sum(minute.count for minute in shown.minutes.values()) == 2


def test_what_could_not_be_written_is_kept_and_then_written(noting, monkeypatch):
    note()
    with monkeypatch.context() as broken:
        broken.setattr(flushing, "write", fail)
        with pytest.raises(DatabaseError):
            flush(NOON.timestamp())
    note()
    flush(NOON.timestamp())

    assert RequestMinute.objects.get(route=EVERY_ROUTE).count == 2


def test_what_cannot_be_written_for_long_is_dropped_and_counted(noting, monkeypatch, metrics):
    monkeypatch.setattr(flushing, "write", fail)
    note()
    for minutes in (0, 9, 11):
        with pytest.raises(DatabaseError):
            flush((NOON + timedelta(minutes=minutes)).timestamp())

    assert flushing._minutes.totals == {}
    dropped = "mkt_monitoring_observations_dropped_total"
    assert metrics.total(dropped, reason="requests_storage") == 1


def fail(rows):
    raise DatabaseError("gone")


def test_a_full_buffer_drops_and_counts(noting, client, monkeypatch, metrics):
    monkeypatch.setattr(recording, "LIMIT", 2)
    for _ in range(3):
        client.get("/ok/1/")

    assert len(recording._pending) == 2
    dropped = "mkt_monitoring_observations_dropped_total"
    assert metrics.total(dropped, reason="requests_buffer") == 1


def test_routes_of_a_minute_are_bounded(noting, monkeypatch):
    monkeypatch.setattr(flushing, "ROUTES", 3)
    for number in range(10):
        note(route=f"/{number}/")
    flush(NOON.timestamp())

    assert RequestMinute.objects.count() <= 5
    assert RequestMinute.objects.get(route=EVERY_ROUTE).count == 10
    others = RequestMinute.objects.exclude(route=EVERY_ROUTE).values_list("count", flat=True)
    assert sum(others) == 10


def test_no_thread_writes_while_tests_run(client, monkeypatch):
    monkeypatch.setattr(recording, "_thread", None)
    client.get("/ok/1/")

    assert recording._thread is None


def test_the_setting_turns_it_off(client, monkeypatch, settings):
    monkeypatch.setattr(recording, "is_of_tests", lambda: False)
    monkeypatch.setattr(recording, "_thread", None)
    settings.MKT_MONITORING = {"REQUESTS_NOW": False}
    client.get("/ok/1/")

    assert recording._thread is None


class TestFigures:
    def test_the_timeline_has_every_minute_and_quantiles(self, noting, django_assert_num_queries):
        for milliseconds in range(1, 101):
            note(milliseconds / 1000, at=NOON - timedelta(minutes=1))
        flush(NOON.timestamp())

        with django_assert_num_queries(1):
            shown = figures.timeline(minutes=5, now=NOON)
        assert [requests.count for requests in shown.minutes.values()] == [0, 0, 0, 100, 0]
        before = list(shown.minutes.values())[3]
        assert before.quantiles() == pytest.approx([0.050, 0.095, 0.099], rel=0.02)
        # Half of the minute before belongs to the last sixty seconds.
        assert shown.per_second == pytest.approx(50 / 60)

    def test_routes_of_the_last_minutes(self, noting, django_assert_num_queries):
        note(0.1, "/fast/")
        note(2.0, "/slow/", status_class=5)
        note(9.0, "/old/", at=NOON - timedelta(minutes=20))
        flush(NOON.timestamp())

        with django_assert_num_queries(1):
            routes = figures.recent(now=NOON).routes
        assert set(routes) == {"/fast/", "/slow/"}
        assert routes["/slow/"].error_share == 1


class TestFolding:
    def test_minutes_become_hours_and_nothing_is_lost(self, noting, monkeypatch):
        for minute in range(0, 120, 20):
            note(0.2, at=NOON + timedelta(minutes=minute))
        flush(NOON.timestamp())
        monkeypatch.setattr(flushing, "_minutes", Minutes())
        note(0.4, status_class=5)
        flush(NOON.timestamp())
        assert RequestMinute.objects.count() == 14

        assert folding.fold(NOON + timedelta(hours=4)) == 8
        assert folding.fold(NOON + timedelta(hours=10)) == 6

        assert not RequestMinute.objects.exists()
        hours = RequestHour.objects.filter(route=EVERY_ROUTE).order_by("hour")
        assert [(row.hour.hour, row.count, row.server_errors) for row in hours] == [
            (12, 4, 1),
            (13, 3, 0),
        ]
        routes = figures.routes_between(NOON.replace(second=0), NOON + timedelta(hours=2))
        assert routes["/a/"].count == 7
        assert routes["/a/"].sketch.count == 7

    def test_a_second_run_changes_nothing(self, noting):
        note()
        flush(NOON.timestamp())
        folding.fold(NOON + timedelta(hours=8))

        assert folding.fold(NOON + timedelta(hours=8)) == 0
        assert RequestHour.objects.get(route=EVERY_ROUTE).count == 1

    def test_what_is_recent_stays(self, noting):
        note(at=timezone.now())
        flush()

        assert folding.fold() == 0
        assert RequestMinute.objects.count() == 2

    def test_old_hours_go(self):
        RequestHour.objects.create(hour=timezone.now() - timedelta(days=91), count=1)
        RequestHour.objects.create(hour=timezone.now() - timedelta(days=89), count=2)
        folding.fold()

        assert RequestHour.objects.get().count == 2
