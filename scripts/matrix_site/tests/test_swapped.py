"""A blog on a site that replaced Wagtail's page; needs DJANGO_SETTINGS_MODULE=matrix.settings.swapped."""

import pytest
from django.apps import apps
from django.template import Context, Template
from django.urls import reverse
from django.utils import timezone
from swapped.models import BasePage, HomePage, LandingPage, Story, StoryIndex
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


def test_search_engines_are_told_of_pages_of_every_kind(rf, client, blog):
    landing = blog.get_parent().add_child(
        instance=LandingPage(title="Offer", slug="offer", search_description="Of ours.")
    )
    hidden = LandingPage(title="Hidden", slug="hidden", seo_noindex=True)
    blog.get_parent().add_child(instance=hidden)
    template = Template("{% load mkt_seo %}{% seo_title %}{% seo_head %}")
    head = template.render(Context({"page": landing, "request": rf.get(landing.url)}))
    story = client.get(blog.posts().get().url).content.decode()

    assert 'name="description" content="Of ours."' in head
    assert '"BlogPosting"' in story
    index = client.get("/sitemap.xml").content.decode()
    assert "/sitemap-swapped.story.xml" in index
    offers = client.get("/sitemap-swapped.landingpage.xml").content.decode()
    assert "http://localhost/offer/" in offers
    assert "/hidden/" not in offers


def test_the_report_finds_pages_of_every_kind(client, blog, django_user_model):
    landing = LandingPage(title="A title of a usual length", slug="offer")
    blog.get_parent().add_child(instance=landing)
    client.force_login(django_user_model.objects.create_superuser("root"))
    found = {
        problem: {page.title for page in client.get(
            reverse("mkt_core_seo_report"), {"problem": problem}
        ).context["object_list"]}
        for problem in ("no-description", "short-title", "no-image")
    }  # fmt: skip

    assert found["no-description"] == {"A title of a usual length"}
    assert {"Home", "News"} <= found["short-title"]
    assert "First post" in found["no-image"]


def test_the_api_shows_pages_without_the_fields_that_they_do_not_have(client, blog):
    pages = client.get("/api/v1/pages/?fields=*").json()["items"]

    assert {page["title"] for page in pages} == {"Home", "News", "First post"}
    assert not {"seo_title", "show_in_menus"} & set(pages[0])
    assert client.get("/api/v1/menus/").json() == {"items": []}
