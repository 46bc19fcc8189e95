import datetime

import pytest
from django.utils import translation

from .factories import MOMENT, ArticleFactory, EntryFactory, TopicFactory, root

pytestmark = pytest.mark.django_db


def errors(response):
    assert response.status_code == 400, response.content
    assert response["Content-Type"] == "application/problem+json"
    return {item["parameter"]: item["detail"] for item in response.json()["errors"]}


def titles(response):
    assert response.status_code == 200, response.content
    return sorted(item["title"] for item in response.json()["items"])


class TestBadInput:
    def test_names_the_nearest_parameter(self, api):
        found = errors(api("articles/", date_gte="2026-01-01"))

        assert found == {"date_gte": "There is no parameter “date_gte”. Did you mean “date__gte”?"}

    def test_is_explained_in_the_language_of_the_request(self, api):
        with translation.override("de"):
            problem = api("articles/", limit="0", bogus="1").json()

        assert problem["detail"] == "Die Parameter der Anfrage sind nicht zu verstehen."
        assert {entry["parameter"]: entry["detail"] for entry in problem["errors"]} == {
            "bogus": "Es gibt keinen Parameter „bogus“.",
            "limit": "muss zwischen 1 und 100 liegen.",
        }

    def test_reports_every_mistake_at_once(self, api):
        found = errors(
            api("articles/", limit="x", order="-dat", fields="titel", bogus="1", rank="ten")
        )

        assert set(found) == {"limit", "order", "fields", "bogus", "rank"}
        assert "“date”" in found["order"]
        assert "“title”" in found["fields"]

    @pytest.mark.parametrize(
        ("name", "value"),
        [
            *[
                ("limit", value)
                for value in ("0", "-1", "101", "1.0", "", "9" * 5000, "١", " 1", "1_0")
            ],
            *[("count", value) for value in ("", "yes", "about")],
            *[
                ("fields", value)
                for value in ("", ",", "-", "nope", "-nope", "*,-*x", "title,,id", "id,-id")
            ],
            *[
                ("order", value)
                for value in (
                    "",
                    "-",
                    "--title",
                    "text",
                    "title,title",
                    "title,-title",
                    "password",
                    "?",
                )
            ],
            *[("number", value) for value in ("x", "", "1e3", "9" * 19, "-" + "9" * 19, "\x00")],
            *[("number__in", value) for value in ("", "1,", "1,x", ",".join(["1"] * 101))],
            *[("score", value) for value in ("nan", "inf", "-Infinity", "x", "1e999", "")],
            *[
                ("price", value)
                for value in ("nan", "1e999999999", "-1E-999999999", "x", "1" * 101)
            ],
            *[
                ("day", value)
                for value in ("x", "2026-13-01", "2026-02-30", "0001-01-01", "9999-12-31", "")
            ],
            *[("day__day", value) for value in ("x", "1.5")],
            *[
                ("at", value)
                for value in (
                    "x",
                    "2026-01-01T25:00",
                    "0001-01-01T00:00:00+14:00",
                    "9999-12-31",
                    "",
                )
            ],
            *[("clock__gte", value) for value in ("x", "25:00", "10:00+02:00")],
            *[("key", value) for value in ("x", "", "{}")],
            *[("active", value) for value in ("1", "True", "", "yes")],
            *[("topic__isnull", value) for value in ("1", "")],
            *[("topics", value) for value in ("x", "9" * 30)],
            *[("title", value) for value in ("\x00", "a\x00b", "x" * 1001)],
        ],
    )
    def test_that_is_no_value_of_the_type_is_refused(self, api, name, value):
        assert list(errors(api("entries/", **{name: value}))) == [name]

    def test_given_twice_is_refused(self, client):
        response = client.get("/api/v1/entries/?limit=1&limit=2")

        assert errors(response) == {"limit": "must not be given more than once."}

    def test_of_invalid_utf8_is_no_server_error(self, client):
        for query in ("title=%ff%fe", "%ff=1", "title=%ed%a0%80", "\xff=1"):
            assert client.get(f"/api/v1/entries/?{query}").status_code in (200, 400)

    def test_of_too_many_parameters_is_refused(self, client):
        query = "&".join(f"p{number}=1" for number in range(2000))

        response = client.get(f"/api/v1/entries/?{query}")

        assert response.status_code == 400
        assert response["Content-Type"] == "application/problem+json"

    @pytest.mark.parametrize("path", ["", "openapi.json", "docs/", "coins/EUR/"])
    def test_is_refused_wherever_nothing_is_understood(self, api, path):
        assert list(errors(api(path, bogus="1"))) == ["bogus"]

    def test_repeats_little_of_what_the_client_wrote(self, api):
        response = api("entries/", **{"a" * 5000: "1"})

        assert len(response.content) < 1000


