import logging
import re
import time

import pytest

from mkt_core.logging import JsonFormatter, TextFormatter
from mkt_core.logging.redaction import Redactor, current_redactor

SECRET = "hUnter2-s3cret"
JWT = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N"


def redacted(text, **settings):
    return current_redactor().text(text)


class TestNamedValues:
    @pytest.mark.parametrize(
        "text",
        [
            f"password={SECRET}",
            f"PASSWORD = {SECRET}",
            f"Password: {SECRET}, next",
            f"db_password={SECRET}&x=1",
            f"passwd={SECRET}",
            f"user_pwd={SECRET}",
            f'{{"password": "{SECRET}"}}',
            f"{{'password': '{SECRET} and more'}}",
            f"{{'password': b'{SECRET}'}}",
            f'"{{\\"token\\": \\"{SECRET}\\"}}"',
            f"password=['{SECRET}']",
            f"secret = ('{SECRET}', 1)",
            f"https://example.com/?token={SECRET}&x=1",
            f"https://example.com/?x=1&api_key={SECRET}",
            f"X-Api-Key: {SECRET}",
            f"api key: {SECRET}",
            f"AWS_SECRET_ACCESS_KEY={SECRET}",
            f"sessionid={SECRET}; path=/",
            f"csrftoken={SECRET}",
            f"csrfmiddlewaretoken={SECRET}",
            f"Authorization: Basic {SECRET}",
            f"Authorization: Token {SECRET}",
            f'Authorization: Digest username="ann", response="{SECRET}"',
            f"Cookie: a=b; other={SECRET}",
            f"Set-Cookie: other={SECRET}; HttpOnly",
            f"{{'HTTP_COOKIE': 'a=b; other={SECRET}'}}",
            f"{{'HTTP_AUTHORIZATION': 'Basic {SECRET}'}}",
            f"private_key={SECRET}",
            f"Signature={SECRET}",
            f"host=db user=mkt password={SECRET} sslmode=require",
            f"password => {SECRET}",
            f"İ password={SECRET}",
            f"password='unclosed {SECRET}",
            f"token: '{SECRET}\\'{SECRET}'",
        ],
    )
    def test_is_not_written(self, text):
        found = redacted(text)

        assert SECRET not in found
        assert "[redacted]" in found

    def test_what_stands_around_it_is(self):
        assert redacted(f"GET /?a=1&token={SECRET}&b=2 took 3 ms") == (
            "GET /?a=1&token=[redacted]&b=2 took 3 ms"
        )

    @pytest.mark.parametrize(
        "text",
        [
            "Order 5 has been paid",
            "status=ok, rows: 12, at https://example.com/feed/5",
            "Forbidden (CSRF token missing.): contact/",
            "Session data corrupted",
            "GET blog/<slug:slug>/ 200 1.5 ms 17 bytes cache=hit",
            "mkt_core.logging.access, mkt_monitoring_counters_of_requests",
            "wagtail_localize_something_very_long is missing",
            "Cookies are fine",
            "ann@example.com paid with 4111 1111 1111 1111",
            "",
        ],
    )
    def test_other_texts_stay_as_they_are(self, text):
        assert redacted(text) == text

    def test_twice_is_as_good_as_once(self):
        once = redacted(f"password={SECRET} token={SECRET}")

        assert redacted(once) == once


