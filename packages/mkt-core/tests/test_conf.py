from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.test import override_settings
from django.utils.translation import gettext_lazy

from mkt_core.conf import AppSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class Schema:
    PAGE_SIZE: int = 20
    RATIO: float = 0.5
    TITLE: str = "Blog"
    OPEN: bool = False
    NETWORKS: tuple[str, ...] = ()
    WORDS: list[str] = field(default_factory=list)
    BLOCKS: dict[str, str | None] = field(default_factory=dict)
    LIMITS: dict[str, list[int]] = field(default_factory=dict)
    TOKEN: str | None = None
    SOURCES: list[str] | None = None
    MODE: Literal["open", "closed"] = "open"
    PAIR: tuple[str, int] = ("a", 1)
    HOOK: Callable[[], None] | None = None
    ANYTHING: Any = None


@pytest.fixture
def app_settings():
    return AppSettings("MKT_TESTS", Schema)


def problem(settings, app_settings, value):
    settings.MKT_TESTS = value
    [only] = app_settings.problems()
    return only


class TestCurrent:
    def test_gives_the_defaults_when_the_setting_is_absent(self, app_settings):
        assert app_settings.current == Schema()

    def test_gives_what_the_site_says(self, app_settings, settings):
        settings.MKT_TESTS = {"PAGE_SIZE": 5}

        assert app_settings.current.PAGE_SIZE == 5
        assert app_settings.current.TITLE == "Blog"

    def test_follows_override_settings_both_ways(self, app_settings):
        assert app_settings.current.PAGE_SIZE == 20

        with override_settings(MKT_TESTS={"PAGE_SIZE": 7}):
            assert app_settings.current.PAGE_SIZE == 7

        assert app_settings.current.PAGE_SIZE == 20

    def test_is_read_once(self, app_settings):
        assert app_settings.current is app_settings.current

    def test_names_the_nearest_known_key_of_an_unknown_one(self, app_settings, settings):
        settings.MKT_TESTS = {"PAGESIZE": 5}

        with pytest.raises(ImproperlyConfigured, match=r"'PAGESIZE'\. Did you mean 'PAGE_SIZE'\?"):
            _ = app_settings.current

    def test_refuses_a_value_of_the_wrong_type(self, app_settings, settings):
        settings.MKT_TESTS = {"PAGE_SIZE": "many"}

        with pytest.raises(ImproperlyConfigured, match=r"\['PAGE_SIZE'\] must be int, not str"):
            _ = app_settings.current

    def test_recovers_once_the_setting_is_right(self, app_settings, settings):
        settings.MKT_TESTS = {"PAGE_SIZE": "many"}
        with pytest.raises(ImproperlyConfigured):
            _ = app_settings.current

        settings.MKT_TESTS = {"PAGE_SIZE": 3}

        assert app_settings.current.PAGE_SIZE == 3

    @pytest.mark.parametrize("given", [["a", "b"], ("a", "b")])
    def test_gives_a_sequence_in_the_container_of_its_annotation(
        self, app_settings, settings, given
    ):
        settings.MKT_TESTS = {"NETWORKS": given, "WORDS": given, "SOURCES": given}

        assert app_settings.current.NETWORKS == ("a", "b")
        assert app_settings.current.WORDS == ["a", "b"]
        assert app_settings.current.SOURCES == ["a", "b"]

    def test_reads_nothing_before_it_is_asked(self, settings):
        settings.MKT_TESTS = "no dictionary at all"

        AppSettings("MKT_TESTS", Schema)


class TestProblems:
    def test_is_empty_for_good_values(self, app_settings, settings):
        settings.MKT_TESTS = {
            "RATIO": 1,
            "TITLE": gettext_lazy("Blog"),
            "NETWORKS": ["10.0.0.0/8"],
            "BLOCKS": {"code": "a.b", "html": None},
            "LIMITS": {"a": [1, 2]},
            "TOKEN": None,
            "SOURCES": ["x"],
            "MODE": "closed",
            "PAIR": ["a", 2],
            "HOOK": print,
            "ANYTHING": object(),
        }

        assert app_settings.problems() == []

    @pytest.mark.parametrize("value", [5, "text", None, ["PAGE_SIZE"], {"PAGE_SIZE"}])
    def test_tells_what_is_no_dictionary(self, app_settings, settings, value):
        assert problem(settings, app_settings, value).startswith("MKT_TESTS must be a dictionary")

    @pytest.mark.parametrize(
        ("key", "value", "message"),
        [
            ("PAGE_SIZE", "5", "['PAGE_SIZE'] must be int, not str."),
            ("PAGE_SIZE", True, "['PAGE_SIZE'] must be int, not bool."),
            ("PAGE_SIZE", 5.0, "['PAGE_SIZE'] must be int, not float."),
            ("RATIO", "0.5", "['RATIO'] must be float, not str."),
            ("TITLE", None, "['TITLE'] must be str, not None."),
            ("TITLE", b"x", "['TITLE'] must be str, not bytes."),
            ("OPEN", 1, "['OPEN'] must be bool, not int."),
            ("NETWORKS", "10.0.0.0/8", "['NETWORKS'] must be list of str, not str."),
            ("NETWORKS", ["a", 3], "['NETWORKS'][1] must be str, not int."),
            ("BLOCKS", ["code"], "['BLOCKS'] must be dictionary of str to str or None, not list."),
            ("BLOCKS", {"code": 5}, "['BLOCKS']['code'] must be str or None, not int."),
            ("BLOCKS", {1: "a.b"}, "a key of MKT_TESTS['BLOCKS'] must be str, not int."),
            ("LIMITS", {"a": [1, "x"]}, "['LIMITS']['a'][1] must be int, not str."),
            ("TOKEN", 5, "['TOKEN'] must be str or None, not int."),
            ("SOURCES", ["a", 3], "['SOURCES'][1] must be str, not int."),
            ("MODE", "ajar", "['MODE'] must be 'open' or 'closed', not str."),
            ("MODE", ["open"], "['MODE'] must be 'open' or 'closed', not list."),
            ("PAIR", ["a", "b"], "['PAIR'][1] must be int, not str."),
            ("HOOK", "a.b", "['HOOK'] must be Callable or None, not str."),
        ],
    )
    def test_tells_the_place_and_the_type(self, app_settings, settings, key, value, message):
        assert message in problem(settings, app_settings, {key: value})

    def test_never_shows_a_value(self, app_settings, settings):
        assert "s3cret" not in problem(settings, app_settings, {"TOKEN": ["s3cret"]})

    def test_lists_all_of_them(self, app_settings, settings):
        settings.MKT_TESTS = {"PAGE_SIZ": 1, 5: 1, "TITLE": 1, "OPEN": "no"}

        assert len(app_settings.problems()) == 4

    def test_lists_the_known_keys_when_none_is_near(self, app_settings, settings):
        sentence = problem(settings, app_settings, {"COLOUR": "red"})

        assert "Known keys: ANYTHING, BLOCKS" in sentence

    def test_finds_a_key_written_in_lower_case(self, app_settings, settings):
        assert "Did you mean 'PAGE_SIZE'" in problem(settings, app_settings, {"page_size": 1})

    def test_tells_that_a_key_without_default_is_missing(self, settings):
        @dataclass(frozen=True, kw_only=True)
        class Strict:
            NAME: str

        settings.MKT_TESTS = {}

        assert AppSettings("MKT_TESTS", Strict).problems() == [
            "MKT_TESTS lacks the key 'NAME'. It has no default."
        ]
