"""What each CDN is asked."""

import json
from itertools import chain

import pytest

from mkt_core.cache.cdn.base import PurgeFailed, PurgeRefused, TagBackend, Undelivered
from mkt_core.cache.cdn.cloudflare import CloudflareTags
from mkt_core.cache.cdn.configuration import backends, options_of
from mkt_core.cache.cdn.fastly import FastlyTags
from mkt_core.cache.cdn.purge import Purge
from mkt_core.cache.cdn.varnish import VarnishTags
from mkt_core.cache.tags import told_to_proxies

from .conftest import TOKEN, cloudflare, fastly, varnish

CLASSES = {
    "fastly": (FastlyTags, fastly),
    "cloudflare": (CloudflareTags, cloudflare),
    "varnish": (VarnishTags, varnish),
}
YES = (200, {}, b'{"success": true}')


def make(name, cdn, **options):
    backend_class, entry = CLASSES[name]
    return backend_class(name, options_of(entry(cdn, **options)))


def tags(number):
    return frozenset(f"page:{n}" for n in range(number))


class TestFastly:
    @pytest.mark.parametrize(("soft", "header"), [(False, None), (True, "1")])
    def test_purges_keys(self, soft, header, make_cdn):
        cdn = make_cdn()

        make("fastly", cdn, SOFT=soft).purge_tags(["image:1", "page:7"])

        [request] = cdn.requests
        assert (request.method, request.path) == ("POST", "/service/SU1Z0isxPaozGVKXdv0eY/purge")
        assert request.headers["Surrogate-Key"] == "image:1 page:7"
        assert request.headers["Fastly-Key"] == TOKEN
        assert request.headers["Fastly-Soft-Purge"] == header

    def test_at_most_256_keys_a_call(self, make_cdn):
        cdn = make_cdn()

        make("fastly", cdn).deliver(Purge(tags=tags(600)))

        calls = [request.headers["Surrogate-Key"].split() for request in cdn.requests]
        assert [len(keys) for keys in calls] == [256, 256, 88]
        assert frozenset(chain(*calls)) == tags(600)

    def test_purges_everything(self, make_cdn):
        cdn = make_cdn()

        make("fastly", cdn).deliver(Purge(everything=True))

        [request] = cdn.requests
        assert request.path == "/service/SU1Z0isxPaozGVKXdv0eY/purge_all"

    def test_everything_softly_is_what_every_response_carries(self, make_cdn):
        cdn = make_cdn()

        make("fastly", cdn, SOFT=True).deliver(Purge(everything=True))

        [request] = cdn.requests
        assert request.path.endswith("/purge")
        assert request.headers["Surrogate-Key"] == "epoch"
        assert request.headers["Fastly-Soft-Purge"] == "1"


class TestCloudflare:
    def test_purges_tags(self, make_cdn):
        cdn = make_cdn(YES)

        make("cloudflare", cdn).purge_tags(["image:1", "page:7"])

        [request] = cdn.requests
        assert (request.method, request.path) == (
            "POST",
            "/client/v4/zones/023e105f4ecef8ad/purge_cache",
        )
        assert json.loads(request.body) == {"tags": ["image:1", "page:7"]}
        assert request.headers["Authorization"] == f"Bearer {TOKEN}"

    def test_at_most_100_tags_a_call(self, make_cdn):
        cdn = make_cdn(YES)

        make("cloudflare", cdn).deliver(Purge(tags=tags(250)))

        calls = [json.loads(request.body)["tags"] for request in cdn.requests]
        assert [len(given) for given in calls] == [100, 100, 50]
        assert frozenset(chain(*calls)) == tags(250)

    def test_purges_everything(self, make_cdn):
        cdn = make_cdn(YES)

        make("cloudflare", cdn).deliver(Purge(everything=True))

        assert json.loads(cdn.requests[0].body) == {"purge_everything": True}

    @pytest.mark.parametrize(
        ("body", "error", "text"),
        [
            (
                b'{"success": false, "errors": [{"code": 10000, "message": "x"}]}',
                PurgeRefused,
                "10000",
            ),
            (b'{"success": false}', PurgeRefused, "none"),
            (b"<html>", PurgeFailed, "not JSON"),
        ],
    )
    def test_a_no_is_heard_although_the_status_is_200(self, body, error, text, make_cdn):
        with pytest.raises(error, match=text):
            make("cloudflare", make_cdn((200, {}, body))).purge_tags(["page:7"])


class TestVarnish:
    @pytest.mark.parametrize(
        ("options", "method", "header"),
        [
            ({}, "PURGE", "xkey-purge"),
            ({"SOFT": True}, "PURGE", "xkey-softpurge"),
            ({"METHOD": "XKEY"}, "XKEY", "xkey-purge"),
        ],
    )
    def test_purges_keys(self, options, method, header, make_cdn):
        cdn = make_cdn()

        make("varnish", cdn, HEADERS={"X-Purge-Token": TOKEN}, **options).purge_tags(["a", "b"])

        [request] = cdn.requests
        assert (request.method, request.path) == (method, "/")
        assert request.headers[header] == "a b"
        assert request.headers["X-Purge-Token"] == TOKEN

    def test_keys_fit_into_one_header_of_varnish(self, make_cdn):
        cdn = make_cdn()

        make("varnish", cdn).deliver(Purge(tags=tags(900)))

        sizes = [len(request.headers["xkey-purge"]) for request in cdn.requests]
        assert len(sizes) > 1
        assert max(sizes) <= 4000

    def test_nothing_to_purge_is_fine(self, make_cdn):
        make("varnish", make_cdn(404)).purge_tags(["page:7"])

    def test_everything_is_what_every_response_carries(self, make_cdn):
        cdn = make_cdn()

        make("varnish", cdn).deliver(Purge(everything=True))

        assert cdn.requests[0].headers["xkey-purge"] == "epoch"


