import json

import pytest
from django.test import Client

from .factories import EntryFactory

pytestmark = pytest.mark.django_db

PROBLEM = "application/problem+json"


class TestCaching:
    def test_answers_304_to_a_client_that_has_the_same_bytes(self, client):
        EntryFactory()
        first = client.get("/api/v1/entries/")

        second = client.get("/api/v1/entries/", headers={"If-None-Match": first["ETag"]})

        assert first["ETag"].startswith('"')
        assert (second.status_code, second.content) == (304, b"")
        assert second["ETag"] == first["ETag"]
        assert second["Cache-Control"] == first["Cache-Control"]

    def test_gives_another_etag_to_other_content(self, api):
        EntryFactory()
        before = api("entries/")["ETag"]

        EntryFactory()

        assert api("entries/")["ETag"] != before

    def test_lets_caches_ask_each_time_by_default(self, api):
        response = api("entries/")

        assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
        assert response["Vary"] == "Authorization, Origin"

    def test_takes_the_lifetime_from_the_settings(self, api, settings):
        settings.MKT_API = {"CACHE_SECONDS": 60}

        assert "max-age=60" in api("entries/")["Cache-Control"]

    def test_never_stores_problems(self, api):
        for response in (api("entries/", bogus="1"), api("nowhere/")):
            assert response["Cache-Control"] == "no-store"
            assert "ETag" not in response

    def test_sets_no_cookie(self, api):
        assert not api("entries/").cookies


class TestMethods:
    @pytest.mark.parametrize("path", ["entries/", "entries/1/", "", "openapi.json", "docs/"])
    @pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "TRACE", "BREW"])
    def test_that_write_are_refused(self, path, method):
        EntryFactory(pk=1)
        client = Client(enforce_csrf_checks=True)

        response = client.generic(
            method, f"/api/v1/{path}", b"\xff{", content_type="application/json"
        )

        assert response.status_code == 405
        assert response["Content-Type"] == PROBLEM
        assert response["Allow"] == "GET, HEAD, OPTIONS"

    @pytest.mark.parametrize("path", ["entries/", "entries/1/", "", "openapi.json", "docs/"])
    def test_options_say_what_is_allowed(self, client, path):
        response = client.options(f"/api/v1/{path}")

        assert (response.status_code, response.content) == (204, b"")
        assert response["Allow"] == "GET, HEAD, OPTIONS"

    @pytest.mark.parametrize("path", ["entries/", "entries/1/", "", "openapi.json", "nowhere/"])
    def test_head_is_get_without_a_body(self, client, path):
        EntryFactory(pk=1)
        get, head = client.get(f"/api/v1/{path}"), client.head(f"/api/v1/{path}")

        assert head.content == b""
        assert head.status_code == get.status_code
        assert dict(head.headers) == dict(get.headers)


class TestContentType:
    @pytest.mark.parametrize("accept", ["text/html", "application/xml", "*/*;q=0", "x" * 9000, "/"])
    def test_is_json_whatever_the_client_accepts(self, client, accept):
        response = client.get("/api/v1/entries/", headers={"Accept": accept})

        assert response.status_code == 200
        assert response["Content-Type"] == "application/json"

    def test_has_no_spaces_and_no_escapes(self, api):
        EntryFactory(title="Käse")

        response = api("entries/", fields="title")

        assert response.content.startswith('{"items":[{"title":"Käse"}],'.encode())


class TestProblem:
    def test_has_the_keys_of_rfc_9457(self, api):
        body = api("entries/", bogus="1").json()

        assert body == {
            "type": "urn:problem-type:mkt-api:invalid-parameter",
            "title": "Bad Request",
            "status": 400,
            "detail": "The query string cannot be understood.",
            "instance": "/api/v1/entries/",
            "errors": [
                {
                    "parameter": "bogus",
                    "detail": "There is no parameter “bogus”.",
                    "code": "unknown",
                }
            ],
        }

    @pytest.mark.parametrize("method", ["get", "post", "delete"])
    def test_answers_for_unknown_addresses(self, client, method):
        response = getattr(client, method)("/api/v1/entires/")

        assert response.status_code == 404
        assert response["Content-Type"] == PROBLEM
        assert "“entries/”" in response.json()["detail"]

    @pytest.mark.parametrize(
        "path", ["%00", "%ff", "a/b/c", "entries//", "entries/1/2/", "%0a", "\u2028"]
    )
    def test_answers_for_odd_addresses(self, client, path):
        response = client.get(f"/api/v1/{path}")

        assert response.status_code == 404
        assert json.loads(response.content)["status"] == 404

    def test_leaves_the_rest_of_the_site_alone(self, client):
        assert client.get("/elsewhere/").content == b"a page of the site"
        assert client.get("/no-such-page/")["Content-Type"] != PROBLEM

    def test_answers_for_a_forged_host(self, client):
        response = client.get("/api/v1/entries/", headers={"Host": "a b"})

        assert response.status_code == 400


class TestMissingSlash:
    @pytest.mark.parametrize("path", ["entries", "entries/1", "docs"])
    def test_leads_to_the_address_with_a_slash(self, client, path):
        response = client.get(f"/api/v1/{path}?limit=3&x=%2F")

        assert response.status_code == 301
        assert response["Location"] == f"/api/v1/{path}/?limit=3&x=%2F"

    def test_is_not_invented(self, client, settings):
        assert client.get("/api/v1/nowhere").status_code == 404
        assert client.post("/api/v1/entries").status_code == 404
        settings.APPEND_SLASH = False
        assert client.get("/api/v1/entries").status_code == 404


class TestIndex:
    def test_names_the_resources(self, api):
        body = api().json()

        assert body["resources"]["entries"] == "http://testserver/api/v1/entries/"
        assert {"articles", "coins", "entries", "pages", "topics"} <= set(body["resources"])
        assert body["openapi"] == "http://testserver/api/v1/openapi.json"


class TestSiteOfItsOwn:
    """The site's REST framework settings forbid nearly everything (see tests/settings.py)."""

    def test_does_not_restrict_the_api(self, api):
        assert [api("entries/").status_code for _ in range(3)] == [200] * 3

    def test_is_not_changed_by_the_api(self, client, api):
        api("openapi.json")

        assert client.get("/own/").status_code == 200

    def test_finds_nothing_of_the_api_in_its_own_schema(self, api):
        from .site_api import site_schema

        before = site_schema()
        api("openapi.json")

        assert list(before["paths"]) == ["/own/"]
        assert before["openapi"] == "3.0.3"
        assert site_schema() == before
