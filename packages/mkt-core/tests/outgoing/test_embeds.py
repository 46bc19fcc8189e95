import json

import pytest
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.embeds.finders import get_finders

from mkt_core.outgoing import AddressRefused
from mkt_core.outgoing.embeds import SafeOEmbedFinder

from .test_client import answer

VIDEO = {"type": "video", "title": "A talk", "html": "<iframe></iframe>", "cache_age": "60"}


def finder(port, path="/oembed.{format}"):
    endpoint = f"http://127.0.0.1:{port}{path}"
    providers = [{"endpoint": endpoint, "urls": [r"^https://video\.example/.+$"]}]
    return SafeOEmbedFinder(providers, {"dnt": 1})


def find(port):
    return finder(port).find_embed("https://video.example/1?a=b&c", 400)


def test_gives_what_wagtail_stores(serve):
    server = serve(answer(json.dumps(VIDEO).encode()))
    found = find(server.port)

    assert (found["type"], found["title"], found["html"]) == (
        "video",
        "A talk",
        "<iframe></iframe>",
    )
    assert found["cache_until"] is not None
    path = server.requests[0].split()[1].decode()
    assert path == (
        "/oembed.json?dnt=1&url=https%3A%2F%2Fvideo.example%2F1%3Fa%3Db%26c&format=json&maxwidth=400"
    )


def test_a_photo_becomes_an_image(serve):
    photo = {"type": "photo", "url": 'https://a/"><script>', "title": None}
    found = find(serve(answer(json.dumps(photo).encode())).port)

    assert found["html"] == '<img src="https://a/&quot;&gt;&lt;script&gt;" alt="">'
    assert found["title"] == ""


@pytest.mark.parametrize(
    "raw",
    [
        answer(b"{}"),
        answer(b"[]"),
        answer(b'{"type": 1}'),
        answer(b"<html>"),
        answer(b"[" * 100_000),
        answer(b"", "404 Not Found"),
        answer(b"", "302 Found", Location="http://169.254.169.254/"),
        answer(b" " * 300_000),
        b"",
    ],
)
def test_anything_else_is_an_embed_that_was_not_found(serve, raw):
    with pytest.raises(EmbedNotFoundException):
        find(serve(raw).port)


@pytest.mark.parametrize("age", ["nonsense", None, 1e400, 10**30])
def test_a_strange_age_does_no_harm(serve, age):
    body = json.dumps({**VIDEO, "cache_age": age}).encode()
    assert find(serve(answer(body)).port)["type"] == "video"


def test_a_provider_within_ones_own_network_is_not_asked(serve, settings):
    server = serve(answer(json.dumps(VIDEO).encode()))
    settings.MKT_CORE = {"OUTGOING_PORTS": [server.port]}

    with pytest.raises(EmbedNotFoundException) as caught:
        find(server.port)
    assert isinstance(caught.value.__cause__, AddressRefused)
    assert not server.requests


def test_wagtail_uses_it(serve, settings):
    server = serve(answer(json.dumps(VIDEO).encode()))
    endpoint = f"http://127.0.0.1:{server.port}/oembed"
    settings.WAGTAILEMBEDS_FINDERS = [
        {
            "class": "mkt_core.outgoing.embeds.SafeOEmbedFinder",
            "providers": [{"endpoint": endpoint, "urls": [r"^https://video\.example/.+$"]}],
        }
    ]
    get_finders.cache_clear()
    try:
        (found,) = get_finders()
        assert found.accept("https://video.example/1")
        assert found.find_embed("https://video.example/1")["html"] == "<iframe></iframe>"
    finally:
        get_finders.cache_clear()
