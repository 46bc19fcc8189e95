"""From a draft to a post that is published, scheduled and taken down, through the views of the admin."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Revision, TaskState, Workflow, WorkflowPage

from mkt_blog.pages.models import PostPage
from mkt_blog.signals import post_published, post_unpublished, post_updated

from .forms import post_form

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent():
    """Names of the signals that were sent, with the titles of the posts."""
    found = []
    receivers = {}
    for name, signal in (
        ("published", post_published),
        ("updated", post_updated),
        ("unpublished", post_unpublished),
    ):

        def receive(sender, post, name=name, **kwargs):
            found.append((name, post.title))

        receivers[signal] = receive
        signal.connect(receive)
    yield found
    for signal, receive in receivers.items():
        signal.disconnect(receive)


@pytest.fixture
def writer(client, django_user_model, blog):
    """Somebody who may write in the blog and publish nothing."""
    WorkflowPage.objects.create(
        page=blog, workflow=Workflow.objects.get(name="Moderators approval")
    )
    group = Group.objects.create(name="Writers")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    for codename in ("add_page", "change_page"):
        GroupPagePermission.objects.create(
            group=group, page=blog, permission=Permission.objects.get(codename=codename)
        )
    user = django_user_model.objects.create_user("writer", "writer@example.org", "x")
    user.groups.add(group)
    client.force_login(user)
    return client


def edit_url(post):
    return reverse("wagtailadmin_pages:edit", args=[post.pk])


def live(client, path="/blog/bread/"):
    return client.get(path).status_code == 200


def test_a_post_is_submitted_and_approval_publishes_it(
    writer, admin_client, blog, sent, django_capture_on_commit_callbacks
):
    add = reverse("wagtailadmin_pages:add", args=["mkt_blog_pages", "postpage", blog.pk])
    # Asking to publish does not help.
    writer.post(add, post_form(**{"action-publish": "yes"}))
    post = PostPage.objects.get(slug="bread")
    assert not post.live
    writer.post(edit_url(post), post_form(excerpt="x", **{"action-submit": "yes"}))
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    assert not live(writer)
    assert sent == []

    approve = reverse("wagtailadmin_pages:workflow_action", args=[post.pk, "approve", state.pk])
    assert writer.post(approve).status_code in (302, 403)
    assert not PostPage.objects.get(pk=post.pk).live
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(approve, {"comment": "Fine."})

    assert PostPage.objects.get(pk=post.pk).live
    assert live(writer)
    assert sent == [("published", "Bread")]


def test_a_post_that_is_sent_back_stays_a_draft(writer, admin_client, blog, sent):
    add = reverse("wagtailadmin_pages:add", args=["mkt_blog_pages", "postpage", blog.pk])
    writer.post(add, post_form(**{"action-submit": "yes"}))
    post = PostPage.objects.get(slug="bread")
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    reject = reverse("wagtailadmin_pages:workflow_action", args=[post.pk, "reject", state.pk])
    admin_client.post(reject, {"comment": "Longer, please."})
    assert not live(writer)
    assert sent == []
    assert any("writer@example.org" in message.to for message in mail.outbox)


def test_published_changed_and_taken_down(
    admin_client, client, blog, sent, django_capture_on_commit_callbacks
):
    add = reverse("wagtailadmin_pages:add", args=["mkt_blog_pages", "postpage", blog.pk])
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(add, post_form(**{"action-publish": "yes"}))
        post = PostPage.objects.get(slug="bread")
        # A draft changes nothing for readers, and is no news.
        admin_client.post(edit_url(post), post_form(title="A draft"))
        assert "A draft" not in client.get("/blog/bread/").content.decode()
        admin_client.post(edit_url(post), post_form(title="Rye", **{"action-publish": "yes"}))
    assert "Rye" in client.get("/blog/bread/").content.decode()
    with django_capture_on_commit_callbacks(execute=True):
        admin_client.post(reverse("wagtailadmin_pages:unpublish", args=[post.pk]))
    assert not live(client)
    assert sent == [("published", "Bread"), ("updated", "Rye"), ("unpublished", "Rye")]


def test_a_post_goes_live_and_expires_when_the_schedule_says_so(
    admin_client, client, blog, sent, django_capture_on_commit_callbacks
):
    add = reverse("wagtailadmin_pages:add", args=["mkt_blog_pages", "postpage", blog.pk])
    start, end = (timezone.localtime() + timedelta(days=days) for days in (1, 2))
    times = {"go_live_at": f"{start:%Y-%m-%d %H:%M}", "expire_at": f"{end:%Y-%m-%d %H:%M}"}
    admin_client.post(add, post_form(**times, **{"action-publish": "yes"}))
    post = PostPage.objects.get(slug="bread")
    call_command("publish_scheduled")
    assert not live(client)

    # A day later.
    revision = Revision.objects.get(approved_go_live_at__isnull=False)
    past = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = past.isoformat()
    revision.approved_go_live_at = past
    revision.save()
    with django_capture_on_commit_callbacks(execute=True):
        call_command("publish_scheduled")
    assert live(client)
    PostPage.objects.filter(pk=post.pk).update(expire_at=past)
    with django_capture_on_commit_callbacks(execute=True):
        call_command("publish_scheduled")
    assert not live(client)
    assert PostPage.objects.get(pk=post.pk).expired
    assert sent == [("published", "Bread"), ("unpublished", "Bread")]
