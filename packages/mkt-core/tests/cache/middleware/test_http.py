"""What goes over the wire."""

import gzip
import time

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from mkt_core.cache import encodings
from mkt_core.cache.middleware import ResponseCacheMiddleware

BROTLI = encodings.brotli is not None


def test_the_second_visitor_gets_the_stored_response(fetch):
    first, first_state = fetch("/plain/")
    second, second_state = fetch("/plain/")

    assert (first_state, second_state) == ("miss", "hit")
    assert first.content == second.content == b"1 /plain/ "
    assert first["Content-Type"] == second["Content-Type"]
    assert second["Age"] == "0"
    assert "Age" not in first


def test_a_hit_costs_no_query(fetch, django_assert_num_queries, db):
    fetch("/plain/")

    with django_assert_num_queries(0):
        assert fetch("/plain/")[1] == "hit"


def test_a_hit_has_the_headers_of_the_response_and_not_those_of_one_answer(fetch):
    first, _ = fetch("/header-id/")
    second, state = fetch("/header-id/")

    assert state == "hit"
    assert first["X-Request-ID"] == "7"
    assert "X-Request-ID" not in second
    assert second["X-Kept"] == "1"
    assert second["X-Content-Type-Options"] == "nosniff"


def test_head_is_answered_from_the_response_to_get(fetch):
    get, _ = fetch("/plain/")
    head, state = fetch("/plain/", method="head")

    assert state == "hit"
    assert head.content == b""
    assert head["Content-Length"] == get["Content-Length"] == str(len(get.content))
    assert head["ETag"] == get["ETag"]


def test_head_stores_nothing(fetch):
    assert fetch("/plain/", method="head")[1] == "miss"
    assert fetch("/plain/", method="head")[1] == "miss"
    assert fetch("/plain/")[1] == "miss"


@pytest.mark.parametrize("prefix", ["", "W/"])
def test_who_has_it_already_is_told_so(fetch, prefix):
    etag = fetch("/plain/")[0]["ETag"]

    response, state = fetch("/plain/", if_none_match=f'"other", {prefix}{etag}')

    assert (response.status_code, response.content, state) == (304, b"", "hit")
    assert response["ETag"] == etag
    assert "Content-Type" not in response
    assert "Content-Length" not in response


def test_who_has_something_else_gets_all(fetch):
    fetch("/plain/")

    assert fetch("/plain/", if_none_match='"other"')[0].status_code == 200


def test_a_conditional_request_stores_the_whole_response(fetch):
    response, state = fetch("/plain/", if_none_match='"other"', range="bytes=0-1")

    assert (response.status_code, state) == (200, "miss")
    assert fetch("/plain/")[0].content == b"1 /plain/ "


def test_a_view_whose_response_is_not_stored_keeps_its_304(fetch):
    whole, state = fetch("/conditional/", if_none_match='"other"')
    response, _ = fetch("/conditional/", if_none_match='"own"')

    assert (whole.status_code, whole.content, state) == (200, b"for 127.0.0.1", "bypass:client")
    assert (response.status_code, response.content) == (304, b"")
    assert (response["ETag"], response["X-MKT-Cache"]) == ('"own"', "bypass:client")


@pytest.mark.parametrize("state", ["miss", "hit"])
def test_compresses_for_those_who_understand_it(fetch, state):
    plain = fetch("/long/")[0].content if state == "hit" else None

    response, found = fetch("/long/", accept_encoding="gzip, deflate")

    assert found == state
    assert response["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in response["Vary"]
    assert len(response.content) == int(response["Content-Length"])
    unpacked = gzip.decompress(response.content)
    assert unpacked == (plain or fetch("/long/")[0].content)


def test_every_encoding_has_its_own_etag(fetch):
    plain, packed = fetch("/long/")[0], fetch("/long/", accept_encoding="gzip")[0]

    assert plain["ETag"] != packed["ETag"]
    assert (
        fetch("/long/", if_none_match=plain["ETag"], accept_encoding="gzip")[0].status_code == 200
    )
    assert (
        fetch("/long/", if_none_match=packed["ETag"], accept_encoding="gzip")[0].status_code == 304
    )


def test_small_responses_are_not_compressed(fetch):
    response, _ = fetch("/plain/", accept_encoding="gzip")

    assert "Content-Encoding" not in response


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("", ("identity",)),
        ("gzip", ("gzip", "identity")),
        ("gzip, br", ("br", "gzip", "identity")),
        ("br;q=0.5, gzip;q=0.9", ("gzip", "br", "identity")),
        ("GZIP;q=0", ("identity",)),
        ("*", ("br", "gzip", "identity")),
        ("gzip;q=1.1.1", ("identity",)),
        ("deflate, zstd", ("identity",)),
    ],
)
def test_understands_accept_encoding(header, expected):
    assert encodings.accepted_encodings(header) == expected


