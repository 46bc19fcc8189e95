"""Passwords cannot be guessed at full speed, and nobody is kept out by strangers."""

import re
import threading
from base64 import b64encode

import pytest
import time_machine
from asgiref.sync import async_to_sync
from django.contrib.auth import authenticate
from django.contrib.auth.models import User
from django.test import AsyncClient, RequestFactory

from mkt_core.accounts import devices
from mkt_core.accounts.throttle import logins_of, open_logins

WRONG = "password didn&#x27;t match"


def shown(response, name):
    """The page without what differs for everybody."""
    text = response.content.decode().replace(f'value="{name}"', "")
    return re.sub(r"[A-Za-z0-9]{64}", "", text)


class TestOneAddress:
    def test_sixth_attempt_waits(self, visitor):
        browser = visitor()

        statuses = browser.fail(6)

        assert statuses == [200] * 5 + [429]

    def test_form_says_how_long(self, visitor):
        browser = visitor()
        browser.fail(4)
        before = browser.log_in("wrong").content.decode()
        response = browser.log_in("wrong")

        text = response.content.decode()
        assert WRONG in before
        assert "Too many attempts. Try again in" in text
        assert WRONG not in text
        assert 0 < int(response["Retry-After"]) <= 60
        assert "no-store" in response["Cache-Control"]

    def test_right_password_is_refused_as_well(self, visitor):
        browser = visitor()
        browser.fail(5)

        assert browser.log_in("right").status_code == 429

    def test_right_password_is_let_in_after_the_wait(self, visitor):
        browser = visitor()
        with time_machine.travel(1_800_000_000, tick=False) as clock:
            browser.fail(5)
            wait = int(browser.log_in("right")["Retry-After"])
            clock.shift(wait)
            response = browser.log_in("right")

        assert response.status_code == 302

    def test_right_password_makes_a_fresh_start(self, visitor):
        browser = visitor()
        browser.fail(4)
        browser.log_in("right")

        assert browser.fail(5) == [200] * 5

    def test_other_accounts_go_on(self, visitor):
        User.objects.create_superuser("Otto", "otto@example.org", "right")
        browser = visitor()
        browser.fail(6)

        assert browser.log_in("right", "Otto").status_code == 302

    def test_many_accounts_are_too_much(self, visitor, settings, throttled):
        settings.MKT_CORE = {"LOGIN_ADDRESS_FAILURES": 7}
        browser = visitor()

        statuses = [browser.log_in("wrong", f"name-{number}").status_code for number in range(8)]

        assert statuses == [200] * 7 + [429]
        assert throttled == [("login", "login-address")]

    def test_logins_that_succeed_do_not_count(self, visitor, settings):
        settings.MKT_CORE = {"LOGIN_ADDRESS_FAILURES": 3}

        assert {visitor().log_in("right").status_code for _ in range(10)} == {302}

    def test_right_password_gives_an_address_nothing_back(self, visitor, settings):
        settings.MKT_CORE = {"LOGIN_ADDRESS_FAILURES": 3}
        visitor().fail(2, "somebody")
        assert visitor().log_in("right").status_code == 302
        visitor().fail(1, "somebody else")

        assert visitor().fail(1, "a third") == [429]

    def test_attempt_that_ends_in_an_error_counts(self, visitor, monkeypatch):
        def fall(*args, **kwargs):
            raise RuntimeError

        monkeypatch.setattr("django.contrib.auth.backends.ModelBackend.authenticate", fall)
        browser = visitor()
        browser.client.raise_request_exception = False

        assert browser.fail(6) == [500] * 5 + [429]

    def test_other_spellings_are_the_same_account(self, visitor):
        browser = visitor()

        statuses = [browser.log_in("wrong", name).status_code for name in ["Erika", "erika "] * 3]

        assert statuses == [200] * 5 + [429]

    def test_addresses_of_one_household_are_one(self, visitor):
        statuses = [visitor(f"2001:db8:1:2::{n}").fail(1)[0] for n in range(1, 7)]

        assert statuses == [200] * 5 + [429]


class TestUnknownNames:
    def test_are_answered_like_those_of_accounts(self, visitor):
        known, unknown = visitor("192.0.2.1"), visitor("192.0.2.2")

        with time_machine.travel(1_800_000_000, tick=False):
            answers = {
                name: [browser.log_in("wrong", name) for _ in range(6)]
                for name, browser in (("Erika", known), ("nobody", unknown))
            }

        seen = {
            name: [(answer.status_code, shown(answer, name)) for answer in responses]
            for name, responses in answers.items()
        }
        assert seen["Erika"] == seen["nobody"]


