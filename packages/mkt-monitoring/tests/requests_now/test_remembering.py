from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from mkt_monitoring.requests_now import figures, remembering
from mkt_monitoring.requests_now.figures import recent, timeline
from mkt_monitoring.requests_now.flushing import Minutes, write
from mkt_monitoring.requests_now.recording import Noted
from mkt_monitoring.requests_now.remembering import MOST_SECONDS, Remembered

NOW = datetime(2026, 3, 1, 12, 0, 30, tzinfo=ZoneInfo("UTC"))
MINUTES = [NOW.replace(second=0) - timedelta(minutes=ago) for ago in range(5)]


@pytest.fixture(autouse=True)
def as_on_a_site(monkeypatch):
    """Where nothing is undone."""
    monkeypatch.setattr(remembering, "is_of_tests", lambda: False)
    monkeypatch.setattr(figures, "_site", Remembered())
    monkeypatch.setattr(figures, "_routes", Remembered())


def answered(ago, route="/"):
    minutes = Minutes()
    minutes.add(Noted(NOW.timestamp() - ago, route, 2, 0.1))
    write(minutes.rows())


def test_only_minutes_that_are_over_are_kept():
    remembered = Remembered()
    remembered.keep(dict.fromkeys(MINUTES, "x"), NOW)

    assert sorted(remembered.among(MINUTES)) == sorted(MINUTES[1:])
    assert remembered.among(MINUTES[:1]) == remembered.among(MINUTES) == {}


def test_they_are_read_again_after_a_while(monkeypatch):
    remembered = Remembered()
    remembered.keep(dict.fromkeys(MINUTES, "x"), NOW)
    later = remembering.monotonic() + MOST_SECONDS
    monkeypatch.setattr(remembering, "monotonic", lambda: later)

    assert remembered.among(MINUTES) == {}


@pytest.mark.django_db
def test_the_figures_are_the_same_and_fewer_rows_are_read(django_assert_num_queries):
    for ago in (5, 70, 200, 230):
        answered(ago)
    first = timeline(30, NOW)
    assert recent(NOW).routes["/"].count == 4
    with django_assert_num_queries(2) as captured:
        again = timeline(30, NOW)
        assert recent(NOW).routes["/"].quantiles() == [pytest.approx(0.1, rel=0.01)] * 3

    counts = [one.count for one in again.minutes.values()]
    assert counts == [one.count for one in first.minutes.values()]
    assert (sum(counts), again.workers, again.per_second) == (4, 2, first.per_second)
    for one in captured.captured_queries:
        assert "12:00:00" in one["sql"]
        assert "11:56:00" not in one["sql"]


@pytest.mark.django_db
def test_new_requests_of_the_last_minutes_are_seen_at_once():
    answered(5)
    timeline(30, NOW)
    recent(NOW)
    answered(6, "/other/")

    assert sum(one.count for one in timeline(30, NOW).minutes.values()) == 2
    assert recent(NOW).routes["/other/"].count == 1
