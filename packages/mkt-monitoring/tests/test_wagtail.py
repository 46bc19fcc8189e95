"""What is measured of Wagtail, by doing what editors and visitors do."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.contrib.auth import get_user_model
from django.core.files.base import ContentFile
from django.utils import timezone
from PIL import Image as Picture
from wagtail.contrib.forms.models import FormSubmission
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import GroupApprovalTask, Page, Workflow, WorkflowTask
from wagtail.search.backends import get_search_backend

from mkt_monitoring.collectors import computed

from .testapp.models import PlainPage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def files(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def editor():
    return get_user_model().objects.create_superuser("editor", password="secret")


@pytest.fixture
def page(site):
    return PlainPage.objects.get(slug="plain")


def gauges(name):
    """The samples of one collector, computed now."""
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in list(computed._collectors[name]._compute())
        for sample in family.samples
    }


def picture(colour="red"):
    file = BytesIO()
    Picture.new("RGB", (40, 30), colour).save(file, "PNG")
    return ContentFile(file.getvalue(), "picture.png")


class TestEditing:
    TYPE = "testapp.plainpage"

    def test_publish_move_and_unpublish(self, page, site, metrics, editor):
        page.save_revision(user=editor).publish(user=editor)
        page.move(Page.objects.get(slug="events"), pos="last-child", user=editor)
        page.refresh_from_db()
        # Another place among the same brothers is no move.
        page.move(page.get_parent(), pos="first-child")
        page.unpublish(user=editor)

        for what in ("published", "moved", "unpublished"):
            assert metrics.total(f"wagtail_pages_{what}_total", page_type=self.TYPE) == 1
        for action in ("wagtail.publish", "wagtail.move", "wagtail.unpublish"):
            assert metrics.total("wagtail_log_actions_total", action=action, model=self.TYPE) == 1

    def test_actions_on_snippets_and_others(self, client, metrics, editor):
        client.force_login(editor)
        response = client.post("/admin/sites/new/", {})
        assert response.status_code == 200
        Image.objects.create(title="Picture", file=picture())
        from wagtail.log_actions import log

        log(Image.objects.get(), "wagtail.create", user=editor)

        assert metrics.total("wagtail_log_actions_total", model="wagtailimages.image") == 1

    def test_workflows(self, page, metrics, editor):
        workflow = Workflow.objects.create(name="Four eyes")
        task = GroupApprovalTask.objects.create(name="Look at it")
        WorkflowTask.objects.create(workflow=workflow, task=task)
        page.save_revision(user=editor)
        state = workflow.start(page, editor)
        type(state).objects.update(created_at=timezone.now() - timedelta(hours=2))
        type(state.current_task_state).objects.update(
            started_at=timezone.now() - timedelta(hours=1)
        )
        waiting = gauges("mkt_monitoring.workflow_tasks")
        state.refresh_from_db()
        state.current_task_state.refresh_from_db()

        state.current_task_state.specific.approve(user=editor)

        assert waiting["wagtail_open_workflow_tasks",] == 1
        assert waiting["wagtail_oldest_workflow_task_age_seconds",] == pytest.approx(3600, abs=60)
        for what, hours in (("workflow", 2), ("task", 1)):
            name = f"wagtail_{what}_duration_seconds"
            assert metrics.total(f"{name}_count", status="approved") == 1
            assert metrics.total(f"{name}_sum") == pytest.approx(hours * 3600, abs=60)
        assert gauges("mkt_monitoring.workflow_tasks")["wagtail_open_workflow_tasks",] == 0

    def test_publications_that_are_overdue(self, page, editor, django_assert_num_queries):
        def scheduled(when):
            page.go_live_at = when
            page.save_revision().publish()

        scheduled(timezone.now() + timedelta(hours=1))
        with django_assert_num_queries(1):
            assert gauges("mkt_monitoring.scheduled_publishing") == {
                ("wagtail_scheduled_publish_overdue",): 0,
                ("wagtail_scheduled_publish_overdue_seconds",): 0,
            }
        page.revisions.update(approved_go_live_at=timezone.now() - timedelta(minutes=10))

        found = gauges("mkt_monitoring.scheduled_publishing")

        assert found["wagtail_scheduled_publish_overdue",] == 1
        assert found["wagtail_scheduled_publish_overdue_seconds",] == pytest.approx(600, abs=60)

    def test_pages_by_type_and_state(self, page):
        page.unpublish()

        pages = gauges("mkt_monitoring.pages")

        assert pages["wagtail_pages", self.TYPE, "draft"] == 1
        assert pages["wagtail_pages", self.TYPE, "live"] == 1
        assert pages["wagtail_pages", "testapp.eventspage", "live"] == 1


class TestRenditions:
    @pytest.fixture
    def image(self):
        return Image.objects.create(title="Picture", file=picture())

    def sources(self, metrics):
        return {
            dict(labels)["source"]: gain
            for labels, gain in metrics.all("wagtail_renditions_total").items()
        }

    def test_are_counted_by_where_they_came_from(self, image, metrics):
        image.get_rendition("width-20")
        assert self.sources(metrics) == {"generated": 1}
        assert metrics.total("wagtail_rendition_duration_seconds_count") == 1

        # The new one is in Wagtail's cache already.
        image.get_rendition("width-20")
        assert self.sources(metrics) == {"generated": 1, "cache": 1}

        image.renditions.model.cache_backend.clear()
        Image.objects.get().get_rendition("width-20")
        assert self.sources(metrics) == {"generated": 1, "cache": 1, "database": 1}

        Image.objects.prefetch_renditions("width-20").get().get_rendition("width-20")
        assert self.sources(metrics)["prefetch"] == 1

    # Wagtail leaves its temporary file to the garbage collector then.
    @pytest.mark.filterwarnings(
        "ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"
    )
    def test_that_cannot_be_made(self, image, metrics):
        image.file.storage.delete(image.file.name)

        with pytest.raises(Exception, match="picture"):
            image.get_rendition("width-10")

        assert metrics.total("wagtail_rendition_failures_total") == 1
        assert self.sources(metrics) == {}


class TestSearch:
    def test_is_timed_and_empty_results_are_counted_once(self, site, metrics):
        backend = get_search_backend()
        found = backend.search("zzzznothing", PlainPage)
        assert len(found) == 0
        assert found.count() == 0
        assert list(found[0:10]) == []

        assert metrics.total("wagtail_searches_without_results_total") == 1
        assert metrics.total("wagtail_search_duration_seconds_count", kind="search") >= 1

        list(backend.autocomplete("zzzznothing", PlainPage))
        assert metrics.total("wagtail_search_duration_seconds_count", kind="autocomplete") == 1

    def test_pages_of_results_are_no_empty_searches(self, site, metrics):
        found = get_search_backend().search("Plain", PlainPage)

        assert found.count() == 1
        assert list(found[5:10]) == []
        assert metrics.total("wagtail_searches_without_results_total") == 0


class TestVisits:
    def test_documents(self, client, metrics):
        document = Document.objects.create(title="Text", file=ContentFile(b"text", "text.txt"))

        b"".join(client.get(document.url).streaming_content)

        assert metrics.total("wagtail_documents_served_total") == 1

    def test_forms(self, page, metrics):
        FormSubmission.objects.create(form_data={}, page=page)

        assert metrics.total("wagtail_form_submissions_total", page_type="testapp.plainpage") == 1

    def test_logins(self, client, metrics, editor):
        for password in ("wrong", "secret"):
            client.post("/admin/login/", {"username": "editor", "password": password})
        client.login(username="editor", password="wrong")

        name = "wagtail_logins_total"
        assert metrics.total(name, area="admin", result="failure") == 1
        assert metrics.total(name, area="admin", result="success") == 1
        assert metrics.total(name, area="other", result="failure") == 1


def test_rendering_is_timed_by_page_type(client, site, metrics):
    client.get("/plain/")

    name = "template_render_duration_seconds_count"
    assert metrics.total(name, wagtail_page_type="testapp.plainpage") == 1


def test_rendering_is_timed_asynchronously_without_a_thread(async_client, site, metrics):
    from asgiref.sync import async_to_sync

    async_to_sync(async_client.get)("/plain/")

    assert metrics.total("template_render_duration_seconds_count") == 1


def test_migrations_that_wait_are_told(db):
    found = gauges("mkt_monitoring.migrations")

    assert found["django_migrations_unapplied", "default"] == 0
