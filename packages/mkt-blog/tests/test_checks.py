import ast
import re
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError

import mkt_blog
from mkt_blog import checks
from mkt_blog.models import ImportedPost
from mkt_blog.pages import checks as pages_checks
from mkt_blog.pages.models import PostPage
from mkt_blog.stored_blocks import unregistered_blocks
from tests.testapp.models import StoryIndex


def ids(messages):
    return [message.id for message in messages]


class TestSettings:
    def test_unknown_key_is_an_error_with_the_nearest_name(self, settings):
        settings.MKT_BLOG = {"POST_PER_PAGE": 5}
        (error,) = checks.check_settings()

        assert error.id == "mkt_blog.E001"
        assert "POSTS_PER_PAGE" in f"{error.msg} {error.hint}"

    def test_wrong_type(self, settings):
        settings.MKT_BLOG = {"POSTS_PER_PAGE": "many"}

        assert ids(checks.check_settings()) == ["mkt_blog.E002"]

    @pytest.mark.parametrize("name", ["POSTS_PER_PAGE", "FEED_ITEMS", "WORDS_PER_MINUTE"])
    def test_numbers_are_positive(self, settings, name):
        settings.MKT_BLOG = {name: 0}

        assert ids(checks.check_settings()) == ["mkt_blog.E004"]

    @pytest.mark.parametrize("value", [None, 5, [], "x", {"NO": 1}, {"BODY_BLOCKS": 3}])
    def test_other_checks_do_not_fall_over_a_setting_that_cannot_be_read(self, settings, value):
        settings.MKT_BLOG = value

        assert checks.check_settings() or value == []
        assert checks.check_body_blocks() == []
        assert checks.check_base_template() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("value", "identifier"),
    [
        ({"POST_PER_PAGE": 3}, "mkt_blog.E001"),
        ([1], "mkt_blog.E001"),
        ({"POSTS_PER_PAGE": "3"}, "mkt_blog.E002"),
        ({"BODY_BLOCKS": {"x": "no.such.Block"}}, "mkt_blog.E005"),
    ],
)
class TestSettingThatIsWrong:
    def test_is_the_only_message_of_all_checks(self, settings, value, identifier):
        settings.MKT_BLOG = value

        with pytest.raises(SystemCheckError) as caught:
            call_command("check", databases=["default"])

        assert identifier in str(caught.value)
        assert "identified 1 issue" in str(caught.value)

    def test_keeps_bodies_from_being_read_without_their_blocks(
        self, settings, make_post, value, identifier
    ):
        post = make_post()
        settings.MKT_BLOG = value

        with pytest.raises(ImproperlyConfigured):
            PostPage.objects.get(pk=post.pk)
        with pytest.raises(ImproperlyConfigured):
            PostPage(title="New")


@pytest.mark.parametrize(
    "path",
    ["no.such.Block", "tests.test_body.BUILT_IN", "tests.test_body.broken", "os.path", "NoDots"],
)
def test_body_block_that_cannot_be_built(settings, path):
    settings.MKT_BLOG = {"BODY_BLOCKS": {"callout": path}}
    (error,) = checks.check_body_blocks()

    assert error.id == "mkt_blog.E005"
    assert "callout" in error.msg


@pytest.mark.parametrize(("name", "hint"), [("embd", "'embed'"), ("zzz", "out of the setting")])
def test_removing_a_block_that_is_not_there(settings, name, hint):
    settings.MKT_BLOG = {"BODY_BLOCKS": {name: None, "html": None}}
    (warning,) = checks.check_removed_blocks()

    assert warning.id == "mkt_blog.W011"
    assert hint in warning.hint


@pytest.mark.django_db
class TestStoredBlocks:
    def test_names_posts_with_blocks_that_are_gone(self, settings, make_post, monkeypatch):
        monkeypatch.setattr("mkt_blog.stored_blocks.BATCH_ROWS", 2)
        for n in range(5):
            make_post(f"Quote {n}", body=[("quote", {"text": "x", "attribution": ""})])
        make_post(body=[("table", {"caption": "x", "headers": "row", "cells": "a"})])
        assert checks.check_stored_blocks(databases=["default"]) == []

        settings.MKT_BLOG = {"BODY_BLOCKS": {"quote": None, "html": None}}
        (warning,) = checks.check_stored_blocks(databases=["default"])
        assert warning.id == "mkt_blog.W010"
        assert "'quote' is stored in 5 posts" in warning.msg
        assert "“Quote 0”" in warning.msg
        assert "“Quote 4”" not in warning.msg
        assert "BODY_BLOCKS']['quote']" in warning.hint
        call_command("check")
        assert checks.check_stored_blocks(databases=None) == []

    def test_is_asked_in_one_query_for_each_class(self, make_post, django_assert_num_queries):
        make_post(body=[("quote", {"text": "x", "attribution": ""})])
        with django_assert_num_queries(3):
            assert list(unregistered_blocks(["default"])) == []

    def test_says_nothing_where_tables_are_missing(self, monkeypatch):
        monkeypatch.setattr(PostPage._meta, "db_table", "never_created")

        assert checks.check_stored_blocks(databases=["default"]) == []


def test_missing_base_template(settings):
    settings.MKT_BLOG = {"BASE_TEMPLATE": "nowhere.html"}

    assert ids(checks.check_base_template()) == ["mkt_blog.W001"]


@pytest.mark.parametrize("post_model", ["testapp.SimplePage", "testapp.Missing", "nonsense"])
def test_blog_whose_posts_are_no_posts(monkeypatch, post_model):
    monkeypatch.setattr(StoryIndex, "post_model", post_model)

    assert ids(checks.check_post_models()) == ["mkt_blog.E006"]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "check", "identifier"),
    [
        (ImportedPost, checks.check_tables, "mkt_blog.W003"),
        (PostPage, pages_checks.check_tables, "mkt_blog_pages.W003"),
    ],
)
def test_missing_migrations_are_named(monkeypatch, model, check, identifier):
    monkeypatch.setattr(model._meta, "db_table", "never_created")
    (message,) = check(databases=["default"])

    assert message.id == identifier
    assert "never_created" in message.msg
    assert "migrate" in message.hint


def test_the_project_of_the_tests_is_clean():
    call_command("check", fail_level="WARNING")


def test_no_id_has_two_meanings():
    source = Path(mkt_blog.__file__).parent
    for module in ("checks.py", "pages/checks.py"):
        tree = ast.parse((source / module).read_text())
        given = [
            keyword.value.value
            for call in ast.walk(tree)
            if isinstance(call, ast.Call)
            for keyword in call.keywords
            if keyword.arg == "id" and isinstance(keyword.value, ast.Constant)
        ]
        assert given
        assert len(given) == len(set(given))
        assert all(re.fullmatch(r"mkt_blog(_pages)?\.[EW]\d{3}", name) for name in given)
