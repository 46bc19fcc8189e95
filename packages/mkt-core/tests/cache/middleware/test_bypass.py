"""What the cache has nothing to do with, and why."""

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.test import Client, RequestFactory

from mkt_core.cache.middleware import ResponseCacheMiddleware
from mkt_core.compat import DJANGO_6_0
from mkt_core.signals import response_cache_looked_up

from . import urls

REASONS = {
    "userbar": "hit",
    "lazy-user": "hit",
    "read-session": "hit",
    "show-messages": "hit",
    "agent": "hit",
    "htmx": "hit",
    "forwarded": "hit",
    "vary-origin": "hit",
    "nonce": "hit",
    "csrf": "bypass:csrf",
    "set-session": "bypass:session",
    "add-message": "bypass:messages",
    "address": "bypass:client",
    "cookie": "bypass:cookie",
    "cookies": "bypass:cookie",
    "csrf-cookie": "hit",
    "vary-cookie": "hit",
    "vary-all": "bypass:vary",
    "set-cookie": "bypass:set-cookie",
    "private": "bypass:private",
    "no-store": "bypass:private",
    "no-cache": "bypass:private",
    "max-age-0": "bypass:expired",
    "streaming": "bypass:streaming",
    "file": "bypass:streaming",
    "forbidden": "bypass:status",
    "found": "bypass:status",
    "refused": "bypass:visitor-name",
}


@pytest.mark.parametrize(("name", "expected"), REASONS.items())
def test_a_visitor_without_cookies(name, expected, fetch, db):
    fetch(f"/{name}/", client=Client())

    assert fetch(f"/{name}/", client=Client())[1] == expected


@pytest.mark.parametrize(
    ("name", "header", "reason"),
    [
        ("vary-cookie", {"cookie": "x=1"}, "vary"),
        ("vary-origin", {"origin": "https://a.example"}, "vary"),
        ("vary-agent", {"user_agent": "x"}, "vary"),
        ("htmx", {"hx_request": "true"}, "header"),
        ("forwarded", {"x_forwarded_for": "1.2.3.4"}, "header"),
    ],
)
@pytest.mark.parametrize("is_first", [True, False])
def test_a_response_is_for_those_without_a_header_if_it_depends_on_one(
    name, header, reason, is_first, fetch
):
    if not is_first:
        assert fetch(f"/{name}/")[1] == "miss"

    response, state = fetch(f"/{name}/", **header)

    assert state == f"bypass:{reason}"
    assert response.content.startswith(b"1 " if is_first else b"2 ")
    fetch(f"/{name}/")
    assert fetch(f"/{name}/")[1] == "hit"


@pytest.mark.parametrize(
    ("headers", "reason"),
    [
        ({"cookie": "sessionid=x"}, "session"),
        ({"cookie": "a=b; sessionid =x"}, "session"),
        ({"cookie": 'a="b; sessionid=x'}, "session"),
        ({"cookie": "messages=x"}, "messages"),
        ({"authorization": "Basic eDp5"}, "authorization"),
    ],
)
def test_a_request_with_something_personal(headers, reason, fetch, db):
    fetch("/plain/")

    response, state = fetch("/plain/", client=Client(), **headers)

    assert state == f"bypass:{reason}"
    assert response.content.startswith(b"2 ")
    assert response["Cache-Control"] == "private"
    assert fetch("/plain/")[0].content.startswith(b"1 ")


def test_the_csrf_cookie_read_by_a_view(fetch):
    assert fetch("/csrf-cookie/", cookie="csrftoken=" + "x" * 32)[1] == "bypass:csrf"


def test_cookies_of_others_do_not_matter(fetch):
    fetch("/plain/")

    assert fetch("/plain/", cookie="_ga=1; csrftoken=x; notsessionid=1")[1] == "hit"


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options"])
def test_other_methods(fetch, method):
    fetch("/plain/")

    assert fetch("/plain/", method=method)[1] == "bypass:method"


def test_a_large_response(fetch, website):
    website.MKT_CORE = {"CACHE_MAX_BODY_BYTES": 4999}

    assert fetch("/large/")[1] == "bypass:size"


def test_a_compressed_response(fetch, website):
    request = RequestFactory().get("/")

    def view(request):
        return HttpResponse(b"x", headers={"Content-Encoding": "gzip"})

    assert ResponseCacheMiddleware(view)(request)["X-MKT-Cache"] == "bypass:encoding"


def test_the_page_for_developers(fetch, website):
    website.DEBUG = True

    assert fetch("/missing/")[1] == "bypass:debug"


