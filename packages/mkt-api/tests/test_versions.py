"""Two majors side by side, and what is taken away in the meantime."""

from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.cache import cache
from django.urls import include, path
from openapi_spec_validator import validate

from mkt_api.access.tokens import create_token
from mkt_api.fields import Column
from mkt_api.pages.resource import PageResource
from mkt_api.registry import Registry
from mkt_api.resources import Deprecated, Resource
from mkt_api.signals import deprecation_used
from mkt_api.urls import api_urlpatterns

from .factories import ArticleFactory, EntryFactory, root
from .testapp.models import Article, Entry

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.test_versions")]

GUIDE = "https://example.com/changes"
SINCE, UNTIL = date(2026, 1, 1), date(2026, 7, 1)
BEFORE, AFTER = datetime(2026, 6, 30, 23, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC)


class First(Resource):
    """As it was."""

    name = "entries"
    model = Entry
    fields = ("id", "title", "number", "text")
    detail_only = ("text",)
    deprecated_fields = {
        "number": Deprecated(SINCE, UNTIL, GUIDE),
        "text": Deprecated(date(2025, 1, 1)),
    }


class Old(Resource):
    """A list that nobody should use."""

    name = "old"
    model = Entry
    deprecated = Deprecated(SINCE, UNTIL, GUIDE)


class Articles(Resource):
    """A page type, which ``pages/`` shows as well."""

    name = "articles"
    model = Article
    fields = ("id", "title", "intro")
    deprecated_fields = {"intro": Deprecated(SINCE, UNTIL)}


class Second(Resource):
    """As it is."""

    name = "entries"
    model = Entry
    fields = ("id", Column("headline", "title"))


def registry_of(*resources):
    found = Registry(module=None)
    for resource in resources:
        found.register(resource)
    return found


urlpatterns = [
    path(
        "v1/",
        include(
            (api_urlpatterns(registry_of(First, Old, Articles, PageResource)), "mkt_api"),
            namespace="v1",
        ),
    ),
    path("v2/", include((api_urlpatterns(registry_of(Second)), "mkt_api"), namespace="v2")),
    path("", include("wagtail.urls")),
]


@pytest.fixture(autouse=True)
def fresh():
    cache.clear()


def test_two_majors_live_side_by_side(client):
    entry = EntryFactory(title="One")

    with time_machine.travel(BEFORE, tick=False):
        first = client.get("/v1/entries/").json()["items"]
    second = client.get("/v2/entries/").json()["items"]

    assert first == [{"id": entry.pk, "title": "One", "number": 0}]
    assert second == [{"id": entry.pk, "headline": "One"}]
    assert client.get("/v2/old/").status_code == 404
    resources = client.get("/v2/").json()["resources"]
    assert resources == {"entries": "http://testserver/v2/entries/"}
    properties = [
        client.get(f"/{major}/openapi.json").json()["components"]["schemas"]["EntriesItem"]
        for major in ("v1", "v2")
    ]
    assert [list(schema["properties"]) for schema in properties] == [
        ["id", "title", "number", "text"],
        ["id", "headline"],
    ]


def test_links_lead_to_the_same_major(client):
    EntryFactory.create_batch(2)

    assert "/v2/entries/?limit=1&cursor=" in client.get("/v2/entries/?limit=1").json()["next"]


class TestEndpoint:
    def test_tells_since_when_and_until_when(self, client):
        with time_machine.travel(BEFORE, tick=False):
            response = client.get("/v1/old/")

        assert response.status_code == 200
        assert response["Deprecation"] == f"@{int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())}"
        assert response["Sunset"] == "Wed, 01 Jul 2026 00:00:00 GMT"
        assert f'<{GUIDE}>; rel="deprecation"' in response["Link"]

    @pytest.mark.parametrize("address", ["/v1/old/", "/v1/old/1/"])
    def test_is_gone_after_that(self, client, address):
        with time_machine.travel(AFTER, tick=False):
            response = client.get(address)

        assert response.status_code == 410
        assert response["Content-Type"] == "application/problem+json"
        assert response.json()["type"].endswith(":gone")
        assert GUIDE in response["Link"]

    def test_is_no_secret_of_the_document(self, client):
        document = client.get("/v1/openapi.json").json()

        validate(document)
        operation = document["paths"]["/v1/old/"]["get"]
        assert operation["deprecated"] is True
        assert "410" in operation["responses"]
        assert "deprecated" not in document["paths"]["/v1/entries/"]["get"]