class TestFields:
    @pytest.mark.parametrize(
        ("fields", "names"),
        [
            ("name", ["name"]),
            ("name,id", ["id", "name"]),
            ("-name", ["id", "slug", "articles"]),
            ("-name,-slug", ["id", "articles"]),
            ("*", ["id", "name", "slug", "articles"]),
            ("*,-articles", ["id", "name", "slug"]),
        ],
    )
    def test_choose_the_keys(self, api, fields, names):
        TopicFactory()

        [item] = api("topics/", fields=fields).json()["items"]

        assert list(item) == names

    def test_star_adds_what_a_list_leaves_out(self, api):
        ArticleFactory(parent=root())

        assert "body" in api("articles/", fields="*").json()["items"][0]
        assert list(api("articles/", fields="body").json()["items"][0]) == ["body"]

    def test_work_on_one_object(self, api):
        article = ArticleFactory(parent=root(), title="T")

        assert api(f"articles/{article.pk}/", fields="title").json() == {"title": "T"}
        assert errors(api(f"articles/{article.pk}/", fields="nope"))


class TestFilters:
    def test_of_numbers_and_texts(self, api):
        for number, title in enumerate(["Alpha", "beta", "100% _x", "Gamma,delta"]):
            EntryFactory(title=title, number=number)

        assert titles(api("entries/", number="1")) == ["beta"]
        assert titles(api("entries/", number__gt="1")) == ["100% _x", "Gamma,delta"]
        assert titles(api("entries/", number__in="0,3")) == ["Alpha", "Gamma,delta"]
        assert titles(api("entries/", title__iexact="ALPHA")) == ["Alpha"]
        assert titles(api("entries/", title__contains="% _")) == ["100% _x"]
        assert titles(api("entries/", title__istartswith="G")) == ["Gamma,delta"]
        assert titles(api("entries/", number__gt="0", number__lt="3", title="beta")) == ["beta"]

    def test_of_several_objects_give_each_row_once(self, api):
        topics = [TopicFactory(slug="one", name="same 1"), TopicFactory(slug="two", name="same 2")]
        article = ArticleFactory(parent=root(), title="Both")
        article.topics = topics
        article.tags.add("red", "blue")
        article.save()
        ArticleFactory(parent=root(), title="None")

        assert titles(api("articles/", topics__slug="one")) == ["Both"]
        assert titles(api("articles/", topics__slug__in="one,two")) == ["Both"]
        assert titles(api("articles/", topics__name__icontains="SAME")) == ["Both"]
        assert titles(api("articles/", tags__name="red")) == ["Both"]
        assert api("articles/", topics__slug__in="one,two", count="exact").json()["count"] == 1
        assert titles(api("articles/", topics__slug="one", tags__slug="green")) == []

    def test_of_the_other_types(self, api):
        entry = EntryFactory(
            title="it", score=0.5, price="1.10", day="2026-02-03", clock="09:00", active=False
        )
        EntryFactory(title="other", topic=TopicFactory())

        for name, value in {
            "score": "0.5",
            "price": "1.1",
            "price__lte": "1.10",
            "day": "2026-02-03",
            "day__day": "3",
            "clock__gte": "08:59",
            "key": str(entry.key),
            "key__in": f"{entry.key},{entry.key}",
            "active": "false",
            "topic__isnull": "true",
        }.items():
            assert titles(api("entries/", **{name: value})) == ["it"], name

    @pytest.mark.parametrize(
        ("parameter", "value", "found"),
        [
            # The site's day in Berlin begins at 22:00 UTC the evening before.
            ("date", "2026-05-01", ["first", "last"]),
            ("date__gte", "2026-05-01", ["first", "last", "next"]),
            ("date__gt", "2026-05-01", ["next"]),
            ("date__lte", "2026-05-01", ["before", "first", "last"]),
            ("date__lt", "2026-05-01", ["before"]),
            ("date", "2026-05-01T21:59:59Z", ["last"]),
            ("date__gt", "2026-05-01T21:59:59Z", ["next"]),
            ("date__lt", "2026-05-01T00:00:00", ["before"]),
            ("date__year", "2026", ["before", "first", "last", "next"]),
            ("date__month", "4", ["before"]),
        ],
    )
    def test_of_a_moment_take_a_date_as_the_whole_day(self, api, parameter, value, found):
        for title, moment in {
            "before": datetime.datetime(2026, 4, 30, 21, 59, 59, tzinfo=datetime.UTC),
            "first": datetime.datetime(2026, 4, 30, 22, tzinfo=datetime.UTC),
            "last": datetime.datetime(2026, 5, 1, 21, 59, 59, tzinfo=datetime.UTC),
            "next": datetime.datetime(2026, 5, 1, 22, tzinfo=datetime.UTC),
        }.items():
            ArticleFactory(parent=root(), title=title, date=moment)

        assert titles(api("articles/", **{parameter: value})) == found

    def test_of_missing_values(self, api):
        ArticleFactory(parent=root(), title="with", rank=1, date=MOMENT)
        ArticleFactory(parent=root(), title="without", rank=None, date=MOMENT)

        assert titles(api("articles/", rank__isnull="true")) == ["without"]
        assert titles(api("articles/", rank__isnull="false")) == ["with"]