class TestStrangers:
    def test_from_many_addresses_wait_longer_and_longer(self, visitor, settings):
        settings.MKT_CORE = {"LOGIN_ACCOUNT_LIMITS": [(4, 60.0), (8, 600.0)]}
        waits = []
        with time_machine.travel(1_800_000_000, tick=False) as clock:
            for number in range(16):
                response = visitor(f"192.0.2.{number + 1}").log_in("wrong")
                if response.status_code == 429:
                    waits.append(int(response["Retry-After"]))
                    clock.shift(waits[-1])

        assert waits[0] == 15
        assert waits == sorted(waits)
        assert waits[-1] > 30

    def test_do_not_keep_a_known_browser_out(self, visitor, throttled):
        mine = visitor("198.51.100.1")
        assert mine.log_in("right").status_code == 302
        mine.client.post("/admin/logout/")
        for number in range(1, 30):
            visitor(f"192.0.2.{number}").fail(1)
        assert ("login", "login-account-1") in throttled

        # At another address than before, even.
        mine.client.defaults["REMOTE_ADDR"] = "203.0.113.9"

        assert mine.log_in("right").status_code == 302

    def test_cannot_make_up_the_cookie(self, visitor):
        mine = visitor("198.51.100.1")
        mine.log_in("right")
        value = mine.client.cookies[devices.COOKIE].value
        for number in range(1, 30):
            visitor(f"192.0.2.{number}").fail(1)
        stranger = visitor("203.0.113.1")
        stranger.client.cookies[devices.COOKIE] = value[:-1] + ("A" if value[-1] != "A" else "B")

        assert stranger.log_in("right").status_code == 429

    def test_who_stole_the_cookie_has_few_attempts(self, visitor):
        mine = visitor("198.51.100.1")
        mine.log_in("right")
        value = mine.client.cookies[devices.COOKIE].value
        statuses = []
        for number in range(1, 8):
            thief = visitor(f"192.0.2.{number}")
            thief.client.cookies[devices.COOKIE] = value
            statuses += thief.fail(1)

        assert statuses == [200] * 5 + [429] * 2


class TestDeviceCookie:
    def test_is_kept_from_scripts_and_names_nobody(self, visitor):
        browser = visitor()
        browser.log_in("right")

        cookie = browser.client.cookies[devices.COOKIE]

        assert cookie["httponly"]
        assert cookie["samesite"] == "Lax"
        assert "erika" not in cookie.value.casefold()

    def test_is_not_given_to_who_fails(self, visitor):
        browser = visitor()
        browser.fail(1)

        assert devices.COOKIE not in browser.client.cookies

    def test_is_good_for_so_many_days(self, visitor, settings):
        settings.MKT_CORE = {"LOGIN_DEVICE_DAYS": 2}
        request = RequestFactory().get("/")
        with time_machine.travel(1_800_000_000, tick=False) as clock:
            browser = visitor()
            browser.log_in("right")
            cookie = browser.client.cookies[devices.COOKIE]
            request.COOKIES[devices.COOKIE] = cookie.value
            clock.shift(2 * 86_400 - 1)
            assert devices.known_device(request, "erika")
            clock.shift(2)
            assert not devices.known_device(request, "erika")
        assert cookie["max-age"] == 2 * 86_400

    def test_is_for_the_account_that_was_let_in(self, visitor):
        User.objects.create_user("otto")
        browser = visitor()
        browser.client.get("/two-ways/?name=otto")
        request = RequestFactory().get("/")
        request.COOKIES[devices.COOKIE] = browser.client.cookies[devices.COOKIE].value

        assert devices.known_device(request, "otto")
        assert not devices.known_device(request, "erika")

    def test_can_be_switched_off(self, visitor, settings):
        settings.MKT_CORE = {"LOGIN_DEVICE_DAYS": 0}
        browser = visitor()
        browser.log_in("right")

        assert devices.COOKIE not in browser.client.cookies


