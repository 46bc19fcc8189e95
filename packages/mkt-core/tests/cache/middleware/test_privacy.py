"""No byte of one visitor's response reaches another: many visitors in random order, with and without the cache."""

import random
import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from mkt_core.cache.store import get_store
from mkt_core.compat import DJANGO_6_0

from . import urls
from .conftest import CACHE

PATHS = [
    *(
        "plain",
        "long",
        "language",
        "userbar",
        "lazy-user",
        "csrf",
        "set-session",
        "read-session",
        "missing",
    ),
    *(
        "add-message",
        "show-messages",
        "nonce",
        "address",
        "forwarded",
        "cookie",
        "cookies",
        "csrf-cookie",
    ),
    *(
        "htmx",
        "vary-cookie",
        "vary-origin",
        "set-cookie",
        "private",
        "no-store",
        "moved",
        "gone",
        "found",
    ),
]
QUERIES = ["", "", "", "?page=2", "?utm_source={secret}", "?x={secret}"]


class Visitor:
    """Somebody with cookies, headers and an address of their own, all of which hold their name."""

    def __init__(self, name, rng):
        self.name = name
        self.client = Client()
        self.headers = {"user-agent": name}
        self.address = f"10.0.0.{rng.randrange(1, 250)}"
        if rng.random() < 0.4:
            self.headers["x-forwarded-for"] = name
        if rng.random() < 0.4:
            self.headers["origin"] = f"https://{name}.example"
        if rng.random() < 0.4:
            self.headers["hx-request"] = name
        if rng.random() < 0.5:
            self.headers["accept-language"] = rng.choice(["de", "en", "fr, de;q=0.5", "*"])
        if rng.random() < 0.5:
            self.headers["accept-encoding"] = "gzip"
        if rng.random() < 0.4:
            self.client.cookies["colour"] = name
        if rng.random() < 0.3:
            self.client.cookies["django_language"] = rng.choice(["de", "en", "xx"])
        if rng.random() < 0.2:
            self.headers["authorization"] = f"Bearer {name}"

    def get(self, path):
        return self.client.get(path, headers=self.headers, REMOTE_ADDR=self.address)


def without_chance(content):
    """Numbers of renders and tokens differ from one response to the next."""
    text = re.sub(r"^\d+ ", "", content.decode(errors="replace"))
    return re.sub(r"^(/(?:csrf|nonce)/\S*) \S{10,}", r"\1 …", text)


def without_cache(settings):
    settings.MIDDLEWARE = [path for path in settings.MIDDLEWARE if path != CACHE]


def plain_body(response):
    import gzip

    return (
        gzip.decompress(response.content)
        if response.get("Content-Encoding") == "gzip"
        else response.content
    )


@pytest.mark.parametrize("seed", range(3))
def test_privacy_machine(seed, website, db):
    website.LANGUAGES = [("en", "English"), ("de", "German")]
    middleware = ["django.middleware.locale.LocaleMiddleware"]
    if DJANGO_6_0:
        from django.utils.csp import CSP

        website.SECURE_CSP = {"script-src": [CSP.NONCE]}
        middleware.append("django.middleware.csp.ContentSecurityPolicyMiddleware")
    website.MIDDLEWARE = cached = [*website.MIDDLEWARE, *middleware]
    rng = random.Random(seed)
    visitors = [Visitor(f"secret{n}x", rng) for n in range(8)]
    for n, visitor in enumerate(visitors[:3]):
        visitor.client.force_login(
            get_user_model().objects.create(username=visitor.name, pk=1000 + n)
        )
    states = set()

    for _ in range(250):
        visitor = rng.choice(visitors)
        path = f"/{rng.choice(PATHS)}/{rng.choice(QUERIES).format(secret=visitor.name)}"
        cookies = visitor.client.cookies.output()
        response = visitor.get(path)
        states.add(response["X-MKT-Cache"])

        text = str(response.headers) + plain_body(response).decode()
        for other in visitors:
            assert other is visitor or other.name not in text, (path, response["X-MKT-Cache"])
        if (
            "message" not in path
            and "session" not in path
            and "csrf" not in path
            and "utm" not in path
        ):
            assert_as_without_cache(website, cached, visitor, path, response, cookies)

    assert {"hit", "miss", "bypass:query", "bypass:client", "bypass:csrf"} <= states
    assert get_store().status().entries > 10


def assert_as_without_cache(website, cached, visitor, path, response, cookies):
    # A visit must not change what the next one shows.
    before = visitor.client.cookies.copy()
    website.MIDDLEWARE = [name for name in cached if name != CACHE]
    twin = Client()
    twin.cookies = before
    expected = twin.get(path, headers=visitor.headers, REMOTE_ADDR=visitor.address)
    website.MIDDLEWARE = cached
    assert response.status_code == expected.status_code, path
    assert without_chance(plain_body(response)) == without_chance(plain_body(expected)), (
        path,
        response["X-MKT-Cache"],
        visitor.headers,
    )
    assert response.get("Location") == expected.get("Location")
    assert response.get("Content-Language") == expected.get("Content-Language")


def test_every_view_is_visited():
    assert set(PATHS) <= set(urls.VIEWS)
