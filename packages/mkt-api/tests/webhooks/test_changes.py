import json

import pytest
import wagtail_factories
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents import get_document_model
from wagtail.models import PageViewRestriction

from mkt_api.models import WebhookDelivery, WebhookEvent
from tests.factories import ArticleFactory, TopicFactory, root

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(endpoint):
    """Types of what was written down since the last look."""
    seen = []

    def look():
        new = WebhookEvent.objects.exclude(pk__in=seen).order_by("pk")
        found = [(event.type, json.loads(event.body)["data"]) for event in new]
        seen.extend(WebhookEvent.objects.values_list("pk", flat=True))
        return found

    return look


def types(found):
    return [event_type for event_type, _data in found]


class TestPages:
    def test_that_go_live_are_told_and_drafts_are_not(self, told):
        draft = ArticleFactory(parent=root(), live=False)
        draft.title = "Changed"
        draft.save_revision()
        assert told() == []

        draft.save_revision().publish()

        [(event_type, data)] = told()
        assert event_type == "page.published"
        assert data == {
            "object": "page",
            "id": draft.pk,
            "model": "testapp.Article",
            "locale": "en",
            "slug": draft.slug,
            "url_path": draft.url_path,
            "url": draft.full_url,
        }

    def test_a_draft_of_a_live_page_is_nobodys_business(self, told):
        page = ArticleFactory(parent=root())
        told()

        page.title = "A secret plan"
        page.save_revision()

        assert told() == []
        page.get_latest_revision().publish()
        assert types(told()) == ["page.updated"]

    def test_that_are_taken_off_are_told_with_where_they_were(self, told):
        page = ArticleFactory(parent=root())
        told()

        page.unpublish()

        [(event_type, data)] = told()
        assert event_type == "page.unpublished"
        assert data["previous"] == {"slug": page.slug, "url_path": page.url_path}

    def test_with_another_slug(self, told):
        page = ArticleFactory(parent=root(), slug="old")
        told()

        page.slug = "new"
        page.save_revision().publish()

        found = told()
        assert types(found) == ["page.updated", "page.slug_changed"]
        assert found[1][1]["previous"]["slug"] == "old"

    def test_that_are_moved(self, told):
        parent, page = ArticleFactory(parent=root(), slug="parent"), ArticleFactory(parent=root())
        before = page.url_path
        told()

        page.move(parent, pos="last-child")

        [(event_type, data)] = told()
        assert event_type == "page.moved"
        assert data["previous"]["url_path"] == before
        assert data["url_path"].startswith(parent.url_path)
        assert data["model"] == "testapp.Article"

    def test_that_are_deleted_are_told_once_each(self, told):
        parent = ArticleFactory(parent=root())
        child = ArticleFactory(parent=parent)
        ArticleFactory(parent=parent, live=False)
        told()

        parent.refresh_from_db()
        parent.delete()

        found = told()
        assert types(found) == ["page.deleted"] * 2
        assert {data["id"] for _type, data in found} == {parent.pk, child.pk}

    def test_that_are_closed_and_opened(self, told):
        page = ArticleFactory(parent=root())
        told()

        restriction = PageViewRestriction.objects.create(page=page, restriction_type="login")
        assert types(told()) == ["page.visibility_changed"]
        restriction.delete()

        assert types(told()) == ["page.visibility_changed"]

    def test_a_deleted_page_takes_its_restriction_along_without_a_word(self, told):
        page = ArticleFactory(parent=root())
        PageViewRestriction.objects.create(page=page, restriction_type="login")
        told()

        page.delete()

        assert types(told()) == ["page.deleted"]


class TestOthers:
    def test_snippets(self, told):
        topic = TopicFactory()
        topic.name = "Other"
        topic.save()
        key = topic.pk
        topic.delete()

        found = told()
        assert types(found) == ["snippet.created", "snippet.updated", "snippet.deleted"]
        assert {data["id"] for _type, data in found} == {key}

    def test_images_documents_and_redirects(self, told):
        image = wagtail_factories.ImageFactory()
        image.title = "Other"
        image.save()
        image.delete()
        document = get_document_model().objects.create(title="Report", file="report.pdf")
        document.delete()
        redirect = Redirect.add_redirect("/old", redirect_to="/new")
        redirect.delete()

        assert types(told()) == [
            "image.created",
            "image.updated",
            "image.deleted",
            "document.created",
            "document.deleted",
            "redirect.created",
            "redirect.deleted",
        ]

    def test_what_readers_never_see_is_not_told(self, told, django_user_model):
        django_user_model.objects.create_user("somebody")

        assert told() == []


class TestOutbox:
    def test_what_is_rolled_back_was_never_there(self, endpoint):
        with transaction.atomic():
            ArticleFactory(parent=root())
            assert WebhookEvent.objects.count() == 1
            transaction.set_rollback(True)

        assert not WebhookEvent.objects.exists()

    def test_nothing_is_written_for_nobody(self, endpoint):
        endpoint.enabled = False
        endpoint.save()

        ArticleFactory(parent=root())

        assert not WebhookEvent.objects.exists()

    def test_each_gets_what_it_wants(self, endpoint):
        endpoint.event_types = ["page.deleted"]
        endpoint.save()

        page = ArticleFactory(parent=root())
        assert not WebhookDelivery.objects.exists()
        page.delete()

        assert WebhookDelivery.objects.get().event.type == "page.deleted"

    def test_costs_one_query_where_nobody_listens(self, db):
        topic = TopicFactory()
        with CaptureQueriesContext(connection) as queries:
            topic.save()

        assert sum("mkt_api_" in query["sql"] for query in queries) == 1
