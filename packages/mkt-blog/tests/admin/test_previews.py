"""What an editor sees before anything is published."""

import pytest
from django.urls import reverse
from wagtail.models import Page, Revision
from wagtail.test.utils.form_data import nested_form_data

from .forms import post_form

pytestmark = pytest.mark.django_db


def preview(client, url, data, mode):
    stored = Page.objects.count(), Revision.objects.count()
    assert client.post(url, data).json() == {"is_valid": True, "is_available": True}
    response = client.get(url, {"mode": mode, "in_preview_panel": "true"})
    assert response.status_code == 200
    assert (Page.objects.count(), Revision.objects.count()) == stored
    return response.content.decode()


def test_unsaved_post_is_shown_by_itself_and_among_others(admin_client, blog, make_post, food, ann):
    make_post("An older one")
    make_post("A private draft", live=False)
    url = reverse("wagtailadmin_pages:preview_on_add", args=["mkt_blog_pages", "postpage", blog.pk])
    data = post_form(title="Not saved yet", categories=[food.pk], authors=[ann.pk])

    itself = preview(admin_client, url, data, "")
    assert "Flour" in itself
    assert "<article" in itself

    card = preview(admin_client, url, data, "listing")
    assert card.index("Not saved yet") < card.index("An older one")
    assert "Ann Other" in card
    assert "A private draft" not in card


def test_changes_of_a_post_are_shown_on_its_card(admin_client, make_post):
    post = make_post("As published")
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[post.pk])
    card = preview(admin_client, url, post_form(title="Changed", excerpt="Short."), "listing")
    assert "Changed" in card
    assert "Short." in card
    assert "As published" not in card


@pytest.mark.parametrize("app_and_model", [("mkt_blog_pages", "blogindexpage")])
def test_new_blog_is_shown_with_sample_posts(admin_client, home, app_and_model):
    url = reverse("wagtailadmin_pages:preview_on_add", args=[*app_and_model, home.pk])
    data = nested_form_data({"title": "News", "slug": "news", "intro": "From us."})
    data |= {"comments-TOTAL_FORMS": 0, "comments-INITIAL_FORMS": 0}
    assert "There are no posts here yet." in preview(admin_client, url, data, "")
    samples = preview(admin_client, url, data, "samples")
    assert "From us." in samples
    assert samples.count("Sample post") >= 6


def test_a_mode_that_does_not_exist_shows_the_page(admin_client, make_post):
    post = make_post("Still here")
    url = reverse("wagtailadmin_pages:preview_on_edit", args=[post.pk])
    assert "Still here" in preview(admin_client, url, post_form(title="Still here"), "junk")
