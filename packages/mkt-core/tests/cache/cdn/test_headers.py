"""What proxies are told about a response: never to keep what no purge would reach."""

import time

import pytest

from mkt_core.cache import local

from .conftest import cloudflare, fastly, varnish

PROXIED = {"CACHE_PROXY_SECONDS": 60, "CACHE_STALE_SECONDS": 600.0}


@pytest.fixture
def proxied(website):
    """``proxied(**settings)``: proxies may keep responses for a minute."""
    website.ROOT_URLCONF = "tests.cache.cdn.urls"

    def change(**values):
        website.MKT_CORE = {**PROXIED, **values}

    change()
    return change


def seconds_of(response):
    """The time a proxy may keep it; None if it is not told any."""
    parts = dict(part.strip().partition("=")[::2] for part in response["Cache-Control"].split(","))
    return int(parts["s-maxage"]) if "s-maxage" in parts else None


class TestTagHeaders:
    def test_are_those_that_the_cdns_read(self, fetch, proxied, make_cdn):
        cdn = make_cdn()
        proxied(CACHE_CDN={"a": fastly(cdn), "b": cloudflare(cdn), "c": varnish(cdn)})

        response, _ = fetch("/plain/")

        assert response["Surrogate-Key"] == response["xkey"] == "epoch sites"
        assert response["Cache-Tag"] == "epoch,sites"

    def test_several_can_be_named(self, fetch, proxied, make_cdn):
        proxied(CACHE_TAG_HEADER=["X-Tags", "Cache-Tag"], CACHE_CDN={"a": fastly(make_cdn())})

        response, _ = fetch("/plain/")

        assert (response["X-Tags"], response["Cache-Tag"]) == ("epoch sites", "epoch,sites")
        assert "Surrogate-Key" not in response

    def test_there_are_none_without_a_cdn(self, fetch, proxied):
        response, _ = fetch("/plain/")

        assert not {"Surrogate-Key", "Cache-Tag", "xkey"} & set(response.headers)

    def test_hundreds_of_tables_fit(self, fetch, proxied):
        proxied(CACHE_TAG_HEADER="Surrogate-Key")

        response, _ = fetch("/rich/")

        assert len(response["Surrogate-Key"].split()) == 202
        assert len(response["Surrogate-Key"]) < 3000
        assert seconds_of(response) == 60

    def test_what_does_not_fit_is_not_kept(self, fetch, proxied):
        proxied(CACHE_TAG_HEADER="Surrogate-Key", CACHE_TAG_HEADER_BYTES=2000)

        response, _ = fetch("/rich/")

        assert "Surrogate-Key" not in response
        assert seconds_of(response) is None


class TestLifetime:
    def test_proxies_may_revalidate_and_help_out(self, fetch, proxied):
        assert fetch("/plain/")[0]["Cache-Control"] == (
            "public, max-age=0, s-maxage=60, stale-while-revalidate=600, stale-if-error=600"
        )

    @pytest.mark.parametrize("name", ["Surrogate-Control", "CDN-Cache-Control"])
    def test_browsers_need_not_know(self, name, fetch, proxied):
        proxied(CACHE_PROXY_HEADER=name)

        for _ in range(2):
            response, _ = fetch("/plain/")
            assert response["Cache-Control"] == "public, max-age=0"
            assert response[name] == ("max-age=60, stale-while-revalidate=600, stale-if-error=600")

    def test_who_has_it_already_is_told_anew(self, fetch, proxied):
        proxied(CACHE_PROXY_HEADER="Surrogate-Control")
        etag = fetch("/plain/")[0]["ETag"]

        response, _ = fetch("/plain/", if_none_match=etag)

        assert response.status_code == 304
        assert response["Surrogate-Control"].startswith("max-age=60")

    def test_a_proxy_has_its_time_from_the_moment_it_asks(self, fetch, proxied, monkeypatch):
        fetch("/plain/")
        now = time.time()
        monkeypatch.setattr("time.time", lambda: now + 200)

        response, state = fetch("/plain/")

        assert state == "hit"
        # A minute less 200 seconds would be none at all.
        assert "Age" not in response

    def test_what_has_an_end_is_not_kept_beyond_it(self, fetch, proxied):
        for _ in range(2):
            response, _ = fetch("/due-soon/")
            assert 0 < seconds_of(response) <= 20
            assert "stale" not in response["Cache-Control"]
        assert response["Age"] == "0"

    def test_a_missing_page_is_kept_for_a_short_time_only(self, fetch, proxied):
        response, _ = fetch("/missing/")

        assert 0 < seconds_of(response) <= 10
        assert "stale" not in response["Cache-Control"]

    def test_a_page_that_says_how_long_is_believed_and_ages(self, fetch, proxied):
        fetch("/own/")

        response, _ = fetch("/own/")

        assert response["Cache-Control"] == "public, s-maxage=30"
        assert "Age" in response


class TestPrivacy:
    @pytest.mark.parametrize(
        "path", ["/plain/?unknown=1", "/found/", "/personal/", "/streaming/", "/forbidden/"]
    )
    def test_what_is_not_for_everybody_is_for_no_proxy(self, path, fetch, proxied):
        response, state = fetch(path)

        assert state.startswith("bypass:")
        assert response["Cache-Control"] == "private"

    def test_sites_without_proxies_are_left_alone(self, fetch, proxied, website):
        website.MKT_CORE = {}

        assert "Cache-Control" not in fetch("/found/")[0]

    @pytest.mark.usefixtures("autocommit")
    def test_what_changed_during_the_render_is_kept_by_nobody(self, fetch, proxied):
        proxied(CACHE_TAG_HEADER="Surrogate-Key")

        response, state = fetch("/overtaken/")

        assert state == "miss"
        assert response["Cache-Control"] == "private"
        assert "Surrogate-Key" not in response
        assert fetch("/overtaken/")[1] == "miss"


def test_no_process_gives_out_unasked_what_a_proxy_would_keep(fetch, proxied):
    for seconds, kept in [(0, True), (60, False)]:
        proxied(CACHE_LOCAL_SECONDS=2.0, CACHE_PROXY_SECONDS=seconds)
        local.forget()
        fetch("/plain/")
        assert fetch("/plain/")[1] == "hit"

        assert bool(local._entries) is kept


class TestVary:
    def test_a_header_that_nobody_sent_is_named(self, fetch, proxied):
        assert "Hx-Request" in fetch("/htmx/")[0]["Vary"]

    def test_declared_variants_are_named_where_they_matter(self, fetch, proxied):
        proxied(CACHE_VARY_HEADERS=["HX-Request"], CACHE_VARY_COOKIES=["colour"])

        assert fetch("/htmx/", hx_request="true")[0]["Vary"] == "Hx-Request"
        assert fetch("/cookie/", cookie="colour=red")[0]["Vary"] == "Cookie"
        assert "Vary" not in fetch("/plain/")[0]

    @pytest.mark.parametrize("path", ["/htmx/", "/cookie/", "/vary-origin/"])
    def test_cloudflare_does_not_read_it_and_must_not_keep_them(
        self, path, fetch, proxied, make_cdn
    ):
        proxied(CACHE_VARY_COOKIES=["colour"], CACHE_CDN={"a": cloudflare(make_cdn())})

        assert seconds_of(fetch(path)[0]) is None
        assert seconds_of(fetch("/plain/")[0]) == 60

    def test_others_do(self, fetch, proxied, make_cdn):
        proxied(CACHE_CDN={"a": fastly(make_cdn())})

        assert seconds_of(fetch("/htmx/")[0]) == 60
