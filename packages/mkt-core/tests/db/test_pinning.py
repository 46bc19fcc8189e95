import time

import pytest
from django.contrib.sessions.models import Session
from django.core import signing
from django.http import HttpResponse
from wagtail.models import Locale

from mkt_core.db import pinning

from .test_routing import seen, visit, write

pytestmark = pytest.mark.usefixtures("replicated")


def writing(**headers):
    def view(request):
        write()
        return HttpResponse(headers=headers)

    return view


@pytest.fixture
def cookies():
    """What the browser of somebody sends who has just written something."""
    return {"mkt_pin": visit(writing(), method="post").cookies["mkt_pin"].value}


def test_whoever_writes_reads_from_the_primary_later_on(cookies):
    assert seen(cookies=cookies) == "default"
    assert seen() == "replica"


def test_whoever_reads_gets_no_cookie():
    assert visit(lambda request: HttpResponse(Locale.objects.count()), method="post").cookies == {}


def test_the_pin_ends(cookies, monkeypatch):
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + 10.0 + pinning.CLOCK_SECONDS + 1)

    assert seen(cookies=cookies) == "replica"


@pytest.mark.parametrize("seconds", [-3600, -2, 2])
def test_clocks_that_differ_end_no_pin_too_early(cookies, monkeypatch, seconds):
    now = time.time()
    monkeypatch.setattr(signing.time, "time", lambda: now + seconds)

    assert seen(cookies=cookies) == "default"


@pytest.mark.parametrize("value", ["", "1", "1:abc:def", "1:" + "x" * 5000])
def test_nobody_pins_himself(value):
    assert seen(cookies={"mkt_pin": value}) == "replica"


def test_the_cookie_is_as_well_kept_as_that_of_a_session(settings):
    settings.SESSION_COOKIE_SECURE = True
    settings.SESSION_COOKIE_SAMESITE = "Strict"
    settings.SESSION_COOKIE_DOMAIN = "example.org"

    cookie = visit(writing(), method="post").cookies["mkt_pin"]

    assert cookie["httponly"]
    assert cookie["secure"]
    assert (cookie["samesite"], cookie["domain"], cookie["max-age"]) == (
        "Strict",
        "example.org",
        10,
    )


def test_no_cache_keeps_a_response_with_the_cookie():
    public = {"Cache-Control": "public, s-maxage=60", "Surrogate-Control": "max-age=60"}

    response = visit(writing(**public))

    assert response["Cache-Control"] == "private"
    assert "Surrogate-Control" not in response


def test_a_stricter_response_stays_as_it_is():
    assert visit(writing(**{"Cache-Control": "no-store"}))["Cache-Control"] == "no-store"


@pytest.mark.parametrize("label", ["wagtailcore.Locale", "wagtailcore"])
def test_writes_that_nobody_looks_at_pin_nobody(settings, label):
    settings.MKT_CORE = {**settings.MKT_CORE, "DATABASE_PIN_EXEMPT": [label]}

    assert visit(writing(), method="post").cookies == {}


def test_a_session_pins_nobody_since_it_is_read_from_the_primary_anyway():
    def view(request):
        Session.objects.filter(session_key="none").delete()
        return HttpResponse()

    assert visit(view, method="post").cookies == {}