@pytest.mark.parametrize("name", CLASSES)
class TestErrors:
    @pytest.mark.parametrize("status", [429, 500, 502, 503])
    def test_worth_another_attempt(self, name, status, make_cdn):
        with pytest.raises(PurgeFailed, match=f"HTTP {status}"):
            make(name, make_cdn(status)).purge_tags(["page:7"])

    @pytest.mark.parametrize("status", [400, 401, 403, 405])
    def test_not_worth_it(self, name, status, make_cdn):
        with pytest.raises(PurgeRefused, match=f"HTTP {status}"):
            make(name, make_cdn(status)).purge_tags(["page:7"])

    def test_no_redirect_is_followed(self, name, make_cdn):
        elsewhere = make_cdn()

        with pytest.raises(PurgeRefused, match="redirect"):
            make(name, make_cdn((307, {"Location": elsewhere.url}, b""))).purge_tags(["page:7"])

        assert elsewhere.requests == []

    def test_a_server_that_hangs_is_given_up(self, name, make_cdn, settings):
        settings.MKT_CORE = {"CACHE_CDN_TIMEOUT_SECONDS": 0.1}

        with pytest.raises(PurgeFailed, match="Timeout"):
            make(name, make_cdn("hang")).purge_tags(["page:7"])

    def test_nobody_listens(self, name, make_cdn, closed_port):
        backend = make(name, make_cdn())
        where = "LOCATION" if name == "varnish" else "BASE_URL"
        backend = make(name, make_cdn(), **{where: f"http://127.0.0.1:{closed_port}"})

        with pytest.raises(PurgeFailed, match="ConnectionError"):
            backend.purge_tags(["page:7"])


@pytest.mark.parametrize(("given", "expected"), [("7", 7.0), ("99999", 600.0), ("soon", None)])
def test_hears_how_long_to_wait(given, expected, make_cdn):
    with pytest.raises(PurgeFailed) as caught:
        make("fastly", make_cdn((429, {"Retry-After": given}, b""))).purge_tags(["page:7"])

    assert caught.value.retry_after_seconds == expected


def test_what_was_told_before_an_error_is_not_told_again(make_cdn):
    backend = make("fastly", make_cdn(200, 503, 200))

    with pytest.raises(Undelivered) as caught:
        backend.deliver(Purge(tags=tags(600)))

    assert len(caught.value.rest.tags) == 600 - 256
    assert not caught.value.is_final


def test_credentials_of_netrc_do_not_replace_the_token(make_cdn, tmp_path, monkeypatch):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login me password mine\n")
    monkeypatch.setenv("NETRC", str(netrc))
    cdn = make_cdn(YES)

    make("cloudflare", cdn).purge_tags(["page:7"])

    assert cdn.requests[0].headers["Authorization"] == f"Bearer {TOKEN}"


@pytest.mark.parametrize("name", CLASSES)
def test_secrets_are_not_shown(name, make_cdn):
    backend = make(name, make_cdn(), **({"HEADERS": {"X": TOKEN}} if name == "varnish" else {}))

    assert TOKEN not in repr(backend) + repr(backend.options)


class OwnCdn(TagBackend):
    header = "Own-Tags"
    most_tags = 2
    calls = []

    def purge_tags(self, tags):
        self.calls.append(list(tags))

    def purge_everything(self):
        self.calls.append("everything")


class TestOwnBackend:
    def test_is_given_tags_in_batches(self, configure, monkeypatch):
        monkeypatch.setattr(OwnCdn, "calls", [])
        configure(own={"BACKEND": f"{__name__}.OwnCdn", "COLOUR": "red"})

        backends()["own"].deliver(Purge(tags=frozenset("abc")))
        backends()["own"].deliver(Purge(everything=True))

        assert OwnCdn.calls == [["a", "b"], ["c"], "everything"]

    def test_one_that_cannot_be_made_keeps_no_other_away(self, configure, make_cdn, caplog):
        configure(
            own={"BACKEND": f"{__name__}.OwnCdn"},
            gone={"BACKEND": "nowhere.Cdn"},
            wrong=fastly(make_cdn(), TOKEN=None),
        )

        assert list(backends()) == ["own"]
        assert [record.args[0] for record in caplog.records] == ["gone", "wrong"]


class TestTagText:
    @pytest.mark.parametrize("tag", ["page:7", "epoch", "listing:12:category:news"])
    def test_short_ones_stay(self, tag):
        assert told_to_proxies(tag) == tag

    def test_long_ones_are_digests_that_differ(self):
        long = [f"col:wagtailcore_page.live|wagtailcore_page.path=000100{n:02}" for n in range(99)]

        texts = {told_to_proxies(tag) for tag in long}

        assert len(texts) == 99
        assert {len(text) for text in texts} == {11}
        assert all(text == text.lower() for text in texts)

    @pytest.mark.parametrize("tag", ["a,b", "a b", "ä", "x" * 300, "row:x:a,b\n"])
    def test_fits_into_any_header(self, tag):
        text = told_to_proxies(tag)

        assert text.isascii()
        assert text.isprintable()
        assert not set(text) & {",", " "}
