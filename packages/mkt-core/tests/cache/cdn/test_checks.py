"""What ``manage.py check`` says about CDNs."""

import re
from pathlib import Path

import pytest

import mkt_core
from mkt_core.cache.cdn import checks
from mkt_core.cache.cdn.base import TagBackend
from mkt_core.cache.cdn.checks import check_cdn

from ...backends import DUMMY
from ..middleware.conftest import CACHE
from .conftest import TOKEN

FASTLY = {
    "BACKEND": "mkt_core.cache.cdn.fastly.FastlyTags",
    "SERVICE_ID": "SU1Z0",
    "TOKEN": TOKEN,
}
VARNISH = {
    "BACKEND": "mkt_core.cache.cdn.varnish.VarnishTags",
    "LOCATION": "http://cache.internal:6081/",
}
HTTP_CACHE = {
    "default": {
        "BACKEND": "wagtail.contrib.frontend_cache.backends.HTTPBackend",
        "LOCATION": "http://127.0.0.1:1/",
    }
}


@pytest.fixture
def messages(settings):
    """``messages(cdn=…, CACHE_…=…)``: ids and texts for these settings."""
    settings.MIDDLEWARE = [CACHE]

    def check(*, cdns=None, **values):
        settings.MKT_CORE = {"CACHE_CDN": cdns or {}, "CACHE_PROXY_SECONDS": 60, **values}
        found = check_cdn()
        assert all(message.hint for message in found)
        assert TOKEN not in repr(found)
        return [(message.id.removeprefix("mkt_core."), message.msg) for message in found]

    return check


def test_good_settings(messages):
    assert messages(cdns={"fastly": FASTLY, "varnish": VARNISH}) == []


def test_none(messages, settings):
    settings.MIDDLEWARE = []

    assert messages(CACHE_PROXY_SECONDS=0) == []


@pytest.mark.parametrize(
    ("params", "number", "text"),
    [
        ({}, "E040", "['BACKEND'] is missing."),
        ({"BACKEND": 7}, "E040", "is missing"),
        ({"BACKEND": "nowhere.Cdn"}, "E040", "cannot be imported"),
        ({"BACKEND": "datetime.date"}, "E040", "is datetime.date, which is no"),
        (FASTLY | {"SERVICEID": "x"}, "E041", "has the unknown key 'SERVICEID'"),
        ({"BACKEND": FASTLY["BACKEND"], "SERVICE_ID": "x"}, "E041", "lacks the key 'TOKEN'"),
        (FASTLY | {"TOKEN": [TOKEN]}, "E041", "['TOKEN'] must be str, not list"),
        (FASTLY | {"SOFT": 1}, "E041", "['SOFT'] must be bool, not int"),
        (FASTLY | {"BASE_URL": "api.fastly.com"}, "E042", "is no address"),
        (FASTLY | {"BASE_URL": "https://x:99999999"}, "E042", "is no address"),
        (FASTLY | {"BASE_URL": "http://api.fastly.com"}, "E042", "unencrypted"),
        (FASTLY | {"BASE_URL": f"https://me:{TOKEN}@x.example"}, "E042", "a password"),
        (VARNISH | {"LOCATION": ""}, "E042", "is no address"),
        (VARNISH | {"METHOD": "PURGE IT"}, "E042", "no method"),
    ],
)
def test_a_cdn_that_cannot_be_used(params, number, text, messages):
    [(found, message)] = messages(cdns={"here": params})

    assert found == number
    assert message.startswith("MKT_CORE['CACHE_CDN']['here']")
    assert text in message


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "[::1]:8000"])
def test_a_token_may_stay_on_this_machine(host, messages):
    assert messages(cdns={"fastly": FASTLY | {"BASE_URL": f"http://{host}"}}) == []


@pytest.mark.parametrize(
    "values",
    [
        {"CACHE_CDN_TIMEOUT_SECONDS": 0.0},
        {"CACHE_CDN_MAX_TAGS": 0},
        {"CACHE_CDN_RETRY_SECONDS": -1.0},
        {"CACHE_CDN_EXIT_SECONDS": -1.0},
    ],
)
def test_numbers(values, messages):
    [(number, message)] = messages(**values)

    assert number == "E043"
    assert next(iter(values)) in message


def test_another_header(messages):
    [(number, message)] = messages(cdns={"fastly": FASTLY}, CACHE_TAG_HEADER="Cache-Tag")

    assert number == "W044"
    assert "Surrogate-Key" in message
    assert messages(cdns={"fastly": FASTLY}, CACHE_TAG_HEADER=["surrogate-key", "x"]) == []


def test_without_the_middleware(messages, settings):
    settings.MIDDLEWARE = []

    assert [number for number, _ in messages(cdns={"fastly": FASTLY})] == ["W045"]


def test_a_cdn_that_keeps_nothing(messages):
    found = messages(cdns={"fastly": FASTLY}, CACHE_PROXY_SECONDS=0)

    assert [number for number, _ in found] == ["W046"]


def test_a_process_that_would_not_ask(messages):
    assert [number for number, _ in messages(CACHE_LOCAL_SECONDS=1.0)] == ["W048"]
    assert messages(CACHE_LOCAL_SECONDS=1.0, CACHE_PROXY_SECONDS=0) == []


def test_wagtail_makes_whoever_publishes_wait(messages, settings):
    settings.WAGTAILFRONTENDCACHE = HTTP_CACHE
    assert [number for number, _ in messages()] == ["W047"]

    settings.TASKS = {"default": {"BACKEND": DUMMY}}
    assert messages() == []


def test_settings_that_cannot_be_read_are_told_elsewhere(settings):
    settings.MKT_CORE = {"CACHE_CDN": {"fastly": "token"}}

    assert check_cdn() == []


class Picky(TagBackend):
    @classmethod
    def problems(cls, name, params):
        from mkt_core.conf import SettingProblem

        return [SettingProblem(kind="value", message=f"{name} is wrong.", hint="Right it.")]


def test_a_backend_of_the_site_checks_for_itself(messages):
    assert messages(cdns={"own": {"BACKEND": f"{__name__}.Picky"}}) == [("E042", "own is wrong.")]


def test_readme_lists_them():
    source = Path(checks.__file__).read_text()
    readme = (Path(mkt_core.__file__).parents[2] / "README.md").read_text()
    found = set(re.findall(r'"mkt_core\.([EW]\d{3})"|"(E\d{3})"', source))
    numbers = {first or second for first, second in found}

    assert numbers == {"E040", "E041", "E042", "E043", "W044", "W045", "W046", "W047", "W048"}
    assert [number for number in numbers if f"`mkt_core.{number}`" not in readme] == []
