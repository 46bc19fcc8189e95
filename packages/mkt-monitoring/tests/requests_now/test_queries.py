"""Slow queries: what is kept of them, and where it is shown."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group
from django.db import connections

from mkt_monitoring.database.measuring import MeasuredQueries
from mkt_monitoring.models.requests import RequestHour, RequestMinute
from mkt_monitoring.requests_now import figures, flushing, folding, queries, recording
from mkt_monitoring.requests_now.flushing import Minutes, flush
from mkt_monitoring.requests_now.queries import SlowQuery, without_values
from mkt_monitoring.requests_now.recording import Noted

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 3, 1, 12, 0, 30, tzinfo=UTC)
SECRET = "hunter2"


@pytest.fixture(autouse=True)
def _nothing_waits(noting):
    queries.drain()
    yield
    queries.drain()


@pytest.fixture
def everything_is_slow(settings, monkeypatch):
    """The connection of the test, as if its queries took long."""
    settings.MKT_MONITORING = {"SLOW_QUERY_SECONDS": 0.0}
    monkeypatch.setattr(connections["default"], "execute_wrappers", [MeasuredQueries("default")])


def asked(statement="SELECT 1", seconds=0.2, alias="default", at=NOON):
    queries._pending.append(SlowQuery(at.timestamp(), alias, statement, seconds))


@pytest.mark.parametrize(
    ("statement", "kept"),
    [
        ("SELECT 1", "SELECT ?"),
        ('SELECT "a"."b2" FROM "t3" WHERE x = %s', 'SELECT "a"."b2" FROM "t3" WHERE x = %s'),
        (
            f"SELECT * FROM t WHERE name = '{SECRET}' AND n>-1.5e3",
            "SELECT * FROM t WHERE name = ? AND n>-?",
        ),
        (f"SELECT 'it''s {SECRET}', 2", "SELECT ?, ?"),
        (rf"SELECT E'it\'s {SECRET}', 2", "SELECT ?, ?"),
        (f"SELECT $tag$ it's {SECRET} $tag$, 2", "SELECT ?, ?"),
        (f'SELECT "{SECRET} and more"', "SELECT ?"),
        (f"SELECT 1 -- {SECRET} isn't", "SELECT ?"),
        (f"SELECT /* {SECRET}\n' */ 1", "SELECT ?"),
        (f"SELECT '{SECRET}", "SELECT ?"),
        ("SELECT x FROM t WHERE id IN (%s, %s, %s)", "SELECT x FROM t WHERE id IN (…)"),
        ("INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')", "INSERT INTO t (a, b) VALUES (…)"),
        (f"SELECT {', '.join(f'column_{n}' for n in range(30))} FROM t", "SELECT … FROM t"),
        (b"SELECT 'bytes'", "(other)"),
        ("", "(other)"),
    ],
)
def test_no_value_is_kept(statement, kept):
    assert without_values(statement) == kept


@pytest.mark.parametrize("length", [195, 4_990, 5_010, 1_000_000])
def test_a_long_statement_is_cut_without_showing_a_value(length):
    found = without_values(f"SELECT x FROM {'t' * length} WHERE y = '{SECRET * 900}'")

    assert len(found) <= 200
    assert SECRET not in found


def test_a_slow_query_is_in_the_tables_after_the_next_flush(everything_is_slow):
    list(Group.objects.filter(name=SECRET))
    flush()

    [(alias, statement)] = [key for key in figures.recent().queries if "auth_group" in key[1]]
    assert alias == "default"
    assert statement.startswith("SELECT ")
    assert not RequestMinute.objects.filter(route__contains=SECRET).exists()


def test_a_fast_query_is_not_noted():
    list(Group.objects.all())

    assert queries.drain() == []


def test_nothing_is_noted_in_a_process_that_writes_nothing(everything_is_slow, monkeypatch):
    monkeypatch.setattr(recording, "_thread", None)
    list(Group.objects.all())

    assert queries.drain() == []


def test_processes_are_added_up_in_one_query(monkeypatch, django_assert_num_queries):
    for seconds in (0.1, 0.3):
        asked(seconds=seconds)
        recording._pending.append(Noted(NOON.timestamp(), "/a/", 2, 0.5))
        flush(NOON.timestamp())
        monkeypatch.setattr(flushing, "_minutes", Minutes())

    with django_assert_num_queries(1):
        found = figures.recent(now=NOON)

    assert {key: (one.count, one.seconds) for key, one in found.queries.items()} == {
        ("default", "SELECT ?"): (2, pytest.approx(0.4))
    }
    assert set(found.routes) == {"/a/"}


def test_requests_are_not_counted_more_for_their_queries():
    recording._pending.append(Noted(NOON.timestamp(), "/a/", 2, 0.5))
    asked()
    flush(NOON.timestamp())

    assert sum(one.count for one in figures.timeline(now=NOON).minutes.values()) == 1


def test_statements_are_bounded_and_leave_room_for_routes(monkeypatch):
    monkeypatch.setattr(queries, "STATEMENTS", 3)
    monkeypatch.setattr(flushing, "ROUTES", 3)
    for number in range(10):
        asked(f"SELECT * FROM t{number}")
    for route in ("/a/", "/b/"):
        recording._pending.append(Noted(NOON.timestamp(), route, 2, 0.5))
    flush(NOON.timestamp())

    found = figures.recent(now=NOON)
    assert len(found.queries) == 4
    assert found.queries["default", "(other)"].count == 7
    assert set(found.routes) == {"/a/", "/b/"}


def test_what_finds_no_room_is_counted(everything_is_slow, monkeypatch, metrics):
    monkeypatch.setattr(queries, "LIMIT", 1)
    for _ in range(3):
        list(Group.objects.all())

    dropped = "mkt_monitoring_observations_dropped_total"
    assert metrics.total(dropped, reason="queries_buffer") == 2


def test_they_are_forgotten_after_some_hours():
    recording._pending.append(Noted(NOON.timestamp(), "/a/", 2, 0.5))
    asked()
    flush(NOON.timestamp())
    folding.fold(NOON + timedelta(hours=6))

    assert not RequestMinute.objects.exists()
    assert set(RequestHour.objects.values_list("route", flat=True)) == {"", "/a/"}


def test_they_are_no_endpoints():
    asked("SELECT * FROM api_things")
    flush(NOON.timestamp())

    assert figures.routes_between(NOON - timedelta(hours=1), NOON, containing="api") == {}