@pytest.mark.skipif(not BROTLI, reason="brotli is optional")
def test_brotli_is_preferred(fetch):
    response, _ = fetch("/long/", accept_encoding="gzip, br")

    assert response["Content-Encoding"] == "br"
    assert encodings.brotli.decompress(response.content).startswith(b"1 <p>")


@pytest.mark.parametrize(
    ("path", "status"), [("/moved/", 301), ("/missing/", 404), ("/gone/", 410)]
)
def test_stores_what_will_stay(fetch, path, status):
    assert fetch(path)[1] == "miss"

    response, state = fetch(path)

    assert (response.status_code, state) == (status, "hit")


def test_a_missing_page_is_kept_for_a_short_time_only(fetch, monkeypatch):
    fetch("/missing/")
    now = time.time()
    monkeypatch.setattr("time.time", lambda: now + 11)
    monkeypatch.setattr("mkt_core.cache.store.guarded.now", lambda: now + 11)

    assert fetch("/missing/")[1] == "miss"


def test_browsers_ask_again_and_proxies_keep_nothing_unless_told(fetch, website):
    assert fetch("/plain/")[0]["Cache-Control"] == "public, max-age=0"

    website.MKT_CORE = {
        "CACHE_BROWSER_SECONDS": 5,
        "CACHE_PROXY_SECONDS": 60,
        "CACHE_STALE_SECONDS": 600.0,
    }

    assert fetch("/language/")[0]["Cache-Control"] == (
        "public, max-age=5, s-maxage=60, stale-while-revalidate=600, stale-if-error=600"
    )


def test_a_response_that_says_how_long_is_believed(fetch):
    assert fetch("/max-age-9/")[0]["Cache-Control"] == "max-age=9"
    assert fetch("/max-age-9/")[1] == "hit"


def test_tells_proxies_the_tags_if_they_fit(fetch, website):
    website.MKT_CORE = {"CACHE_TAG_HEADER": "Surrogate-Key", "CACHE_PROXY_SECONDS": 60}

    response, _ = fetch("/plain/")

    assert {"epoch", "sites"} <= set(response["Surrogate-Key"].split())

    website.MKT_CORE = {**website.MKT_CORE, "CACHE_TAG_HEADER_BYTES": 5}
    response, _ = fetch("/language/")

    assert "Surrogate-Key" not in response
    assert "s-maxage" not in response["Cache-Control"]


class TestQuery:
    def test_declared_arguments_are_part_of_the_key_in_any_order(self, fetch, website):
        website.MKT_CORE = {"CACHE_QUERY_ARGUMENTS": ["page", "q"]}

        assert fetch("/plain/?q=a&page=2")[1] == "miss"
        assert fetch("/plain/?page=2&q=a")[1] == "hit"
        assert fetch("/plain/?page=3&q=a")[1] == "miss"

    @pytest.mark.parametrize(
        "query", ["x=1", "page=1&x=1", "page", "page=" + "9" * 300, "%ff=1&page=1", "preview"]
    )
    def test_others_bypass(self, fetch, query):
        state = fetch(f"/plain/?{query}")[1]

        assert state == ("miss" if query == "page" else "bypass:query")

    def test_ten_thousand_junk_queries_store_nothing(self, fetch, website):
        for n in range(200):
            assert fetch(f"/plain/?junk{n}={n}")[1] == "bypass:query"

        assert store_entries() == 0

    def test_tracking_arguments_are_kept_from_the_page(self, fetch):
        first, state = fetch("/plain/?utm_source=me&fbclid=secret")

        assert state == "miss"
        assert first.content == b"1 /plain/ "
        assert fetch("/plain/?gclid=other")[0].content == b"1 /plain/ "
        assert fetch("/plain/")[1] == "hit"

    def test_redirects_keep_them(self, fetch):
        for expected in ("miss", "hit"):
            response, state = fetch("/moved/?utm_source=me")
            assert (response["Location"], state) == ("/plain/?a=1&utm_source=me", expected)
        assert fetch("/moved/")[0]["Location"] == "/plain/?a=1"
        assert fetch("/moved-away/?utm_source=me")[0]["Location"] == "https://elsewhere.example/"
        assert fetch("/plain?utm_source=me")[0]["Location"] == "/plain/?utm_source=me"

    def test_the_request_is_as_before_afterwards(self, rf, website):
        request = rf.get("/plain/?utm_source=me&page=2", headers={"if-none-match": '"1"'})
        before, seen = dict(request.META), []

        def view(request):
            seen.append((request.GET.urlencode(), request.headers.get("If-None-Match")))
            request.META["mkt.page_type"] = "x"
            return HttpResponse("")

        ResponseCacheMiddleware(view)(request)

        assert seen == [("page=2", None)]
        assert {**before, "mkt.page_type": "x"} == request.META
        assert request.GET.dict() == {"utm_source": "me", "page": "2"}
        assert request.headers["If-None-Match"] == '"1"'


