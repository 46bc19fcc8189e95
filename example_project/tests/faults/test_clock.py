"""The clock of the host jumps by an hour, forwards or back: nobody is locked out, nothing is stale for an hour.

Where Redis counts (``REDIS_URL``) it is its own clock that counts, which no jump of ours reaches.
"""

import pytest
import time_machine
from django.contrib.auth import get_user_model
from django.contrib.auth.tokens import default_token_generator
from django.core.cache import cache
from django.test import Client

from mkt_core.accounts import devices
from mkt_core.cache import local, serving, store
from mkt_core.ratelimit import Rule, hit, peek, reset

pytestmark = [pytest.mark.fault, pytest.mark.django_db]

HOUR = 3600
NOON = 1_800_000_000
JUMPS = pytest.mark.parametrize("jump", [HOUR, -HOUR], ids=["an hour on", "an hour back"])


@pytest.fixture(autouse=True)
def _no_attempts():
    cache.clear()


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=True) as traveller:
        yield traveller


@pytest.fixture
def editor(db):
    return get_user_model().objects.create_superuser("erika", "erika@example.org", "right")


def log_in(client, password="right"):
    return client.post("/admin/login/", {"username": "erika", "password": password})


@JUMPS
def test_sessions_go_on(clock, editor, client, jump):
    assert log_in(client).status_code == 302

    clock.shift(jump)

    assert client.get("/admin/").status_code == 200


@JUMPS
def test_known_browser_stays_known(clock, editor, client, jump):
    log_in(client)
    request = type(
        "Request", (), {"COOKIES": {devices.COOKIE: client.cookies[devices.COOKIE].value}}
    )
    before = devices.known_device(request, "erika")

    clock.shift(jump)

    assert before
    assert devices.known_device(request, "erika") == before


@JUMPS
def test_link_to_a_new_password_goes_on(clock, editor, jump):
    token = default_token_generator.make_token(editor)

    clock.shift(jump)

    assert default_token_generator.check_token(editor, token)


@JUMPS
def test_limit_keeps_nobody_out_longer_than_its_period(clock, jump):
    rule = Rule("clock", limit=5, period_seconds=60)
    reset(rule, "somebody")
    while hit(rule, "somebody").allowed:
        pass

    clock.shift(jump)
    decision = peek(rule, "somebody")

    assert decision.allowed or 0 < decision.retry_after_seconds <= 60


@JUMPS
def test_login_that_was_refused_is_not_refused_for_an_hour(clock, editor, client, jump):
    while log_in(client, "wrong").status_code != 429:
        pass

    clock.shift(jump)
    response = log_in(client)

    assert response.status_code == 302 or int(response["Retry-After"]) <= 300


@pytest.fixture
def page(monkeypatch, client, settings):
    """The home page through the response cache: how often it was rendered."""
    from home.models import HomePage

    settings.MKT_CORE = {"CACHE_SECONDS": 300.0, "CACHE_STALE_SECONDS": 600.0}
    # The tests' own transaction is none of a visitor's, and early refreshes happen by chance.
    monkeypatch.setattr(serving, "is_in_transaction", lambda: False)
    monkeypatch.setattr(serving.random, "random", lambda: 0.0)
    store.forget_stores()
    local.forget()

    def ask():
        response = Client().get("/")
        assert response.status_code == 200
        return response["X-MKT-Cache"]

    yield ask
    assert HomePage.objects.exists()
    store.forget_stores()


@JUMPS
def test_page_is_rendered_anew_when_its_time_is_over(clock, page, jump):
    page()
    assert page() == "hit"

    clock.shift(jump)
    page()
    # Its five minutes and the ten more that it may be given out while somebody renders it.
    clock.shift(901)

    assert page() == "miss"


def test_page_of_the_future_is_not_given_out(clock, page):
    page()
    assert page() == "hit"

    clock.shift(-HOUR)

    assert page() == "miss"
    assert page() == "hit"
