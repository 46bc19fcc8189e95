"""What the form of a post starts with, and how its terms are chosen."""

import re

import pytest
from django.urls import reverse

from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import PostPage

from .forms import post_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def add_url(blog):
    return reverse("wagtailadmin_pages:add", args=["mkt_blog_pages", "postpage", blog.pk])


def test_whoever_writes_is_the_author(admin_client, admin_user, add_url, ann, german):
    Author.objects.create(name="Jemand", user=admin_user, locale=german)
    form = admin_client.get(add_url).context["form"]
    assert form.formsets["author_links"].initial_form_count() == 0
    assert form.instance.authors == []

    ann.user = admin_user
    ann.save()
    response = admin_client.get(add_url)

    assert response.context["form"].instance.authors == [ann]
    assert "Ann Other" in response.content.decode()


def test_a_post_that_joins_a_series_gets_the_next_number(admin_client, add_url, make_post):
    series = Series.objects.create(title="Sourdough")
    make_post(series=series, series_position=4)
    admin_client.post(add_url, post_form(series=series.pk, **{"action-publish": "yes"}))
    post = PostPage.objects.get(slug="bread")
    assert post.series_position == 5

    def draft():
        return PostPage.objects.get(slug="bread").get_latest_revision_as_object()

    # Saved once more with the field left empty, it stays where it is.
    edit_url = reverse("wagtailadmin_pages:edit", args=[post.pk])
    admin_client.post(edit_url, post_form(series=series.pk, series_position=""))
    assert draft().series_position == 5
    # What the editor says, counts.
    admin_client.post(edit_url, post_form(series=series.pk, series_position="2"))
    assert draft().series_position == 2


class TestPickingCategories:
    def test_only_chosen_ones_are_in_the_form(
        self, admin_client, make_post, food, baking, django_assert_max_num_queries
    ):
        Category.objects.bulk_create(
            Category(
                name=f"No. {n}",
                slug=f"no-{n}",
                path=f"no-{n}",
                locale=food.locale,
                translation_key=f"00000000-0000-4000-8000-{n:012}",
            )
            for n in range(2_000)
        )
        post = make_post(categories=[baking])
        url = reverse("wagtailadmin_pages:edit", args=[post.pk])
        with django_assert_max_num_queries(100):
            html = admin_client.get(url).content.decode()
        assert "Food › Baking" in html
        assert f'name="categories" value="{baking.pk}"' in html
        assert "No. 77" not in html
        # What the policy of the admin would refuse.
        picker = html[html.rindex("data-mkt-picker") : html.rindex('role="listbox"')]
        assert not re.search(r"<script|\son\w+=|style=", picker)

    def test_search_finds_by_name_in_the_language_of_the_page(
        self, admin_client, food, baking, german, django_assert_num_queries
    ):
        Category.objects.create(name="Backen", locale=german)
        url = reverse("mkt_blog_term_search", args=["mkt_blog", "category"])
        assert admin_client.get(url, {"q": "bAk", "locale": food.locale_id}).json() == {
            "items": [{"id": baking.pk, "label": "Food › Baking"}]
        }
        found = admin_client.get(url, {"locale": german.pk}).json()["items"]
        assert [item["label"] for item in found] == ["Backen"]
        for junk in ({"q": "\x00"}, {"locale": "x"}, {"q": "%' OR 1=1"}):
            assert admin_client.get(url, junk).status_code == 200

    def test_only_categories_of_posts_are_told_and_only_to_editors(self, client, admin_client):
        wrong = reverse("mkt_blog_term_search", args=["auth", "user"])
        assert admin_client.get(wrong).status_code == 404
        right = reverse("mkt_blog_term_search", args=["mkt_blog", "category"])
        assert client.get(right).status_code == 302

    def test_junk_is_an_error_of_the_form(self, admin_client, add_url, food):
        response = admin_client.post(
            add_url, post_form(categories=[food.pk, "x", 999_999], **{"action-publish": "yes"})
        )
        assert response.status_code == 200
        assert "categories" in response.context["form"].errors


def test_draft_that_names_a_deleted_author_can_still_be_opened(admin_client, make_post, ann):
    post = make_post()
    other = Author.objects.create(name="Gone")
    post.set_authors([other, ann])
    post.save_revision()
    Author.objects.filter(pk=other.pk).delete()

    assert post.get_latest_revision_as_object().authors == [ann]
    edit_url = reverse("wagtailadmin_pages:edit", args=[post.pk])
    assert admin_client.get(edit_url).status_code == 200
