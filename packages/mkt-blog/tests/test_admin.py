import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

from mkt_blog.models import Category
from mkt_blog.pages.models import PostPage

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor(admin_client):
    return admin_client


def test_editor_writes_and_publishes_a_post(editor, blog, food, ann):
    url = reverse("wagtailadmin_pages:add", args=["mkt_blog_pages", "postpage", blog.pk])
    assert editor.get(url).status_code == 200
    data = nested_form_data(
        {
            "title": "Bread",
            "slug": "bread",
            "date": "2026-03-01 12:00",
            "body": streamfield([("paragraph", rich_text("<p>Flour</p>"))]),
            "author_links": inline_formset([{"author": ann.pk}]),
            "tags": 'slow, "two words"',
            "action-publish": "yes",
            "comments": inline_formset([]),
            "related_links": inline_formset([]),
        }
    )
    response = editor.post(url, data | {"categories": [food.pk]})

    assert response.status_code == 302, response.context["form"].errors
    post = PostPage.objects.get(slug="bread")
    assert post.live
    assert post.authors == [ann]
    assert post.category_list == [food]
    assert sorted(tag.name for tag in post.tag_list) == ["slow", "two words"]
    assert post.word_count == 1


@pytest.mark.parametrize("model", ["category", "author", "series"])
def test_terms_have_listings_and_forms(editor, food, baking, ann, model):
    for view in ("list", "add"):
        assert editor.get(reverse(f"wagtailsnippets_mkt_blog_{model}:{view}")).status_code == 200


def test_new_category_gets_its_slug_and_path(editor, food):
    url = reverse("wagtailsnippets_mkt_blog_category:add")
    response = editor.post(url, {"name": "Baking", "parent": food.pk, "sort_order": 0})

    assert response.status_code == 302
    assert Category.objects.get(name="Baking").path == "food/baking"


def test_cycle_is_shown_on_the_form(editor, food, baking):
    url = reverse("wagtailsnippets_mkt_blog_category:edit", args=[food.pk])
    response = editor.post(
        url, {"name": "Food", "slug": "food", "parent": baking.pk, "sort_order": 0}
    )

    assert response.status_code == 200
    assert b"cannot stand below itself" in response.content


def test_reserved_slug_is_shown_on_the_form(editor, make_post):
    post = make_post()
    url = reverse("wagtailadmin_pages:edit", args=[post.pk])
    data = nested_form_data(
        {
            "title": "x",
            "slug": "search",
            "date": "2026-03-01 12:00",
            "body": streamfield([]),
            "author_links": inline_formset([]),
            "comments": inline_formset([]),
            "related_links": inline_formset([]),
            "action-publish": "yes",
        }
    )

    assert b"used by the blog itself" in editor.post(url, data).content


def test_new_post_can_be_previewed(editor, blog):
    url = reverse("wagtailadmin_pages:preview_on_add", args=["mkt_blog_pages", "postpage", blog.pk])
    data = nested_form_data(
        {
            "title": "Not saved yet",
            "slug": "not-saved",
            "date": "2026-03-01 12:00",
            "body": streamfield([("paragraph", rich_text("<p>Flour</p>"))]),
            "author_links": inline_formset([]),
            "comments": inline_formset([]),
            "related_links": inline_formset([]),
            "tags": "",
        }
    )

    assert editor.post(url, data).json()["is_valid"]
    assert b"Not saved yet" in editor.get(url).content
