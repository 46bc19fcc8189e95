import csv
import io
from datetime import timedelta

import pytest
from wagtail.models import Page

from mkt_monitoring.reports import groupings
from mkt_monitoring.reports.content import by_day, rows_of, tables
from mkt_monitoring.reports.periods import PeriodForm, last_days

pytestmark = pytest.mark.django_db

PAGE = "/admin/reports/monitoring/content/"


def table(name):
    return next(one for one in tables() if one.name == name)


def text_of(response):
    return b"".join(response.streaming_content).decode("utf-8-sig")


def test_days_without_anything_are_there(day):
    day(0, count=5, visitors=2)
    day(2, count=3, visitors=None)
    days = by_day(last_days(4))

    assert list(days.views.values()) == [0, 3, 0, 5]
    assert list(days.visitors.values()) == [0, 0, 0, 2]


def test_pages_with_their_titles_beside_the_period_before(day, site, django_assert_max_num_queries):
    plain = Page.objects.get(slug="plain")
    day(0, dimension="page", value="/plain/", page_id=plain.pk, count=9)
    day(3, dimension="page", value="/plain/", page_id=plain.pk, count=1)
    day(9, dimension="page", value="/plain/", page_id=plain.pk, count=5)
    day(1, dimension="page", value="/gone/", count=2)
    day(0, dimension="referrer", value="Google", count=100)

    with django_assert_max_num_queries(2):
        rows = rows_of(table("pages"), last_days(7))
    assert [(row.label, row.count, row.before, row.page_id) for row in rows] == [
        ("Plain", 10, 5, plain.pk),
        ("/gone/", 2, 0, 0),
    ]
    assert rows[0].change == 100
    assert rows[1].change is None


def test_searches_without_a_result(day):
    day(0, event="search", dimension="prop:term", value="tides", count=4, sum=12)
    day(0, event="search", dimension="prop:term", value="zebra", count=3, sum=0)

    assert [row.label for row in rows_of(table("fruitless"), last_days(7))] == ["zebra"]
    assert [row.label for row in rows_of(table("searches"), last_days(7))] == ["tides", "zebra"]


def test_pages_by_their_types(day, site):
    for page in Page.objects.filter(slug__in=["plain", "events"]):
        day(0, dimension="page", value=page.slug, page_id=page.pk, count=2)
    rows = rows_of(table("types"), last_days(7))

    assert {(row.label, row.count) for row in rows} == {("Plain pages", 2), ("Events pages", 2)}


def test_an_app_adds_a_grouping(day, site, monkeypatch, watcher, client):
    monkeypatch.setattr(groupings, "_groupings", dict(groupings._groupings))
    groupings.register_grouping(
        "authors", "Authors", lambda keys: {key: ["Ada", "Grace"] for key in keys}
    )
    day(0, dimension="page", value="/plain/", page_id=7, count=6)

    assert [(row.label, row.count) for row in rows_of(table("authors"), last_days(7))] == [
        ("Ada", 6),
        ("Grace", 6),
    ]
    assert "Grace" in client.get(PAGE).content.decode()


def test_one_site_of_several(day):
    day(0, count=5, site_id=1)
    day(0, count=7, site_id=2)

    assert sum(by_day(last_days(7), site_id=2).views.values()) == 7


class TestPage:
    def test_shows_the_tables_and_the_chart(self, day, watcher, client):
        day(0, count=1234, visitors=600)
        day(0, dimension="referrer", value="direct", count=900)
        day(0, dimension="campaign", value="spring <b>", count=30)
        body = client.get(PAGE).content.decode()

        assert "1,234" in body
        assert "Direct or unknown" in body
        assert "spring &lt;b&gt;" in body
        assert body.count('<section class="mkt-card"') == len(tables())

    def test_its_queries_do_not_grow_with_its_rows(self, day, watcher, client, site):
        from django.db import connection
        from django.test.utils import CaptureQueriesContext

        def queries():
            with CaptureQueriesContext(connection) as captured:
                client.get(PAGE)
            return len(captured.captured_queries)

        client.get(PAGE)
        day(0, dimension="page", value="/plain/", page_id=Page.objects.get(slug="plain").pk)
        before = queries()
        for number in range(30):
            day(0, dimension="page", value=f"/{number}/", page_id=0)
            day(0, dimension="referrer", value=f"{number}.example")
        assert queries() <= before

    @pytest.mark.parametrize(
        ("query", "told"),
        [
            ("first=2026-02-01&last=2026-01-01", "The first day is after the last one."),
            ("first=2020-01-01&last=2026-01-01", "Choose two years at most."),
            ("first=0001-01-01&last=0001-01-02", "There is nothing from before the year 2000."),
            ("first=junk", "Enter a valid date."),
            ("site=999", "Select a valid choice."),
        ],
    )
    def test_says_what_is_wrong_with_a_period(self, watcher, client, query, told):
        response = client.get(f"{PAGE}?{query}")

        assert response.status_code == 200
        assert told in response.content.decode()

    def test_the_period_is_in_the_links(self, day, watcher, client, today):
        day(0, dimension="page", value="/plain/")
        first = (today - timedelta(days=6)).isoformat()
        body = client.get(f"{PAGE}?first={first}&last={today.isoformat()}").content.decode()

        assert f"first={first}&amp;last={today.isoformat()}&amp;export=pages" in body
        assert f'value="{first}"' in body


class TestFiles:
    def test_have_every_row(self, day, watcher, client):
        for number in range(25):
            day(0, dimension="page", value=f"/{number:02}/", count=100 - number)
        response = client.get(f"{PAGE}?export=pages")
        rows = list(csv.reader(io.StringIO(text_of(response))))

        assert response.headers["Content-Type"] == "text/csv; charset=utf-8"
        assert "attachment" in response.headers["Content-Disposition"]
        assert rows[0] == ["Page", "Address", "Count", "Period before"]
        assert len(rows) == 26
        assert rows[1] == ["/00/", "", "100", "0"]

    def test_have_no_formulas(self, day, watcher, client):
        day(0, event="search", dimension="prop:term", value="=HYPERLINK(1)", count=1, sum=1)
        rows = list(csv.reader(io.StringIO(text_of(client.get(f"{PAGE}?export=searches")))))

        assert rows[1][0] == "'=HYPERLINK(1)"

    def test_of_a_table_that_there_is_not_is_the_page(self, watcher, client):
        assert (
            client.get(f"{PAGE}?export=../../etc").headers["Content-Type"].startswith("text/html")
        )


def test_without_anything_the_form_means_four_weeks():
    form = PeriodForm({})

    assert form.is_valid()
    assert form.cleaned_data["period"] == last_days(28)
