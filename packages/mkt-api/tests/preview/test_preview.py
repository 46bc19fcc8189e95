from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from wagtail.models import ModelLogEntry, Page

from mkt_api.models import PreviewLink, WebhookEvent
from mkt_api.preview.links import (
    client_url,
    create_link,
    create_unsaved_link,
    revoke_link,
    token_of,
)
from mkt_api.preview.pages import FrontEndPreviewMixin
from tests.factories import ArticleFactory, TopicFactory, rich_article, root
from tests.testapp.models import Article

pytestmark = pytest.mark.django_db


@pytest.fixture
def preview(client):
    def get(link=None, path="preview/", headers=None, **parameters):
        if link is not None:
            parameters.setdefault("token", token_of(link))
        return client.get(f"/api/v1/{path}", parameters, headers=headers or {})

    return get


@pytest.fixture
def draft():
    """A live page with a draft that differs in everything."""
    page = rich_article(title="Live")
    page = Article.objects.get(pk=page.pk)
    page.title = "Draft"
    page.intro = "<p>drafted</p>"
    page.topics = [TopicFactory(name="New topic")]
    page.tags.clear()
    page.tags.add("blue")
    page.body = [("shout", "draft")]
    page.save_revision()
    return page


class TestDraft:
    def test_is_shown_in_the_shape_of_the_page_with_everything_that_differs(
        self, preview, draft, api
    ):
        link = create_link(draft)

        response = preview(link)
        live = api(f"pages/{draft.pk}/").json()

        shown = response.json()
        assert response.status_code == 200
        assert shown["title"] == "Draft"
        assert live["title"] == "Live"
        assert set(shown) == set(live)

    def test_leaves_no_trace(self, preview, draft, django_assert_max_num_queries):
        before = Article.objects.filter(pk=draft.pk).values().get()
        tags = set(Article.objects.get(pk=draft.pk).tags.names())
        events = WebhookEvent.objects.count()

        assert preview(create_link(draft)).status_code == 200

        assert Article.objects.filter(pk=draft.pk).values().get() == before
        assert set(Article.objects.get(pk=draft.pk).tags.names()) == tags
        assert WebhookEvent.objects.count() == events

    def test_of_a_page_that_was_never_live_is_shown(self, preview, api):
        page = ArticleFactory(parent=root(), live=False, title="Not yet")
        page.save_revision()

        assert preview(create_link(page)).json()["title"] == "Not yet"
        assert api(f"pages/{page.pk}/").status_code == 404

    def test_is_never_kept_anywhere(self, preview, draft):
        response = preview(create_link(draft))

        assert response["Cache-Control"] == "private, no-store"
        assert "ETag" not in response
        again = preview(create_link(draft), headers={"If-None-Match": "*"})
        assert again.status_code == 200
        assert response["X-Robots-Tag"] == "noindex"

    def test_can_be_asked_for_in_parts(self, preview, draft):
        assert preview(create_link(draft), fields="title").json() == {"title": "Draft"}

    def test_needs_no_other_token(self, preview, draft, settings):
        settings.MKT_API = {"ANONYMOUS_READ": False}

        assert preview(create_link(draft)).status_code == 200

    def test_stays_the_version_it_was_made_for(self, preview, draft):
        link = create_link(draft)
        draft.title = "Later"
        draft.save_revision()

        assert preview(link).json()["title"] == "Draft"


class TestToken:
    def refused(self, response):
        assert response.status_code == 403
        assert response.json()["type"].endswith("invalid-preview-token")
        assert "no-store" in response["Cache-Control"]
        return True

    def test_that_is_forged_is_refused_without_a_query(
        self, preview, draft, django_assert_num_queries
    ):
        token = token_of(create_link(draft))
        with django_assert_num_queries(0):
            for wrong in ("x", token[:-1], "a" + token, "é" * 40, "x" * 5000, "{}:x:y"):
                assert self.refused(preview(token=wrong))

    def test_expires(self, preview, draft):
        link = create_link(draft, duration=timedelta(minutes=1))
        PreviewLink.objects.update(expires_at=timezone.now() - timedelta(seconds=1))

        assert self.refused(preview(link))

    def test_can_be_revoked(self, preview, draft, admin_user):
        link = create_link(draft, user=admin_user)
        token = token_of(link)

        revoke_link(link, user=admin_user)

        assert self.refused(preview(token=token))
        actions = set(ModelLogEntry.objects.values_list("action", flat=True))
        assert {"mkt_api.preview_create", "mkt_api.preview_revoke"} <= actions

    def test_opens_no_other_page_or_version(self, preview, draft):
        link = create_link(draft)
        token = token_of(link)
        draft.title = "Later"
        PreviewLink.objects.update(revision=draft.save_revision())

        assert self.refused(preview(token=token))

    def test_ends_with_its_page(self, preview, draft):
        token = token_of(create_link(draft))
        Page.objects.get(pk=draft.pk).delete()

        assert preview(token=token).status_code in (403, 404)

    def test_is_asked_for(self, preview):
        assert preview().status_code == 400


class TestHeadlessContract:
    """The front end gets ``content_type`` and ``token``, and sends both back."""

    def test_the_front_end_is_given_what_it_sends_back(self, preview, draft, settings):
        settings.MKT_API = {"PREVIEW_CLIENT_URLS": {"default": "https://front.example/api/preview"}}
        url = client_url(create_link(draft), "localhost")

        base, _, query = url.partition("?")
        parameters = dict(pair.split("=") for pair in query.split("&"))
        assert base == "https://front.example/api/preview"
        assert parameters["content_type"] == "testapp.article"

    @pytest.mark.parametrize("path", ["preview/", "page_preview/", "page_preview/1/"])
    def test_both_parameters_are_understood(self, preview, draft, path):
        link = create_link(draft)

        assert preview(link, path, content_type="testapp.article").json()["title"] == "Draft"
        assert preview(link, path, content_type="wagtailcore.page").status_code == 400

    def test_what_stands_in_the_form_is_shown_unsaved(self, preview, draft):
        draft.title = "Typed"

        assert preview(create_unsaved_link(draft)).json()["title"] == "Typed"
        assert draft.get_latest_revision_as_object().title == "Draft"

    def test_the_preview_of_the_admin_leads_there(self, draft, rf, settings):
        settings.MKT_API = {"PREVIEW_CLIENT_URLS": {"default": "https://front.example/api/preview"}}

        response = FrontEndPreviewMixin.serve_preview(draft, rf.get("/"), "")

        assert response["Location"].startswith("https://front.example/api/preview?content_type=")
        assert PreviewLink.objects.get().content["title"] == "Draft"

    def test_without_one_the_preview_is_wagtails_own_and_nothing_is_written_down(self, rf):
        class Own:
            pk = 1

            def serve_preview(self, request, mode_name):
                return "own"

        class Story(FrontEndPreviewMixin, Own):
            pass

        assert Story().serve_preview(rf.get("/"), "") == "own"
        assert not PreviewLink.objects.exists()


@pytest.mark.parametrize("hours", [0, -1, 91 * 24])
def test_a_link_lasts_a_sensible_time(draft, hours):
    with pytest.raises(ValidationError):
        create_link(draft, duration=timedelta(hours=hours))


def test_a_page_without_versions_has_nothing_to_link_to():
    with pytest.raises(ValidationError):
        create_link(ArticleFactory(parent=root()))
