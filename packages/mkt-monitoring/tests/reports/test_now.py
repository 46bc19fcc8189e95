from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.urls import reverse
from django.utils import timezone

from mkt_monitoring.models import Event
from mkt_monitoring.reports.now import now_figures
from mkt_monitoring.requests_now.flushing import Minutes, write
from mkt_monitoring.requests_now.queries import SlowQuery
from mkt_monitoring.requests_now.sketch import RELATIVE_ERROR

pytestmark = pytest.mark.django_db

PAGE = "/admin/reports/monitoring/"
FIGURES = "/admin/reports/monitoring/figures/"


def test_the_figures_take_six_queries_at_most(busy, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        found = now_figures()

    assert found.visitors == 3
    assert sum(found.views.values()) == 12
    assert len(found.views) == 30
    assert len(found.feed) == 10
    assert found.requests.workers == 1
    assert found.last_minutes(5).count == 40
    assert found.recent.routes["/slow/"].sketch.quantile(0.5) == pytest.approx(
        1.5, rel=RELATIVE_ERROR
    )


def test_more_events_take_no_more_queries(busy, django_assert_max_num_queries):
    Event.objects.update(name="signup")
    with django_assert_max_num_queries(6):
        now_figures()


def test_nothing_at_all_is_shown_as_nothing(watcher, client):
    body = client.get(PAGE).content.decode()

    assert "No requests in the last five minutes." in body
    assert "Nothing in the last half hour." in body


def test_the_page_shows_what_goes_on(busy, watcher, client):
    body = client.get(PAGE).content.decode()

    assert body.index("<code>/slow/</code>") < body.index("<code>/fast/</code>")
    assert "1.5 s" in body
    assert "/page-0/" in body
    assert 'data-mkt-live="/admin/reports/monitoring/figures/"' in body
    # A policy without 'unsafe-inline' refuses neither.
    assert "style=" not in body.split('class="mkt-dashboard"')[1].split("</main>")[0]


def test_the_queries_that_took_most_time_come_first(busy, watcher, client):
    minutes = Minutes()
    asked = (("SELECT * FROM often", 0.2), ("SELECT * FROM often", 0.2), ("SELECT <b>", 0.3))
    for statement, seconds in asked:
        minutes.add_query(SlowQuery(busy.timestamp(), "default", statement, seconds))
    write(minutes.rows())

    body = client.get(FIGURES).content.decode()

    assert body.index("<code>SELECT * FROM often</code>") < body.index("SELECT &lt;b&gt;")
    assert body.index("400 ms") < body.index("300 ms")
    assert "No query took longer" not in body


def test_the_page_says_what_a_slow_query_is(watcher, client):
    assert "No query took longer than 50 ms." in client.get(PAGE).content.decode()


def test_each_chart_has_a_table(busy, watcher, client):
    body = client.get(FIGURES).content.decode()

    assert body.count('role="img"') == body.count("<summary>As a table</summary>") == 3
    assert body.count("<tr><th") + body.count("<tr>\n") >= 90


def test_what_has_not_changed_is_not_sent_again(busy, watcher, client, monkeypatch):
    monkeypatch.setattr(timezone, "now", lambda: busy)
    first = client.get(FIGURES)
    again = client.get(FIGURES, HTTP_IF_NONE_MATCH=first.headers["ETag"])

    assert (first.status_code, again.status_code) == (200, 304)
    assert again.content == b""
    assert "private" in first.headers["Cache-Control"]

    Event.objects.filter(path="/page-0/").update(path="/changed/")
    assert client.get(FIGURES, HTTP_IF_NONE_MATCH=first.headers["ETag"]).status_code == 200


class TestWhoMaySee:
    PATHS = ("", "content/", "api/", "health/")

    def test_editors_may_not_without_the_permission(self, editor, client):
        for path in self.PATHS:
            assert client.get(PAGE + path).status_code == 302
        assert client.get(FIGURES).status_code == 403
        assert b"reports/monitoring" not in client.get("/admin/").content

    def test_strangers_log_in_first(self, client):
        for path in self.PATHS:
            response = client.get(PAGE + path)
            assert response.status_code == 302
            assert "/login/" in response.headers["Location"]

    def test_those_with_the_permission_find_them_in_the_menu(self, watcher, client):
        for path in self.PATHS:
            assert client.get(PAGE + path).status_code == 200
        assert b"reports/monitoring" in client.get("/admin/").content

    def test_the_permission_can_be_given_to_groups(self, admin_client):
        key = Permission.objects.get(codename="view_dashboards").pk
        page = admin_client.get(reverse("wagtailusers_groups:add")).content.decode()
        assert f'name="permissions" value="{key}"' in " ".join(page.split())


def test_visitors_of_an_hour_ago_are_gone(busy):
    Event.objects.update(occurred_at=busy - timedelta(minutes=20))
    assert now_figures().visitors == 0