def test_a_preview_is_neither_stored_nor_answered(website):
    def view(request):
        return HttpResponse("live")

    def preview(request):
        request.is_preview = True
        return HttpResponse("draft")

    ResponseCacheMiddleware(view)(RequestFactory().get("/"))
    request = RequestFactory().get("/")
    request.is_dummy = True

    response = ResponseCacheMiddleware(preview)(request)

    assert (response.content, response["X-MKT-Cache"]) == (b"draft", "bypass:preview")
    response = ResponseCacheMiddleware(preview)(RequestFactory().get("/draft"))
    assert response["X-MKT-Cache"] == "bypass:preview"


@pytest.mark.parametrize("is_lazy", [True, False])
def test_somebody_known_without_a_cookie(website, is_lazy):
    def view(request):
        user = get_user_model()(username="remote")
        if is_lazy:
            request._cached_user = user
        else:
            request.user = user
        return HttpResponse("secret")

    response = ResponseCacheMiddleware(view)(RequestFactory().get("/"))

    assert response["X-MKT-Cache"] == "bypass:user"


def test_nobody_is_nobody(website):
    def view(request):
        request.user = AnonymousUser()
        return HttpResponse("open")

    assert ResponseCacheMiddleware(view)(RequestFactory().get("/"))["X-MKT-Cache"] == "miss"


def test_an_authenticated_server_variable(website):
    request = RequestFactory().get("/", REMOTE_USER="somebody")

    response = ResponseCacheMiddleware(lambda request: HttpResponse(""))(request)

    assert response["X-MKT-Cache"] == "bypass:authorization"


@pytest.mark.skipif(not DJANGO_6_0, reason="Django 6.0 brought nonces")
def test_a_used_nonce(fetch, website):
    from django.utils.csp import CSP

    website.SECURE_CSP = {"script-src": [CSP.SELF, CSP.NONCE]}
    website.MIDDLEWARE = [
        *website.MIDDLEWARE,
        "django.middleware.csp.ContentSecurityPolicyMiddleware",
    ]

    assert fetch("/nonce/")[1] == "bypass:nonce"
    assert fetch("/plain/")[1] == "miss"
    response, state = fetch("/plain/")
    assert (response["Content-Security-Policy"], state) == ("script-src 'self'", "hit")


def test_any_other_nonce(website):
    def view(request):
        return HttpResponse("", headers={"Content-Security-Policy": "script-src 'nonce-abc'"})

    response = ResponseCacheMiddleware(view)(RequestFactory().get("/"))

    assert response["X-MKT-Cache"] == "bypass:nonce"


def test_tells_everybody_what_happened(fetch):
    heard = []

    def hear(sender, state, reason, **kwargs):
        heard.append((state, reason))

    response_cache_looked_up.connect(hear)
    try:
        fetch("/plain/")
        fetch("/plain/")
        fetch("/csrf/")
        fetch("/plain/", method="post")
    finally:
        response_cache_looked_up.disconnect(hear)

    assert heard == [("miss", ""), ("hit", ""), ("bypass", "csrf"), ("bypass", "method")]


@pytest.mark.parametrize(
    "where",
    [
        "mkt_core.cache.serving.question_of",
        "mkt_core.cache.serving.get_store",
        "mkt_core.cache.serving.reason_not_to_store",
        "mkt_core.cache.serving.entries_of",
        "mkt_core.cache.serving.answer",
        "mkt_core.cache.local.find",
    ],
)
def test_an_error_in_the_cache_breaks_nothing(where, fetch, monkeypatch, caplog):
    def fail(*args, **kwargs):
        raise RuntimeError("broken cache")

    monkeypatch.setattr(where, fail)

    response, _ = fetch("/plain/")

    assert (response.status_code, response.content) == (200, b"1 /plain/ ")
    assert "broken cache" in caplog.text


def test_every_view_says_what_happened(website, db):
    client = Client(raise_request_exception=False)

    for name in urls.VIEWS:
        assert client.get(f"/{name}/")["X-MKT-Cache"]


def test_a_request_within_a_transaction(fetch, db, monkeypatch):
    """As in Django's TestCase: what it sees may never be committed."""
    fetch("/plain/")
    monkeypatch.undo()

    assert fetch("/plain/")[1] == "bypass:transaction"


def test_a_request_outside_of_any_transaction(fetch, autocommit, monkeypatch):
    fetch("/plain/")
    monkeypatch.undo()

    assert fetch("/plain/")[1] in ("hit", "miss")


def test_pages_under_development(website):
    """Django's context processor "debug" asks for the address; developers get another page than others."""
    website.DEBUG = True
    website.INTERNAL_IPS = ["127.0.0.1"]

    def ask(address):
        response = Client(REMOTE_ADDR=address).get("/debug-template/")
        return response["X-MKT-Cache"], b"for developers" in response.content

    answers = [ask(address) for address in ("127.0.0.1", "10.0.0.1", "127.0.0.1", "10.0.0.1")]

    assert answers == [("miss", True), ("miss", False), ("hit", True), ("hit", False)]
