import pytest
from django.test import Client
from wagtail.contrib.forms.models import FormSubmission
from wagtail.models import Page

from mkt_core.ratelimit import Rule

from .site.models import ContactField, ContactPage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.urls("wagtail.urls"),
    pytest.mark.usefixtures("memory"),
]


@pytest.fixture
def page():
    home = Page.objects.get(depth=2)
    page = home.add_child(instance=ContactPage(title="Contact", slug="contact"))
    ContactField.objects.create(page=page, label="Message", field_type="multiline")
    return page


def test_a_form_sent_too_often_comes_back_with_what_was_filled_in(page):
    client = Client()
    for _ in range(2):
        assert b"Thank you" in client.post("/contact/", {"message": "hello"}).content

    response = client.post("/contact/", {"message": "a long letter"})

    assert response.status_code == 429
    assert "a long letter" in response.content.decode()
    assert "You have sent this form too often. Please try again in 30 minutes." in (
        response.content.decode()
    )
    assert response["Retry-After"] == "1800"
    assert response["Cache-Control"] == "no-store"
    assert FormSubmission.objects.count() == 2


def test_the_wait_is_never_said_to_be_shorter_than_it_is(page, monkeypatch):
    monkeypatch.setattr(ContactPage, "submission_rule", Rule("contact", 1, 80))
    client = Client()
    client.post("/contact/", {"message": "hello"})

    response = client.post("/contact/", {"message": "hello"})

    assert "in 2 minutes" in response.content.decode()


def test_the_form_itself_may_be_looked_at_as_often_as_one_likes(page):
    client = Client()
    assert [client.get("/contact/").status_code for _ in range(5)] == [200] * 5


def test_others_may_send_it(page):
    for _ in range(3):
        Client().post("/contact/", {"message": "hello"})

    response = Client().post("/contact/", {"message": "hello"}, REMOTE_ADDR="198.51.100.9")
    assert b"Thank you" in response.content
