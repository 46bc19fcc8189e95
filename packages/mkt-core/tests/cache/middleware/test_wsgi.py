"""The door in front of Django."""

import gzip
import logging

import pytest
from django.core.wsgi import get_wsgi_application
from django.test import RequestFactory

from mkt_core.cache.store import bump
from mkt_core.signals import response_cache_looked_up
from mkt_core.wsgi import cached

from .conftest import CACHE

# Django looks at its connections when a request begins and ends.
pytestmark = pytest.mark.django_db


class Answer:
    def __init__(self, application, path, **environ):
        request = RequestFactory().get(path, **environ)
        self.django = 0
        body = application(request.environ, self.start)
        self.body = b"".join(body)
        getattr(body, "close", lambda: None)()

    def start(self, status, headers):
        self.status, self.headers = status, dict(headers)
        self.state = self.headers["X-MKT-Cache"]


class Site:
    """The site behind the door; knows how often Django was asked."""

    def __init__(self):
        self.asked = 0
        self._django = get_wsgi_application()
        self._door = cached(self)

    def __call__(self, environ, start_response):
        self.asked += 1
        return self._django(environ, start_response)

    def get(self, path, **environ):
        return Answer(self._door, path, **environ)


@pytest.fixture
def site(website):
    return Site()


def test_answers_hits_and_nothing_else(site):
    first, second = site.get("/long/"), site.get("/long/")

    assert (first.state, second.state, site.asked) == ("miss", "hit", 1)
    assert (first.body, first.status) == (second.body, second.status)
    assert set(second.headers) == {*first.headers, "Age"}
    differing = {name for name in first.headers if first.headers[name] != second.headers[name]}
    assert differing == {"X-MKT-Cache"}


def test_a_hit_looks_like_one_of_the_middleware(website):
    site, django = Site(), get_wsgi_application()
    for path in ("/plain/", "/long/", "/missing/", "/moved/?utm_source=x", "/header-id/"):
        site.get(path)
        for extra in (
            {},
            {"HTTP_ACCEPT_ENCODING": "gzip"},
            {"HTTP_IF_NONE_MATCH": "*"},
            {"REQUEST_METHOD": "HEAD"},
        ):
            door, middleware = site.get(path, **extra), Answer(django, path, **extra)
            assert door.state == middleware.state == "hit"
            assert (door.status, door.body) == (middleware.status, middleware.body)
            assert door.headers == middleware.headers


@pytest.mark.parametrize(
    ("path", "environ", "state"),
    [
        ("/plain/", {"HTTP_COOKIE": "sessionid=x"}, "bypass:session"),
        ("/plain/", {"HTTP_AUTHORIZATION": "x"}, "bypass:authorization"),
        ("/plain/", {"REQUEST_METHOD": "POST"}, "bypass:method"),
        ("/plain/?x=1", {}, "bypass:query"),
        ("/plain/", {"HTTP_HOST": "evil.example"}, "bypass:host"),
        ("/htmx/", {"HTTP_HX_REQUEST": "1"}, "bypass:header"),
        ("/csrf/", {}, "bypass:csrf"),
    ],
)
def test_everything_else_is_for_the_middleware(path, environ, state, site):
    site.get(path.partition("?")[0])
    site.get(path.partition("?")[0])
    before = site.asked

    assert site.get(path, **environ).state == state
    assert site.asked == before + 1


def test_a_change_opens_it(site):
    site.get("/plain/")
    bump({"epoch"})

    assert site.get("/plain/").state == "miss"


def test_compressed(site):
    site.get("/long/")

    answer = site.get("/long/", HTTP_ACCEPT_ENCODING="gzip")

    assert answer.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(answer.body).startswith(b"1 ")


def test_adds_what_the_middleware_in_front_would(website):
    website.MIDDLEWARE = ["mkt_core.middleware.RequestIdMiddleware", *website.MIDDLEWARE]
    website.SECURE_HSTS_SECONDS = 60
    site = Site()
    secure = {"wsgi.url_scheme": "https"}
    site.get("/plain/", **secure)

    answers = [site.get("/plain/", **secure) for _ in range(2)]

    assert site.asked == 1
    assert answers[0].headers["Strict-Transport-Security"] == "max-age=60"
    assert answers[0].headers["X-Request-ID"] != answers[1].headers["X-Request-ID"]


def test_a_hit_has_the_line_of_a_rendered_page(website, caplog):
    caplog.set_level(logging.INFO, "mkt_core.access")
    website.MIDDLEWARE = [
        "mkt_core.middleware.RequestIdMiddleware",
        "mkt_core.logging.access.AccessLogMiddleware",
        *website.MIDDLEWARE,
    ]
    site = Site()

    for _ in range(2):
        site.get("/long/")

    miss, hit = (record for record in caplog.records if record.name == "mkt_core.access")
    assert site.asked == 1
    assert (miss.cache, hit.cache) == ("miss", "hit")
    assert miss.route == hit.route == "long/"
    assert miss.ecs.keys() == hit.ecs.keys()


def test_leaves_the_redirect_to_https_to_django(website):
    site = Site()
    site.get("/plain/")
    website.SECURE_SSL_REDIRECT = True
    redirecting = Site()

    request = RequestFactory().get("/plain/")
    statuses = []
    redirecting._door(request.environ, lambda status, headers: statuses.append(status))

    assert statuses == ["301 Moved Permanently"]


def test_stays_open_if_unknown_middleware_would_be_skipped(website, caplog):
    website.MIDDLEWARE = ["django.middleware.gzip.GZipMiddleware", *website.MIDDLEWARE]
    site = Site()

    site.get("/plain/")

    assert site.get("/plain/").state == "hit"
    assert site.asked == 2
    assert "GZipMiddleware" in caplog.text


def test_stays_open_without_the_middleware(website):
    website.MIDDLEWARE = [path for path in website.MIDDLEWARE if path != CACHE]
    door = cached(lambda environ, start_response: [b"django"])

    assert door(RequestFactory().get("/plain/").environ, None) == [b"django"]


def test_an_error_leaves_it_open(site, monkeypatch, caplog):
    site.get("/plain/")
    monkeypatch.setattr("mkt_core.wsgi.get_store", lambda: 1 / 0)

    assert site.get("/plain/").state == "hit"
    assert site.asked == 2
    assert "The front door failed" in caplog.text


def test_tells_of_hits(site):
    heard = []

    def hear(sender, state, **kwargs):
        heard.append((sender.__name__, state))

    site.get("/plain/")
    response_cache_looked_up.connect(hear)
    try:
        site.get("/plain/")
    finally:
        response_cache_looked_up.disconnect(hear)

    assert heard == [("FrontDoor", "hit")]