class TestField:
    def test_is_told_where_it_is_shown(self, client):
        with time_machine.travel(BEFORE, tick=False):
            shown = client.get("/v1/entries/")
            hidden = client.get("/v1/entries/?fields=title")

        assert shown["Sunset"] == "Wed, 01 Jul 2026 00:00:00 GMT"
        assert shown["Deprecation"] == f"@{int(datetime(2026, 1, 1, tzinfo=UTC).timestamp())}"
        assert "Deprecation" not in hidden

    def test_says_the_earliest_of_several(self, client):
        with time_machine.travel(BEFORE, tick=False):
            response = client.get(f"/v1/entries/{EntryFactory().pk}/")

        assert response["Deprecation"] == f"@{int(datetime(2025, 1, 1, tzinfo=UTC).timestamp())}"

    def test_is_gone_after_that(self, client):
        EntryFactory()
        with time_machine.travel(AFTER, tick=False):
            response = client.get("/v1/entries/")
            asked = client.get("/v1/entries/?fields=number")

        assert list(response.json()["items"][0]) == ["id", "title"]
        assert "Deprecation" not in response
        assert asked.status_code == 400

    @pytest.mark.parametrize(
        "address",
        [
            "/v1/articles/",
            "/v1/articles/{key}/",
            "/v1/pages/{key}/",
            "/v1/pages/?type=testapp.Article&fields=*",
            "/v1/by-path/?path={path}",
            "/v1/search/?type=testapp.Article&q=article&fields=*",
        ],
    )
    def test_of_a_page_is_told_and_goes_wherever_it_is_shown(self, client, address):
        with time_machine.travel(BEFORE, tick=False):
            article = ArticleFactory(parent=root(), title="Article")
            address = address.format(key=article.pk, path=article.url)
            before = client.get(address)
        with time_machine.travel(AFTER, tick=False):
            after = client.get(address)

        assert "intro" in before.content.decode()
        assert before["Sunset"] == "Wed, 01 Jul 2026 00:00:00 GMT"
        assert after.status_code == 200
        assert "intro" not in after.content.decode()
        assert "Sunset" not in after

    def test_of_one_page_type_is_told_of_a_list_of_several(self, client):
        with time_machine.travel(BEFORE, tick=False):
            ArticleFactory(parent=root(), title="Article")
            shown = client.get("/v1/pages/?fields=title,intro")
            plain = client.get("/v1/pages/")
            found = client.get("/v1/search/?q=article&fields=*")
        with time_machine.travel(AFTER, tick=False):
            after = client.get("/v1/pages/?fields=*")

        assert "intro" in shown.content.decode()
        for response in (shown, found):
            assert response["Sunset"] == "Wed, 01 Jul 2026 00:00:00 GMT"
        for response in (plain, after):
            assert "intro" not in response.content.decode()
            assert "Deprecation" not in response

    def test_is_marked_in_the_document(self, client):
        schemas = client.get("/v1/openapi.json").json()["components"]["schemas"]

        marked = [
            name
            for name, schema in schemas["EntriesItem"]["properties"].items()
            if schema.get("deprecated")
        ]
        assert marked == ["number", "text"]

    def test_has_to_exist(self):
        unknown = type("Unknown", (First,), {"deprecated_fields": {"nope": Deprecated(SINCE)}})

        [fault] = registry_of(unknown).faults()

        assert (fault.code, "nope" in fault.message) == ("E004", True)


def test_use_is_told_with_the_token(client):
    row, token = create_token("Front end")
    used = []

    def note(sender, resource, access, fields, **kwargs):
        used.append((resource, fields, access.token.pk))

    deprecation_used.connect(note)
    try:
        with time_machine.travel(BEFORE, tick=False):
            headers = {"Authorization": f"Bearer {token}"}
            client.get("/v1/old/", headers=headers)
            client.get("/v1/entries/?fields=id", headers=headers)
            client.get("/v1/entries/", headers=headers)
    finally:
        deprecation_used.disconnect(note)

    assert used == [("old", ("*",), row.pk), ("entries", ("number",), row.pk)]
