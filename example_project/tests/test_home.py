"""The front page, without the demo content."""

import re
from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone
from wagtail.models import Page, Site

from home.models import HomePage
from mkt_blog.pages.models import BlogIndexPage, PostPage

pytestmark = pytest.mark.django_db

migration = import_module("home.migrations.0002_welcome_page_becomes_home_page")


@pytest.fixture
def home():
    return HomePage.objects.get()


@pytest.fixture
def blog(home):
    return home.add_child(instance=BlogIndexPage(title="Journal", slug="blog", show_in_menus=True))


def add_posts(blog, count, **values):
    now = timezone.now()
    return [
        blog.add_child(
            instance=PostPage(title=f"Post {number}", date=now - timedelta(days=number), **values)
        )
        for number in range(1, count + 1)
    ]


@pytest.fixture
def old_apps():
    """The models as the migration sees them."""
    target = ("home", "0002_welcome_page_becomes_home_page")
    return MigrationLoader(connection).project_state(target).apps


class TestMigration:
    def test_puts_the_home_page_in_place_of_the_welcome_page(self, home):
        assert Site.objects.get(is_default_site=True).root_page_id == home.pk
        assert (home.path, home.url_path, home.title) == ("00010001", "/home/", "Home")

    def test_keeps_the_tree_sound(self, home):
        assert not any(Page.find_problems())

    def test_leaves_a_site_with_pages_of_its_own_alone(self, home, old_apps):
        migration.make_home_page(old_apps, None)

        assert HomePage.objects.count() == 1

    def test_can_be_undone_and_done_again(self, home, old_apps):
        migration.make_plain_page(old_apps, None)
        assert Page.objects.get(pk=home.pk).specific_class is Page

        migration.make_home_page(old_apps, None)
        assert Page.objects.get(pk=home.pk).specific_class is HomePage


class TestHomePage:
    def test_says_its_title_when_it_has_no_headline(self, client):
        assert '<h1 class="hero__title">Home</h1>' in client.get("/").content.decode()

    def test_shows_featured_posts_first_and_each_post_once(self, client, blog):
        posts = add_posts(blog, 4)
        PostPage.objects.filter(pk=posts[3].pk).update(featured=True)

        context = client.get("/").context

        assert [post.title for post in context["featured"]] == ["Post 4"]
        assert [post.title for post in context["latest"]] == ["Post 1", "Post 2", "Post 3"]

    def test_hides_drafts_and_posts_of_tomorrow(self, client, blog):
        add_posts(blog, 1, live=False)
        blog.add_child(instance=PostPage(title="Later", date=timezone.now() + timedelta(days=1)))

        assert client.get("/").context["latest"] == []

    def test_escapes_what_editors_write(self, client, home):
        home.hero_title = home.hero_text = "<script>alert(1)</script>"
        home.save()

        assert b"<script>alert" not in client.get("/").content

    def test_costs_the_same_for_one_post_and_for_many(
        self, client, blog, django_assert_max_num_queries
    ):
        add_posts(blog, 1)
        client.get("/")
        with django_assert_max_num_queries(20) as one:
            client.get("/")
        add_posts(blog, 8)
        with django_assert_max_num_queries(len(one)):
            client.get("/")


class TestFrame:
    def test_marks_the_section_that_is_being_read(self, client, blog):
        add_posts(blog, 1)

        page = client.get("/blog/post-1/").content.decode()

        assert '<a href="/blog/" aria-current="true">Journal</a>' in page

    def test_answers_an_unknown_address_in_the_frame_of_the_site(self, client, blog):
        response = client.get("/nowhere/")

        assert response.status_code == 404
        assert "There is no page here" in response.content.decode()
        assert 'href="#content"' in response.content.decode()

    def test_has_no_inline_script_or_style(self, client, blog):
        add_posts(blog, 1)

        for address in ("/", "/blog/", "/blog/post-1/", "/nowhere/"):
            page = client.get(address).content.decode()
            # Data for search engines, which nothing runs.
            page = page.replace('<script type="application/ld+json">', "")
            # Files of the site's own are none either: the policy knows where they come from.
            page = re.sub(r'<script [^>]*src="/static/[^"]+"[^>]*></script>', "", page)
            assert "<script" not in page
            assert "<style" not in page
            assert " style=" not in page
