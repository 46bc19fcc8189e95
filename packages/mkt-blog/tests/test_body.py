from io import StringIO

import pytest
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command
from wagtail import blocks
from wagtail.rich_text import RichText

from mkt_blog.blocks import CleanHTMLBlock
from mkt_blog.fields import BodyField
from mkt_blog.pages.models import PostPage

BUILT_IN = ["heading", "paragraph", "image", "gallery", "quote", "code", "embed", "table"]
BUILT_IN += ["callout", "button", "related", "html"]


class PollBlock(blocks.StructBlock):
    text = blocks.TextBlock()


class LoudQuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock()
    loudness = blocks.IntegerBlock()


def poll():
    return PollBlock(label="Built by a function")


def broken():
    raise ValueError("broken")


def names():
    return list(PostPage.body.field.stream_block.child_blocks)


class TestRegistry:
    def test_has_the_built_in_blocks(self):
        assert names() == BUILT_IN

    def test_adds_replaces_and_removes_by_setting(self, settings):
        settings.MKT_BLOG = {
            "BODY_BLOCKS": {
                "poll": "tests.test_body.PollBlock",
                "quote": "tests.test_body.LoudQuoteBlock",
                "embed": None,
            }
        }

        assert names() == [*(name for name in BUILT_IN if name != "embed"), "poll"]
        quote = PostPage.body.field.stream_block.child_blocks["quote"]
        assert "loudness" in quote.child_blocks

    def test_takes_a_function_that_returns_a_block(self, settings):
        settings.MKT_BLOG = {"BODY_BLOCKS": {"poll": "tests.test_body.poll"}}

        assert PostPage.body.field.stream_block.child_blocks["poll"].label == "Built by a function"

    @pytest.mark.django_db
    def test_changing_it_needs_no_migration(self, settings):
        settings.MKT_BLOG = {"BODY_BLOCKS": {"poll": "tests.test_body.PollBlock", "html": None}}

        call_command("makemigrations", check=True, dry_run=True, stdout=StringIO())

    @pytest.mark.django_db
    def test_added_block_is_stored_and_read(self, settings, make_post):
        settings.MKT_BLOG = {"BODY_BLOCKS": {"poll": "tests.test_body.PollBlock"}}
        post = make_post(body=[("poll", {"text": "Look"})])

        assert PostPage.objects.get(pk=post.pk).body[0].value["text"] == "Look"

    def test_is_written_to_migrations_without_blocks(self):
        _, path, args, kwargs = BodyField(blank=True).deconstruct()

        assert (path, args, kwargs) == ("mkt_blog.fields.BodyField", [], {"blank": True})


@pytest.mark.django_db
def test_body_is_read_by_historical_models(make_post):
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    make_post(body=[("paragraph", RichText("<p>Hello</p>"))])
    state = MigrationExecutor(connection).loader.project_state()
    historical = state.apps.get_model("mkt_blog_pages", "PostPage").objects.get()

    assert historical.body[0].block_type == "paragraph"


class TestCleanHTMLBlock:
    def test_takes_scripts_out(self):
        cleaned = CleanHTMLBlock().clean('<p onclick="x()">ok</p><script>alert(1)</script>')

        assert str(cleaned) == "<p>ok</p>"

    def test_says_what_to_install_when_nh3_is_missing(self, monkeypatch):
        def without_nh3(html):
            raise ImproperlyConfigured('Install it with: pip install "mkt-blog[import]"')

        monkeypatch.setattr("mkt_blog.blocks.html.clean_html", without_nh3)

        with pytest.raises(ValidationError, match=r"mkt-blog\[import\]"):
            CleanHTMLBlock().clean("<p>ok</p>")