class TestEveryLogin:
    def test_form_of_the_site(self, visitor):
        browser = visitor()
        responses = [browser.log_in("wrong", url="/login/") for _ in range(6)]

        assert [response.status_code for response in responses] == [200] * 5 + [429]
        assert "Too many attempts" in responses[-1].content.decode()

    def test_custom_form_of_the_admin(self, visitor, settings):
        settings.WAGTAILADMIN_USER_LOGIN_FORM = "tests.accounts.forms.BadgeForm"
        browser = visitor()
        responses = [browser.log_in("wrong", badge="7") for _ in range(6)]

        assert [response.status_code for response in responses] == [200] * 5 + [429]
        assert "Too many attempts" in responses[-1].content.decode()

    def test_view_without_a_form(self, visitor):
        client = visitor().client
        statuses = [
            client.post("/by-hand/", {"name": "Erika", "password": "wrong"}).status_code
            for _ in range(6)
        ]

        assert statuses == [403] * 5 + [429]

    def test_response_of_another_kind_is_left_alone(self, visitor):
        assert visitor().client.get("/drawn/").content == b"drawn"

    def test_credentials_with_every_request(self, visitor):
        client = visitor().client

        def ask(password):
            return client.get("/basic/", headers={"X-Name": "Erika", "X-Password": password})

        assert {ask("right").status_code for _ in range(12)} == {200}
        assert [ask("wrong").status_code for _ in range(6)] == [401] * 5 + [429]

    def test_asynchronous_view(self, visitor):
        async def ask():
            client = AsyncClient()
            answers = [
                await client.get(
                    "/async-basic/", headers={"X-Name": "Erika", "X-Password": "wrong"}
                )
                for _ in range(6)
            ]
            return [answer.status_code for answer in answers]

        # Runs what is synchronous in this thread, on the connection of this test.
        assert async_to_sync(ask)() == [401] * 5 + [429]

    def test_without_a_request_the_account_alone(self, visitor, settings):
        settings.MKT_CORE = {"LOGIN_ACCOUNT_LIMITS": [(3, 300.0)]}

        for _ in range(20):
            assert authenticate(None, username="Erika", password="right")
        for _ in range(3):
            assert authenticate(None, username="Erika", password="wrong") is None

        assert authenticate(None, username="Erika", password="right") is None

    def test_single_backend_needs_no_change_of_the_site(self, visitor, settings):
        settings.AUTHENTICATION_BACKENDS = ["mkt_core.accounts.backends.ThrottledModelBackend"]
        browser = visitor()

        assert browser.fail(6) == [200] * 5 + [429]
        assert visitor("192.0.2.9").log_in("right").status_code == 302

    def test_single_sign_on_is_none_of_it(self, visitor, throttled):
        for _ in range(20):
            authenticate(None, token="from elsewhere")

        assert throttled == []


class TestPasswordReset:
    def ask(self, browser, email="erika@example.org"):
        return browser.client.post("/admin/password_reset/", {"email": email})

    def test_fourth_mail_waits(self, visitor, mailoutbox, throttled):
        browser = visitor()
        responses = [self.ask(browser) for _ in range(4)]

        assert [response.status_code for response in responses] == [302, 302, 302, 429]
        assert len(mailoutbox) == 3
        assert "Too many attempts. Try again in 20 minutes." in responses[-1].content.decode()
        assert int(responses[-1]["Retry-After"]) <= 1200
        assert throttled == [("password_reset", "password-reset")]

    def test_addresses_nobody_has_are_answered_alike(self, visitor, mailoutbox):
        browser = visitor()

        statuses = [self.ask(browser, "nobody@example.org").status_code for _ in range(4)]

        assert statuses == [302, 302, 302, 429]
        assert mailoutbox == []

    def test_many_addresses_from_one_client_wait(self, visitor, settings):
        settings.MKT_CORE = {"PASSWORD_RESETS_PER_ADDRESS": 5}
        browser = visitor()

        statuses = [self.ask(browser, f"n{n}@example.org").status_code for n in range(6)]

        assert statuses == [302] * 5 + [429]


class TestWithoutItsCache:
    @pytest.fixture(autouse=True)
    def _away(self, visitor, settings, closed_port):
        settings.CACHES = {
            "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
            "away": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": f"redis://127.0.0.1:{closed_port}/0",
            },
        }

    def test_everybody_may_try(self, visitor, settings, caplog):
        settings.MKT_CORE = {"RATE_LIMIT_CACHE_ALIAS": "away"}
        browser = visitor()

        assert browser.fail(7) == [200] * 7
        assert browser.log_in("right").status_code == 302
        assert "Rate limits cannot be counted" in caplog.text

    def test_or_nobody_if_the_site_says_so(self, visitor, settings):
        settings.MKT_CORE = {"RATE_LIMIT_CACHE_ALIAS": "away", "LOGIN_WITHOUT_CACHE": "closed"}

        assert visitor().log_in("right").status_code == 429


def test_eight_at_once_are_no_way_around(visitor, monkeypatch):
    """The password is looked at five times, however many try at the same moment."""
    from django.contrib.auth.backends import ModelBackend

    looked, gate = [], threading.Barrier(8)
    monkeypatch.setattr(
        ModelBackend, "authenticate", lambda *args, **kwargs: looked.append(1) and None
    )

    def attempt():
        request = RequestFactory().post("/")
        open_logins(request)
        gate.wait()
        authenticate(request, username="Erika", password="wrong")

    threads = [threading.Thread(target=attempt) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(looked) == 5


def test_basic_header_of_rest_framework(visitor):
    """Its request wraps Django's."""
    from rest_framework.authentication import BasicAuthentication
    from rest_framework.exceptions import AuthenticationFailed
    from rest_framework.request import Request

    token = b64encode(b"Erika:wrong").decode()
    for _ in range(6):
        request = RequestFactory().get("/", headers={"Authorization": f"Basic {token}"})
        open_logins(request)
        with pytest.raises(AuthenticationFailed):
            BasicAuthentication().authenticate(Request(request))

    assert logins_of(request).refusal.rule.name == "login"
