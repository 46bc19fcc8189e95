import random
from urllib.parse import urlsplit

import pytest

from .factories import ArticleFactory, EntryFactory, TopicFactory, root
from .testapp.models import Entry

pytestmark = pytest.mark.django_db

ORDERS = [
    None,
    "title",
    "-title",
    "number",
    "-position",
    "position",
    "position,-score",
    "-score,position,title",
    "day,-at",
    "-price,clock",
    "active,-number,position",
    "topic__name",
    "-topic__name,position",
]


@pytest.fixture
def entries():
    """40 rows full of ties and of missing values."""
    chance = random.Random(7)
    topics = [TopicFactory(name=name) for name in "abc"]
    for _ in range(40):
        EntryFactory(
            title=chance.choice(["x", "y", "ä", ""]),
            number=chance.randrange(3),
            position=chance.choice([None, 1, 2]),
            score=chance.choice([None, 0.1, -1e300, 1 / 3]),
            price=chance.choice([None, "0.10", "99.99"]),
            day=chance.choice([None, "2026-01-01", "0999-12-31"]),
            at=chance.choice([None, "2026-03-29T01:30:00.000001Z", "2026-03-29T01:30:00.000002Z"]),
            clock=chance.choice([None, "10:00:00.5"]),
            active=chance.choice([True, False]),
            topic=chance.choice([None, *topics]),
        )


def follow(client, url, relation):
    """Ids of the page at ``url`` and of all that follow it."""
    pages = []
    while url:
        parts = urlsplit(url)
        body = client.get(f"{parts.path}?{parts.query}").json()
        pages.append(([item["id"] for item in body["items"]], body))
        url = body[relation]
    return pages


def flat(pages):
    return [pk for ids, _ in pages for pk in ids]


class TestWalk:
    @pytest.mark.parametrize("limit", [1, 7, 40])
    @pytest.mark.parametrize("order", ORDERS)
    def test_sees_every_row_once_in_both_directions(self, client, entries, order, limit):
        query = f"&order={order}" if order else ""
        whole = flat(follow(client, f"/api/v1/entries/?limit=100{query}", "next"))

        forwards = follow(client, f"/api/v1/entries/?limit={limit}{query}", "next")
        back = follow(client, forwards[-1][1]["previous"], "previous")

        assert len(set(whole)) == 40
        assert flat(forwards) == whole
        backwards = [ids for ids, _ in reversed(back)] + [forwards[-1][0]]
        assert [pk for ids in backwards for pk in ids] == whole
        if back:
            assert back[-1][1]["previous"] is None

    def test_puts_missing_values_last_in_either_direction(self, api, entries):
        for order in ("position", "-position"):
            items = api("entries/", order=order, limit=100, fields="position").json()["items"]
            missing = [item["position"] is None for item in items]
            assert missing == sorted(missing)

    def test_sorts_like_the_database(self, api, entries):
        ids = [i["id"] for i in api("entries/", order="-number,title", limit=100).json()["items"]]

        assert ids == list(
            Entry.objects.order_by("-number", "title", "-pk").values_list("pk", flat=True)
        )

    def test_keeps_filters_and_other_parameters(self, client, entries):
        pages = follow(
            client, "/api/v1/entries/?limit=2&number=1&fields=id,number&count=exact", "next"
        )

        expected = Entry.objects.filter(number=1)
        assert sorted(flat(pages)) == sorted(expected.values_list("pk", flat=True))
        assert {body["count"] for _, body in pages} == {expected.count()}

    def test_issues_one_query_however_deep(self, client, entries, django_assert_num_queries):
        url = "/api/v1/entries/?limit=5&order=-position,title&fields=id"
        while url:
            with django_assert_num_queries(1):
                url = client.get(url).json()["next"]


