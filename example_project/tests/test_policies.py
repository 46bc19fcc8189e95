"""The policies of the example site where the Wagtail admin and its pages meet."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client

from home.models import HomePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def home():
    return HomePage.objects.get()


@pytest.fixture
def editor():
    client = Client()
    client.force_login(get_user_model().objects.create_superuser("eva", "eva@example.org", "x"))
    return client


def policy_of(response):
    parts = [part.split() for part in response["Content-Security-Policy"].split(";")]
    return {name: sources for name, *sources in parts}


def test_a_preview_has_the_policy_of_the_page_and_shows_in_the_admin(editor, home):
    address = f"/admin/pages/{home.pk}/edit/preview/?in_preview_panel=true"
    form = {"title": "Home", "slug": home.slug, "comments-TOTAL_FORMS": 0}
    sent = editor.post(address, form | {"comments-INITIAL_FORMS": 0})
    assert sent.json() == {"is_valid": True, "is_available": True}

    response = editor.get(address)

    page = policy_of(editor.get("/"))
    assert response.status_code == 200
    assert policy_of(response) == page | {"frame-ancestors": ["'self'"]}
    assert response["X-Frame-Options"] == "SAMEORIGIN"


def test_a_draft_has_the_policy_of_the_page(editor, home):
    home.save_revision()

    policy = policy_of(editor.get(f"/admin/pages/{home.pk}/view_draft/"))

    assert policy["script-src"] == ["'self'"]
    assert "script-src-attr" not in policy


def test_pages_of_editors_have_nothing_inline(editor):
    html = editor.get("/").content.decode()

    assert "wagtail-userbar" in html
    inline = [
        attributes
        for attributes in re.findall(r"<script([^>]*)>", html)
        if "src=" not in attributes and "application/json" not in attributes
    ]
    assert inline == []
    assert re.findall(r"<style|<[^>]*\s(?:style|on[a-z]+)=", html) == []
