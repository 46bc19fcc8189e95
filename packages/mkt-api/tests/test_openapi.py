import json

import pytest
from django.apps import apps
from django.test import Client
from django.urls import include, path
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from wagtail.contrib.redirects.models import Redirect

from mkt_api.openapi.views import OpenApiView
from mkt_api.preview.links import create_link, token_of
from mkt_api.registry import registry
from mkt_api.urls import urlpatterns as urlpatterns_of_the_api

from .factories import ArticleFactory, EntryFactory, TopicFactory, rich_article

pytestmark = pytest.mark.django_db

urlpatterns = [
    path("delivery/", include("mkt_api.urls", namespace="second")),
]


@pytest.fixture
def document(api):
    return api("openapi.json").json()


def parameters(document, path):
    return {entry["name"]: entry for entry in document["paths"][path]["get"]["parameters"]}


class TestDocument:
    def test_is_valid_openapi_3_1(self, document):
        assert document["openapi"] == "3.1.1"
        validate(document)

    def test_shows_every_address_of_ours_and_no_other(self, document):
        routes = {str(pattern.pattern) for pattern in urlpatterns_of_the_api}
        [everything_else] = {route for route in routes if route.startswith("^")}
        addresses = {
            "/api/v1/" + route.replace("<str:pk>", "{id}") for route in routes - {everything_else}
        }

        assert set(document["paths"]) == addresses
        assert {"/api/v1/by-path/", "/api/v1/sync/", "/api/v1/preview/"} <= addresses

    def test_names_every_operation_once(self, document):
        names = [operations["get"]["operationId"] for operations in document["paths"].values()]

        assert len(names) == len(set(names))
        assert {"by_path", "search", "pages_list", "page_preview_detail"} <= set(names)

    def test_says_who_may_ask(self, document, api, settings):
        assert document["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
        assert document["security"] == [{}, {"token": []}]

        settings.MKT_API = {"ANONYMOUS_READ": False, "SESSION_ACCESS": True}
        closed = api("openapi.json").json()

        validate(closed)
        assert closed["security"] == [{"token": []}, {"session": []}]
        assert closed["components"]["securitySchemes"]["session"]["name"] == "sessionid"
        assert closed["paths"]["/api/v1/preview/"]["get"]["security"] == [{}]

    def test_lists_every_parameter(self, document):
        for name in registry.resources:
            plan = registry.plan(name)
            shape = {"fields", "include", "richtext"}
            expected = shape | {"limit", "cursor", "offset", "page", "count", *plan.filters}
            expected |= {"order"} if plan.order else set()
            expected |= {"or"} if plan.filters else set()
            assert set(parameters(document, f"/api/v1/{name}/")) == expected
            assert set(parameters(document, f"/api/v1/{name}/{{id}}/")) == shape | {"id"}

    def test_gives_types_and_limits(self, document):
        found = parameters(document, "/api/v1/entries/")

        assert found["limit"]["schema"] == {
            "type": "integer",
            "minimum": 1,
            "maximum": 100,
            "default": 20,
        }
        assert found["number"]["schema"] == {"type": "integer"}
        assert found["key"]["schema"] == {"type": "string", "format": "uuid"}
        assert found["number__in"]["schema"]["items"] == {"type": "integer"}
        assert found["order"]["schema"]["items"]["enum"][:2] == ["number", "-number"]

    def test_describes_the_fields(self, document):
        properties = document["components"]["schemas"]["ArticlesItem"]["properties"]

        assert properties["id"] == {"type": "integer"}
        assert properties["rank"] == {"type": ["integer", "null"]}
        assert properties["minutes"] == {"type": "integer"}
        assert properties["date"] == {"type": "string", "format": "date-time"}
        assert properties["body"]["items"]["properties"]["type"]["enum"] == [
            "paragraph",
            "image",
            "shout",
            "box",
        ]
        assert list(properties["writers"]["items"]["properties"]) == ["id", "name", "slug"]

    def test_describes_every_answer(self, document):
        listing = document["paths"]["/api/v1/entries/"]["get"]["responses"]
        detail = document["paths"]["/api/v1/entries/{id}/"]["get"]["responses"]

        refusals = ["401", "403", "429", "503"]
        assert sorted(listing) == ["200", "304", "400", *refusals]
        assert sorted(detail) == sorted(["200", "304", "400", "404", *refusals])
        assert sorted(document["paths"]["/api/v1/sync/"]["get"]["responses"])[-3:] == [
            *("410", "429", "503")
        ]

    def test_is_always_the_same(self, api):
        first = api("openapi.json").content
        OpenApiView._documents.clear()

        assert api("openapi.json").content == first

    def test_is_made_once(self, api, monkeypatch):
        api("openapi.json")
        monkeypatch.setattr(OpenApiView, "generate", None)

        assert api("openapi.json").status_code == 200

    def test_ignores_the_spectacular_settings_of_the_site(self, api, document, monkeypatch):
        from drf_spectacular.settings import spectacular_settings

        OpenApiView._documents.clear()
        for name, value in {
            "TITLE": "The site's own",
            "OAS_VERSION": "3.0.3",
            "CAMELIZE_NAMES": True,
            "PREPROCESSING_HOOKS": [lambda endpoints: []],
            "POSTPROCESSING_HOOKS": [lambda **kwargs: {}],
            "SORT_OPERATIONS": False,
        }.items():
            monkeypatch.setattr(spectacular_settings, name, value, raising=False)

        assert api("openapi.json").json() == document

    def test_follows_the_settings(self, api, settings):
        settings.MKT_API = {
            "TITLE": "Ours",
            "BASE_URL": "https://example.com",
            "PAGE_SIZE": 5,
            "MAX_PAGE_SIZE": 9,
        }

        document = api("openapi.json").json()

        assert document["info"]["title"] == "Ours"
        assert document["servers"] == [{"url": "https://example.com"}]
        assert parameters(document, "/api/v1/entries/")["limit"]["schema"]["maximum"] == 9

    @pytest.mark.urls("tests.test_openapi")
    def test_gives_the_addresses_of_the_place_it_is_mounted_at(self, client):
        document = client.get("/delivery/openapi.json").json()

        assert "/delivery/entries/" in document["paths"]

    def test_can_be_switched_off(self, api, settings):
        settings.MKT_API = {"DOCS": False}

        assert api("openapi.json").status_code == 404
        assert api("docs/").status_code == 404
        assert api("").json()["openapi"] is None


class TestAnswers:
    """What is served is what is described."""

    def validator(self, document, name):
        schema = {"$ref": f"#/components/schemas/{name}", "components": document["components"]}
        return Draft202012Validator(schema)

    def test_fit_the_schema_of_the_list(self, api, document):
        rich_article()
        EntryFactory(topic=TopicFactory()).tags.add("x")

        for name in registry.resources:
            body = api(f"{name}/", fields="*", count="exact").json()
            self.validator(document, f"{name.capitalize()}List").validate(body)

    def answer(self, document, path):
        """The schema of the answer at an address."""
        content = document["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]["content"]
        [described] = content.values()
        return Draft202012Validator({**described["schema"], "components": document["components"]})

    def test_fit_the_schemas_of_the_other_endpoints(self, api, settings):
        settings.MKT_API = {"SETTINGS": {"testapp.Topic": ("name",), "testapp.Writer": ("slug",)}}
        article = rich_article(slug="rich", show_in_menus=True)
        ArticleFactory(parent=article, show_in_menus=True)
        Redirect.add_redirect("/old/", redirect_to=article)
        document = api("openapi.json").json()

        for where, given in {
            "": {},
            "by-path/": {"path": "/rich/"},
            "search/": {"q": "article", "fields": "*", "count": "exact"},
            "menus/": {},
            "sync/": {"fields": "*"},
            "settings/": {},
            "schema/": {},
        }.items():
            self.answer(document, where).validate(api(where, **given).json())
        found = api("by-path/", path="/old/").json()
        self.answer(document, "by-path/").validate(found)
        assert found["kind"] == "redirect"
        assert api("menus/").json()["items"][0]["children"]

    def test_fit_the_schema_of_a_line_of_the_export(self, api, document):
        rich_article()

        lines = b"".join(api("export/").streaming_content).splitlines()

        assert len(lines) == 3
        for line in lines:
            self.answer(document, "export/").validate(json.loads(line))

    def test_fit_the_schema_of_a_draft(self, api, document):
        article = rich_article()
        article.title = "Not yet"
        article.save_revision()
        token = token_of(create_link(article))

        draft = api("preview/", token=token).json()

        assert draft["title"] == "Not yet"
        self.answer(document, "preview/").validate(draft)

    def test_fit_the_schema_of_a_problem(self, api, document):
        validator = self.validator(document, "Problem")

        validator.validate(api("entries/", bogus="1").json())
        validator.validate(api("entries/0/").json())

    def test_would_not_fit_if_a_field_were_missing_from_the_schema(self, document):
        validator = self.validator(document, "EntriesItem")

        assert list(validator.iter_errors({"nope": 1}))


class TestDocsPage:
    def test_loads_the_interface_from_the_site_itself(self, api):
        html = api("docs/").content.decode()

        assert 'data-openapi-url="/api/v1/openapi.json"' in html
        assert "/static/drf_spectacular_sidecar/swagger-ui-dist/swagger-ui-bundle.js" in html
        assert "/static/mkt_api/docs.js" in html
        assert "//cdn" not in html

    def test_has_no_inline_script_or_style(self, api):
        html = api("docs/").content.decode()

        assert "<style" not in html
        assert "style=" not in html
        assert all("></script>" in part for part in html.split("<script")[1:])

    def test_says_what_is_missing_without_the_sidecar(self, api, monkeypatch):
        monkeypatch.setattr(apps, "is_installed", lambda name: False)

        response = api("docs/")

        assert response.status_code == 404
        assert "drf_spectacular_sidecar" in json.loads(response.content)["detail"]

    def test_static_files_exist(self):
        from django.contrib.staticfiles import finders

        for name in ("swagger-ui-bundle.js", "swagger-ui.css", "favicon-32x32.png"):
            assert finders.find(f"drf_spectacular_sidecar/swagger-ui-dist/{name}")
        assert finders.find("mkt_api/docs.js")


@pytest.mark.urls("tests.test_openapi")
def test_links_stay_within_the_place_the_api_is_mounted_at():
    EntryFactory.create_batch(2)

    body = Client().get("/delivery/entries/?limit=1").json()
    index = Client().get("/delivery/").json()

    assert body["next"].startswith("http://testserver/delivery/entries/?limit=1&cursor=")
    assert index["resources"]["entries"] == "http://testserver/delivery/entries/"
