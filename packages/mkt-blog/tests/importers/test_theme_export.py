"""The export that WordPress's theme developers test with: 51 posts with everything in them."""

import html
import re
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils.html import strip_tags

from mkt_blog.importers.wordpress.items import Item
from mkt_blog.importers.wordpress.reader import Reader
from mkt_blog.models import Author, Category, ImportedPost
from mkt_blog.pages.models import BlogIndexPage, PostPage

from .exports import THEME_TEST, needs_theme_test

pytestmark = [pytest.mark.django_db, needs_theme_test]

KNOWN_SHORTCODES = re.compile(r"\[/?(?:gallery|caption|audio)[^\]]*\]")
# In the oldest form of the shortcode the caption is an attribute, and it is text all the same.
OLD_CAPTION = re.compile(r'\[caption[^\]]*caption="([^"]*)"[^\]]*\]')


@pytest.fixture(scope="module")
def theme_export(django_db_setup, django_db_blocker):
    """Imported once for all tests here; each test runs in a transaction on top of it."""
    from django.db import transaction
    from wagtail.models import Site

    with django_db_blocker.unblock(), transaction.atomic():
        home = Site.objects.get(is_default_site=True).root_page
        home.add_child(instance=BlogIndexPage(title="Theme test", slug="theme-test"))
        out = StringIO()
        call_command("mkt_blog_import_wordpress", str(THEME_TEST), blog="theme-test", stdout=out)
        yield out.getvalue()
        transaction.set_rollback(True)


@pytest.fixture
def get(theme_export):
    return lambda title: PostPage.objects.get(title=title)


def source_posts():
    return [
        record
        for record in Reader(THEME_TEST)
        if isinstance(record, Item) and record.post_type == "post"
    ]


def words(text):
    return re.findall(r"\w+", html.unescape(text))


def body_words(post):
    """The words of the blocks as stored, whatever their type."""
    parts = []
    for block in post.body.raw_data:
        value = block["value"]
        if isinstance(value, str):
            parts.append(strip_tags(re.sub(r"<[^>]*>", lambda tag: f" {tag[0]} ", value)))
        else:
            parts += [html.escape(part) for key, part in value.items() if key != "level"]
    return words(" ".join(parts))


def source_words(content):
    """The words that a reader saw: no markup, no shortcodes, no comments."""
    content = re.sub(r"<!--.*?-->", " ", content, flags=re.DOTALL)
    captions = OLD_CAPTION.findall(content)
    content = KNOWN_SHORTCODES.sub(" ", content)
    return words(re.sub(r"<[^>]*>", " ", content)) + words(" ".join(captions))


def test_every_post_is_imported(theme_export):
    assert "Posts in the export: 51\n  imported: 51" in theme_export
    assert "skipped: 0\n  failed: 0" in theme_export
    assert ImportedPost.objects.count() == PostPage.objects.count() == 51


def test_no_word_of_any_post_is_lost(theme_export):
    by_key = {record.guid: record.post_pk for record in ImportedPost.objects.all()}
    lost = {}
    for item in source_posts():
        key = item.get("guid")
        if f"{key}#{item.post_id}" in by_key:
            key = f"{key}#{item.post_id}"
        post = PostPage.objects.get(pk=by_key[key])
        remaining = body_words(post)
        for word in source_words(item.get("content:encoded")):
            if word in remaining:
                remaining.remove(word)
            else:
                lost.setdefault(item.label, []).append(word)
    assert lost == {}


def test_every_picture_and_link_is_still_there(theme_export):
    everything = html.unescape(
        " ".join(str(value) for post in PostPage.objects.all() for value in post.body.raw_data)
    )
    for item in source_posts():
        content = re.sub(r"<!--.*?-->", " ", item.get("content:encoded"), flags=re.DOTALL)
        for address in re.findall(r'<(?:img|a)\b[^>]*?\s(?:src|href)="([^"]+)"', content):
            assert html.unescape(address) in everything, (item.label, address)


def test_report_says_what_was_left_out(theme_export):
    for line in (
        "nav_menu_item (70), attachment (38), page (21)",
        "Not imported: 27 comments",
        "terms of other taxonomies: post_format (13)",
        "latest-posts (3)",
        "triforce-wallpaper.jpg",
        "it has no title: “This post has no title",
    ):
        assert line in theme_export


def test_second_run_changes_nothing(theme_export):
    out = StringIO()

    call_command("mkt_blog_import_wordpress", str(THEME_TEST), blog="theme-test", stdout=out)

    assert "imported: 0\n  changed: 0\n  unchanged: 51" in out.getvalue()
    assert "Created: categories (0), tags (0), authors (0)" in out.getvalue()


def test_authors_are_two_in_spite_of_typing_errors(theme_export):
    assert sorted(Author.objects.values_list("name", flat=True)) == [
        "Theme Buster",
        "Theme Reviewer",
    ]


def test_categories_are_a_tree(theme_export):
    paths = set(Category.objects.values_list("path", flat=True))

    assert "parent/child-1/child-2" in paths
    assert "parent-category/child-category-03/grandchild-category" in paths


def test_every_listing_of_a_post_works(theme_export, client):
    for post in PostPage.objects.live().public():
        assert client.get(post.url).status_code == 200, post.title
    blog = BlogIndexPage.objects.get(slug="theme-test")
    assert client.get(blog.url).status_code == 200


class TestPosts:
    def test_sticky(self, get):
        assert list(PostPage.objects.filter(pinned=True)) == [get("Template: Sticky")]

    def test_scheduled(self, get):
        post = get("Scheduled")

        assert not post.live
        assert post.go_live_at.year == 2030
        assert post.approved_schedule

    def test_draft(self, get):
        post = get("Draft")

        assert not post.live
        assert post.slug == "draft"

    def test_password(self, get):
        post = get('Template: Password Protected (the password is "enter")')

        assert post.view_restrictions.get().password == "enter"

    def test_excerpt(self, get):
        assert get("Template: Excerpt (Defined)").excerpt.startswith(
            "This is a user-defined post excerpt"
        )

    def test_title_with_markup(self, get):
        assert get("Markup: Title With Markup").slug == "markup-title-with-markup"

    def test_two_posts_of_one_guid(self, get):
        assert get("Post Format: Image").pk != get("Post Format: Image (Linked)").pk

    def test_gallery_of_attached_pictures(self, get):
        first = get("Post Format: Gallery").body[0]

        assert first.block_type == "html"
        assert str(first.value).count("<img") > 10

    def test_quotes(self, get):
        quotes = [block.value for block in get("Block: Quote").body if block.block_type == "quote"]

        assert quotes[0]["text"] == "Gutenberg is more than an editor."
        assert quotes[0]["attribution"] == "The Gutenberg Team"

    def test_kinds_of_blocks_of_the_formatting_post(self, get):
        body = get("Markup: HTML Tags and Formatting").body

        assert {block.block_type for block in body} == {
            "code",
            "heading",
            "html",
            "paragraph",
            "quote",
        }

    def test_embeds(self, get):
        post = get("Block category: Embeds")
        addresses = [block.value["url"].url for block in post.body if block.block_type == "embed"]

        assert "https://youtu.be/ex8fMxXJDJw" in addresses
