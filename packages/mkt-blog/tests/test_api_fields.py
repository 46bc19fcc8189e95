"""What Wagtail's own API shows of posts."""

import pytest
from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps
from wagtail import VERSION as WAGTAIL_VERSION
from wagtail.api import APIField
from wagtail.models import PAGE_MODEL_CLASSES, Page

from mkt_blog.models import Author, PostMixin, Series
from mkt_blog.pages.models import BlogIndexPage, PostPage
from tests.testapp.models import Story


def names(model):
    return [field.name for field in model.api_fields]


@pytest.mark.django_db
@pytest.mark.urls("tests.urls_api")
class TestV2:
    @pytest.fixture
    def api(self, client):
        def get(path="", /, **parameters):
            response = client.get(f"/api/v2/pages/{path}", parameters)
            assert response.status_code == 200, response.content
            return response.json()

        return get

    @pytest.fixture
    def post(self, make_post, food):
        return make_post(
            "Bread",
            categories=[food],
            primary_category=food,
            authors=[Author.objects.create(name="Ada")],
            tags=["flour"],
            series=Series.objects.create(title="Baking at home"),
            excerpt="How to bake.",
            body=[("paragraph", "<p>Some words.</p>"), ("heading", {"text": "Dough"})],
        )

    def test_shows_a_post_with_all_that_belongs_to_it(self, api, post):
        shown = api(
            f"{post.pk}/", fields="*,author_links(author(name)),categories(name),series(title)"
        )

        assert shown["summary"] == "How to bake."
        assert shown["date"].startswith("2026-03-01")
        assert shown["reading_minutes"] == 1
        assert shown["tags"] == ["flour"]
        assert [block["type"] for block in shown["body"]] == ["paragraph", "heading"]
        assert shown["headings"][0]["text"] == "Dough"
        assert shown["author_links"][0]["author"]["name"] == "Ada"
        assert shown["categories"][0]["name"] == "Food"
        assert shown["series"]["title"] == "Baking at home"
        assert shown["hero_image"] is None

    def test_lists_posts_by_type_with_the_fields_that_are_asked_for(self, api, post):
        listed = api(type="mkt_blog_pages.PostPage", fields="summary,date", order="-date")

        [item] = listed["items"]
        assert item["summary"] == "How to bake."

    def test_shows_the_introduction_of_a_blog(self, api, blog):
        assert api(f"{blog.pk}/")["intro"] == "From us."


@pytest.mark.django_db
@pytest.mark.skipif(WAGTAIL_VERSION < (8, 0), reason="Wagtail's API v3 came with Wagtail 8")
class TestV3:
    @pytest.mark.urls("tests.urls_api")
    def test_shows_a_post(self, client, make_post, food):
        post = make_post(
            categories=[food],
            authors=[Author.objects.create(name="Ada")],
            tags=["flour"],
            body=[("paragraph", "<p>Some words.</p>")],
        )

        response = client.get(f"/api/v3/pages/{post.pk}/")

        assert response.status_code == 200, response.content
        shown = response.json()
        assert shown["summary"] == "Some words."
        assert shown["tags"] == ["flour"]
        assert [block["type"] for block in shown["body"]] == ["paragraph"]
        assert shown["categories"]
        assert shown["author_links"]


class TestClasses:
    @pytest.fixture(autouse=True)
    def forgotten(self):
        """Wagtail keeps a list of page types, which system checks go through."""
        before = PAGE_MODEL_CLASSES.copy()
        yield
        PAGE_MODEL_CLASSES[:] = before

    def test_have_the_fields_without_saying_so(self):
        expected = names(PostMixin)

        assert names(PostPage) == names(Story) == expected
        assert {"date", "body", "author_links", "categories", "tags", "series"} <= set(expected)
        assert names(BlogIndexPage) == ["intro", "default_image"]

    @isolate_apps("tests.testapp")
    def test_keep_what_the_base_page_of_the_site_shows(self):
        class SitePage(Page):
            api_fields = ["kicker", APIField("date", serializer="the site's own")]
            kicker = models.CharField(max_length=10)

            class Meta:
                abstract = True
                app_label = "testapp"

        class Column(PostMixin, SitePage):
            author_link_model = tag_link_model = related_link_model = "testapp.Elsewhere"

            class Meta:
                app_label = "testapp"

        gathered = [getattr(field, "name", field) for field in Column.api_fields]
        assert gathered == ["kicker", *names(PostMixin)]

    @isolate_apps("tests.testapp")
    def test_can_say_it_themselves(self):
        class Note(PostMixin, Page):
            author_link_model = tag_link_model = related_link_model = "testapp.Elsewhere"
            api_fields = [APIField("summary")]

            class Meta:
                app_label = "testapp"

        assert names(Note) == ["summary"]


def test_no_api_has_to_be_installed():
    installed = {config.name for config in apps.get_app_configs()}

    assert not installed & {"wagtail.api.v2", "wagtail.api.v3", "rest_framework", "mkt_api"}
    assert all(type(field) is APIField for field in PostPage.api_fields)
