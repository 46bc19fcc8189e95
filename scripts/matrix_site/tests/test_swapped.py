"""A blog on a site that replaced Wagtail's page; needs DJANGO_SETTINGS_MODULE=matrix.settings.swapped."""

import pytest
from django.apps import apps
from django.utils import timezone
from swapped.models import BasePage, HomePage, Story, StoryIndex
from wagtail.models import Locale, Site

pytestmark = pytest.mark.django_db


@pytest.fixture
def blog():
    root = BasePage.objects.filter(depth=1).first() or BasePage.add_root(
        instance=BasePage(title="Root", slug="root", locale=Locale.get_default())
    )
    home = root.add_child(instance=HomePage(title="Home", slug="start"))
    Site.objects.all().delete()
    Site.objects.create(hostname="localhost", root_page=home, is_default_site=True)
    blog = home.add_child(instance=StoryIndex(title="News", slug="news"))
    blog.add_child(
        instance=Story(
            title="First post",
            slug="first-post",
            date=timezone.now(),
            body=[
                ("paragraph", "<p>On a page of our own.</p>"),
                ("callout", {"text": "Mind the gap"}),
            ],
        )
    )
    return blog


def test_the_ready_page_types_are_not_installed():
    assert not apps.is_installed("mkt_blog.pages")


def test_the_listing_shows_the_post(client, blog):
    response = client.get(blog.url)

    assert response.status_code == 200
    assert "First post" in response.content.decode()


def test_the_post_shows_its_body_with_a_block_of_the_site(client, blog):
    response = client.get(blog.posts().get().url)

    assert response.status_code == 200
    assert "On a page of our own." in response.content.decode()
    assert "Mind the gap" in response.content.decode()


def test_the_feed_names_the_post(client, blog):
    response = client.get(f"{blog.url}feed/rss/")

    assert response.status_code == 200
    assert "<title>First post</title>" in response.content.decode()
