"""What is told of posts, and when."""

from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from mkt_blog import signals
from mkt_blog.pages.models import BlogIndexPage
from tests.testapp.models import SimplePage

pytestmark = pytest.mark.django_db
SITE = "http://localhost"


@pytest.fixture
def heard():
    events = []

    def listen(name):
        def receiver(sender, post, old_url, new_url, **kwargs):
            urls = [url and url.removeprefix(SITE) for url in (old_url, new_url)]
            events.append((name, post.title, *urls))

        return receiver

    names = ("post_published", "post_updated", "post_unpublished")
    receivers = {name: listen(name) for name in names}
    for name, receiver in receivers.items():
        getattr(signals, name).connect(receiver)
    yield events
    for name, receiver in receivers.items():
        getattr(signals, name).disconnect(receiver)


@pytest.fixture
def committed(django_capture_on_commit_callbacks, heard):
    """Run what is given as one transaction; returns what was told of it."""

    def committed(action, *args, **kwargs):
        heard.clear()
        with django_capture_on_commit_callbacks(execute=True):
            action(*args, **kwargs)
        return list(heard)

    return committed


def publish(post, **changes):
    post.refresh_from_db()
    for name, value in changes.items():
        setattr(post, name, value)
    post.save_revision().publish()


def unpublish(post):
    post.refresh_from_db()
    post.unpublish()


def test_life_of_a_post(committed, make_post):
    post = make_post("Bread", live=False)

    assert committed(publish, post) == [("post_published", "Bread", None, "/blog/bread/")]
    assert committed(publish, post) == [("post_updated", "Bread", "/blog/bread/", "/blog/bread/")]
    assert committed(unpublish, post) == [("post_unpublished", "Bread", "/blog/bread/", None)]
    assert committed(unpublish, post) == []
    assert committed(publish, post) == [("post_updated", "Bread", None, "/blog/bread/")]
    post.refresh_from_db()
    assert committed(post.delete) == [("post_unpublished", "Bread", "/blog/bread/", None)]


def test_new_slug_is_told_once(committed, make_post):
    post = make_post("Bread", live=False)
    committed(publish, post)

    told = committed(publish, post, slug="rye")
    assert told == [("post_updated", "Bread", "/blog/bread/", "/blog/rye/")]

    def save():
        post.refresh_from_db()
        post.slug = "bun"
        post.save()

    # Without a publication, as from a script.
    assert committed(save) == [("post_updated", "Bread", "/blog/rye/", "/blog/bun/")]


def test_new_date_is_another_address_where_dates_are_in_addresses(committed, blog, make_post):
    blog.dated_urls = True
    blog.save()
    post = make_post("Bread", live=False, date=datetime(2026, 3, 1, tzinfo=UTC))
    committed(publish, post)

    told = committed(publish, post, date=datetime(2026, 4, 2, tzinfo=UTC))

    assert told == [("post_updated", "Bread", "/blog/2026/03/01/bread/", "/blog/2026/04/02/bread/")]


class TestBlog:
    """What happens to a blog happens to its posts."""

    @pytest.fixture(autouse=True)
    def _posts(self, make_post):
        make_post("Bread")
        make_post("Draft", live=False)

    def test_renamed(self, committed, blog):
        def rename():
            blog.slug = "notes"
            blog.save()

        assert committed(rename) == [("post_updated", "Bread", "/blog/bread/", "/notes/bread/")]

    def test_renamed_with_dates_in_addresses(self, committed, blog):
        blog.dated_urls = True
        blog.save()

        def rename():
            blog.slug = "notes"
            blog.save()

        [(_, _, old, new)] = committed(rename)
        assert (old, new) == ("/blog/2026/03/01/bread/", "/notes/2026/03/01/bread/")

    def test_moved_with_the_page_above(self, committed, blog, home):
        above = home.add_child(instance=SimplePage(title="Above", slug="above"))

        moved = committed(blog.move, above, pos="last-child")
        assert moved == [("post_updated", "Bread", "/blog/bread/", "/above/blog/bread/")]

        above.refresh_from_db()

        def rename():
            above.slug = "top"
            above.save()

        told = committed(rename)
        assert told == [("post_updated", "Bread", "/above/blog/bread/", "/top/blog/bread/")]

    def test_sorted_anew(self, committed, blog, home):
        home.add_child(instance=SimplePage(title="Other", slug="other"))

        assert committed(blog.move, home, pos="last-child") == []

    def test_deleted(self, committed, blog):
        blog.refresh_from_db()
        assert committed(blog.delete) == [("post_unpublished", "Bread", "/blog/bread/", None)]

    def test_taken_off_with_its_posts(self, committed, blog, admin_user):
        from wagtail.actions.unpublish_page import UnpublishPageAction

        def unpublish():
            blog.refresh_from_db()
            UnpublishPageAction(blog, include_descendants=True, user=admin_user).execute()

        assert committed(unpublish) == [("post_unpublished", "Bread", "/blog/bread/", None)]

    def test_post_moved_to_another(self, committed, blog, home):
        other = home.add_child(instance=BlogIndexPage(title="Other", slug="other"))
        [post] = blog.posts()

        moved = committed(post.move, other, pos="last-child")
        assert moved == [("post_updated", "Bread", "/blog/bread/", "/other/bread/")]


def test_planned_publication_is_told_when_it_comes(committed, make_post):
    from django.core.management import call_command

    post = make_post("Bread", live=False)
    later = timezone.now() + timedelta(hours=1)
    assert committed(publish, post, go_live_at=later) == []

    revision = post.revisions.get()
    revision.approved_go_live_at = timezone.now() - timedelta(minutes=1)
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    told = committed(call_command, "publish_scheduled")
    assert told == [("post_published", "Bread", None, "/blog/bread/")]


def test_nothing_is_said_before_the_commit(heard, make_post, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks():
        make_post(live=False).save_revision().publish()

    assert heard == []


def test_other_pages_are_not_posts(committed, home):
    def publish():
        page = home.add_child(instance=SimplePage(title="Page", live=False))
        page.save_revision().publish()
        page.delete()

    assert committed(publish) == []


def test_drafts_are_not_told_of(committed, make_post):
    post = make_post("Draft", live=False)

    def change():
        post.title, post.slug = "Still a draft", "still"
        post.save()
        post.save_revision()

    assert committed(change) == []
    assert committed(post.delete) == []


def test_receiver_at_fault_does_not_break_the_publication(
    make_post, django_capture_on_commit_callbacks
):
    def fail(**kwargs):
        raise RuntimeError("receiver at fault")

    signals.post_published.connect(fail)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            post = make_post(live=False)
            post.save_revision().publish()
    finally:
        signals.post_published.disconnect(fail)

    post.refresh_from_db()
    assert post.live