class TestLooks:
    @pytest.mark.parametrize(
        "secret",
        [
            f"Bearer {SECRET}",
            f"bearer {SECRET}",
            JWT,
            "wagtail_4fGh7KqLmN2pRsTvWxYz8aBcDeFg",
            "mkt_4fGh7KqLmN2pRsTvWxYz8aBcDeFg",
            "mktapi_4f7KqLmN2pRsTvWxYz8aBcDeFg",
            "wagtail-4f7KqLmN2pRsTvWxYz8aBcDeFg",
            "ghp_16C7e42F292c6912E7710c838347Ae178B4a",
            "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
            "AKIAIOSFODNN7EXAMPLE",
            f"-----BEGIN RSA PRIVATE KEY-----\n{SECRET}\n-----END RSA PRIVATE KEY-----",
        ],
    )
    def test_is_not_written_wherever_it_stands(self, secret):
        found = redacted(f"got {secret} from somewhere")

        assert secret.split()[-1] not in found
        assert found.endswith(" from somewhere")

    @pytest.mark.parametrize(
        "url",
        [
            f"postgres://mkt:{SECRET}@db:5432/site",
            f"redis://:{SECRET}@cache:6379/0",
            f"https://ann:{SECRET}@example.com/x",
            f"postgres://mkt:p@{SECRET}@db/site",
        ],
    )
    def test_user_names_and_passwords_in_urls(self, url):
        found = redacted(f"cannot connect to {url}.")

        assert SECRET not in found
        assert found.startswith("cannot connect to ")
        assert "://[redacted]@" in found

    def test_addresses_if_the_site_wants_it(self, settings):
        settings.MKT_CORE = {"LOG_REDACT_EMAILS": True}

        assert redacted("mail to ann.b+c@mail.example.com failed") == "mail to [redacted] failed"

    @pytest.mark.parametrize(
        "card",
        ["4111111111111111", "4111 1111 1111 1111", "5500-0000-0000-0004", "378282246310005"],
    )
    def test_cards_if_the_site_wants_it(self, settings, card):
        settings.MKT_CORE = {"LOG_REDACT_CARDS": True}

        assert redacted(f"paid with {card}.") == "paid with [redacted]."

    @pytest.mark.parametrize("number", ["4111111111111112", "1234567890", "1700000000.4111111111"])
    def test_other_numbers_are_no_cards(self, settings, number):
        settings.MKT_CORE = {"LOG_REDACT_CARDS": True}

        assert redacted(f"id {number}") == f"id {number}"

    def test_patterns_of_the_site(self, settings):
        settings.MKT_CORE = {"LOG_REDACTED_PATTERNS": [r"\bIBAN \w+"]}

        assert redacted("to IBAN DE02120300000000202051 now") == "to [redacted] now"

    def test_keys_of_the_site(self, settings):
        settings.MKT_CORE = {"LOG_MORE_REDACTED_KEYS": ["Patient-Name"]}

        assert redacted("patient_name=Ann") == "patient_name=[redacted]"
        assert redacted("token=abc") == "token=[redacted]"

    def test_broken_settings_take_out_no_less(self, settings):
        settings.MKT_CORE = {"LOG_REDACTED_PATTERNS": ["("]}

        assert redacted("password=abc of ann@example.com") == "password=[redacted] of [redacted]"


class TestRecords:
    def line(self, message, *args, formatter=None, **extra):
        logger = logging.getLogger("shop")
        exc_info = extra.pop("exc_info", None)
        record = logger.makeRecord(
            "shop", logging.INFO, "x.py", 1, message, args, exc_info, extra=extra or None
        )
        return (formatter or JsonFormatter()).format(record)

    @pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter("%(message)s")])
    def test_message_with_arguments(self, formatter):
        assert SECRET not in self.line("%s=%s", "password", SECRET, formatter=formatter)

    @pytest.mark.parametrize("formatter", [JsonFormatter(), TextFormatter("%(message)s")])
    def test_error_and_stack_trace(self, formatter):
        try:
            raise RuntimeError(f"cannot log in with password={SECRET}")
        except RuntimeError as error:
            info = (type(error), error, error.__traceback__)

        text = self.line("failed", exc_info=info, formatter=formatter)

        assert "RuntimeError" in text
        assert f"password={SECRET}" not in text
        assert "password=[redacted]" in text

    @pytest.mark.parametrize(
        "labels",
        [
            {"password": SECRET},
            {"X_API_KEY": 12345678},
            {"headers": {"Authorization": f"Basic {SECRET}"}},
            {"query": f"token={SECRET}"},
            {"url": f"https://ann:{SECRET}@example.com"},
            {"ecs": {"url.full": f"https://example.com/?token={SECRET}"}},
        ],
    )
    def test_labels(self, labels):
        text = self.line("hello", **labels)

        assert SECRET not in text
        assert "12345678" not in text

    def test_half_a_secret_is_not_written_where_a_text_was_cut(self):
        text = self.line("x" * 32_760 + f" token={'S3' * 200} " + "y" * 100_000)

        assert "S3S3" not in text


class TestTime:
    @pytest.mark.parametrize(
        "text",
        [
            "password" * 8000,
            "password=" * 8000,
            "a=" * 32_000,
            "://" * 20_000,
            "://a@" * 12_000,
            "eyJ" * 20_000,
            "eyJaaaaaa." * 6000,
            "a@" * 30_000,
            "a." * 30_000 + "@",
            "4 " * 30_000,
            "wagtail_" * 8000,
            "mkt_" + "a" * 60_000,
            "token:" + "'" * 60_000,
            "cookie: " * 8000,
            "-----BEGIN PRIVATE KEY-----" * 2000,
            "token" + "_" * 60_000,
            "bearer " * 9000,
        ],
    )
    def test_is_in_proportion_to_the_text(self, text):
        redactor = Redactor(["password", "token", "cookie"], emails=True, cards=True)
        before = time.process_time()

        redactor.text(text)

        # A few milliseconds; quadratic time would be minutes.
        assert time.process_time() - before < 2


def test_every_default_key_is_its_own_pattern():
    from mkt_core.conf import core_settings

    for key in core_settings.current.LOG_REDACTED_KEYS:
        assert redacted(f"{key}={SECRET}") == f"{key}=[redacted]"
        assert re.fullmatch(r"[a-z_]+", key)