class TestCursor:
    def test_is_stable_when_rows_are_inserted_and_deleted_in_between(self, api, client):
        for number in range(10):
            EntryFactory(number=number * 10)
        first = api("entries/", order="number", limit=4).json()
        EntryFactory(number=5)
        later = EntryFactory(number=45)
        Entry.objects.filter(number=30).delete()

        rest = follow(client, first["next"], "next")

        seen = [item["number"] for _, body in rest for item in body["items"]]
        assert seen == [40, 45, 50, 60, 70, 80, 90]
        assert later.pk in flat(rest)

    def test_turns_round_at_an_end_that_has_moved(self, api, client):
        rows = [EntryFactory(number=number) for number in range(4)]
        first = api("entries/", order="number", limit=2).json()
        Entry.objects.filter(number__gte=2).delete()

        beyond = client.get(first["next"]).json()
        back = client.get(beyond["previous"]).json()

        assert beyond["items"] == []
        assert beyond["next"] is None
        assert [item["id"] for item in back["items"]] == [rows[0].pk, rows[1].pk]

    def test_goes_from_the_beginning_to_the_front_again(self, api, client):
        for number in range(3):
            EntryFactory(number=number)
        second = client.get(api("entries/", order="number", limit=1).json()["next"]).json()
        Entry.objects.filter(number=0).delete()

        empty = client.get(second["previous"]).json()
        forwards = client.get(empty["next"]).json()

        assert (empty["items"], empty["previous"]) == ([], None)
        assert [item["number"] for item in forwards["items"]] == [1]

    def test_of_another_order_is_refused(self, api):
        EntryFactory.create_batch(2)
        cursor = api("entries/", limit=1, order="title").json()["next"].split("cursor=")[1]

        response = api("entries/", cursor=cursor, order="-title")

        assert response.status_code == 400
        assert response.json()["errors"][0]["parameter"] == "cursor"

    @pytest.mark.parametrize(
        "cursor",
        [
            "",
            "x",
            "====",
            "%%%",
            "ä",
            "AAAA",
            "bnVsbA",
            "W10",
            "e30",
            "W1tbW1tb",
            "x" * 20_000,
            "\x00",
        ]
        # ["number,pk",0,0,...] with values that no column takes.
        + ["WyJudW1iZXIscGsiLDAsMCwieCIsIjEiXQ", "WyJudW1iZXIscGsiLDAsMCxudWxsLCIxIl0"]
        + ["WyJudW1iZXIscGsiLDAsMCw1LDFd", "WyJudW1iZXIscGsiLDIsMCwiMSIsIjEiXQ"],
    )
    def test_that_is_made_up_is_refused(self, api, cursor):
        response = api("entries/", cursor=cursor, order="number")

        assert response.status_code == 400
        [error] = response.json()["errors"]
        assert error["parameter"] == "cursor"

    def test_is_short(self, api):
        EntryFactory.create_batch(2)

        cursor = api("entries/", limit=1).json()["next"].split("cursor=")[1]

        assert len(cursor) < 40


class TestDefaultOrder:
    def test_is_the_first_one_declared(self, api):
        articles = [
            ArticleFactory(parent=root(), date=f"2026-01-0{day}T00:00:00Z") for day in (2, 3, 1)
        ]

        ids = [item["id"] for item in api("articles/").json()["items"]]

        assert ids == [articles[1].pk, articles[0].pk, articles[2].pk]

    def test_runs_the_key_along_with_the_first_column(self, api):
        articles = ArticleFactory.create_batch(3, parent=root())

        ids = [item["id"] for item in api("articles/").json()["items"]]

        assert ids == [article.pk for article in reversed(articles)]


class TestPageSize:
    def test_comes_from_the_settings(self, api, settings):
        EntryFactory.create_batch(4)
        settings.MKT_API = {"PAGE_SIZE": 2, "MAX_PAGE_SIZE": 3}

        assert len(api("entries/").json()["items"]) == 2
        assert len(api("entries/", limit=3).json()["items"]) == 3
        assert api("entries/", limit=4).status_code == 400

    def test_link_header_names_the_neighbours(self, api):
        EntryFactory.create_batch(3)
        first = api("entries/", limit=1)
        second = api(
            "entries/", limit=1, cursor=first.json()["next"].split("cursor=")[1].split("&")[0]
        )

        body = second.json()
        assert second["Link"] == f'<{body["next"]}>; rel="next", <{body["previous"]}>; rel="prev"'