def store_entries():
    from mkt_core.cache.store import get_store

    return get_store().status().entries


def test_hosts_are_kept_apart(fetch):
    assert fetch("/plain/", host="localhost")[1] == "miss"
    assert fetch("/plain/", host="other.example")[1] == "miss"
    assert fetch("/plain/", host="LOCALHOST")[1] == "hit"
    assert fetch("/plain/", host="localhost:8000")[1] == "miss"


def test_a_bad_host_is_none_of_our_business(fetch):
    response, state = fetch("/plain/", host="evil.example")

    assert (response.status_code, state) == (400, "bypass:host")


class Hosts(list):
    """Those of a site that asks somebody which ones it has."""


def test_a_host_is_looked_at_anew_after_a_change_of_settings(fetch, website):
    fetch("/plain/", host="other.example")
    website.ALLOWED_HOSTS = ["testserver"]

    assert fetch("/plain/", host="other.example")[1] == "bypass:host"


def test_a_host_is_looked_at_each_time_where_hosts_come_and_go(fetch, website):
    website.ALLOWED_HOSTS = Hosts(["testserver", "other.example"])
    fetch("/plain/", host="other.example")
    website.ALLOWED_HOSTS.remove("other.example")

    assert fetch("/plain/", host="other.example")[1] == "bypass:host"


def test_a_host_is_looked_at_each_time_where_a_proxy_may_name_it(fetch, website):
    website.USE_X_FORWARDED_HOST = True
    fetch("/plain/", host="localhost")

    answer = fetch("/plain/", host="localhost", x_forwarded_host="evil.example")

    assert answer[1] == "bypass:host"


def test_paths_are_kept_apart_whatever_is_in_them(fetch):
    paths = [
        f"/echo/{end}" for end in ("a", "a%3Fpage=1", "a?page=1", "a%23en", "a%0Ab", "a b", "ä")
    ]

    for path in paths:
        fetch(path)

    assert store_entries() == len(paths)


def test_languages_are_kept_apart(fetch, website):
    website.LANGUAGES = [("en", "English"), ("de", "German")]
    website.MIDDLEWARE = [*website.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]

    assert fetch("/language/", accept_language="de-AT,de;q=0.9")[0].content.endswith(b" de")
    assert fetch("/language/", accept_language="en")[0].content.endswith(b" en")
    assert fetch("/language/", accept_language="fr,de;q=0.5")[1] == "hit"
    assert fetch("/language/", cookie="django_language=de")[0].content.endswith(b" de")


def test_declared_headers_and_cookies_have_their_own_responses(fetch, website):
    website.MKT_CORE = {"CACHE_VARY_HEADERS": ["HX-Request"], "CACHE_VARY_COOKIES": ["colour"]}

    assert fetch("/htmx/", hx_request="true")[1] == "miss"
    assert fetch("/htmx/", hx_request="true")[1] == "hit"
    assert fetch("/htmx/")[1] == "miss"
    assert fetch("/cookie/", cookie="colour=red")[1] == "miss"
    assert fetch("/cookie/", cookie="colour=blue")[0].content.endswith(b"blue")
    assert fetch("/cookie/", cookie="colour=red; _ga=1")[1] == "hit"
    assert fetch("/cookie/", cookie="colour=" + "x" * 200)[1] == "bypass:vary"


def test_those_who_measure_learn_where_a_hit_came_from(website):
    from types import SimpleNamespace

    def view(request):
        request.META["mkt.page_type"] = "blog.PostPage"
        request.resolver_match = SimpleNamespace(route="<path:path>", url_name="wagtail_serve")
        request.routable_resolver_match = SimpleNamespace(route="^category/$")
        return HttpResponse("")

    middleware = ResponseCacheMiddleware(view)
    middleware(RequestFactory().get("/"))
    request = RequestFactory().get("/")

    assert middleware(request)["X-MKT-Cache"] == "hit"
    assert request.META["mkt.page_type"] == "blog.PostPage"
    assert (request.resolver_match.route, request.resolver_match.url_name) == (
        "<path:path>",
        "wagtail_serve",
    )
    assert request.routable_resolver_match.route == "^category/$"
    assert not any(name.startswith(":") for name in middleware(request).headers)
