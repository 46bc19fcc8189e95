"""What is scheduled really happens, or somebody is told."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page, Revision

from mkt_blog import scheduling
from mkt_blog.pages.models import PostPage
from mkt_core.health import Degraded
from mkt_core.health.registry import registered

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_cached():
    cache.delete(scheduling.CACHE_KEY)
    yield
    cache.delete(scheduling.CACHE_KEY)


def minutes_ago(minutes):
    return timezone.now() - timedelta(minutes=minutes)


@pytest.fixture
def late_post(make_post):
    """Scheduled for twenty minutes ago."""
    post = make_post("Late", live=False)
    post.go_live_at = timezone.now() + timedelta(hours=1)
    post.save_revision().publish()
    Revision.objects.filter(object_id=post.pk).update(approved_go_live_at=minutes_ago(20))
    return post


def test_a_post_that_did_not_go_live_is_overdue_until_the_command_runs(late_post):
    with pytest.raises(Degraded, match="publish_scheduled has not run: 1 posts are overdue"):
        scheduling.check_scheduling()
    revision = late_post.latest_revision
    revision.refresh_from_db()
    revision.content["go_live_at"] = revision.approved_go_live_at.isoformat()
    revision.save()
    call_command("publish_scheduled")
    assert PostPage.objects.get(pk=late_post.pk).live
    assert scheduling.overdue_posts() == 0
    scheduling.check_scheduling()


def test_a_post_that_did_not_expire_is_overdue(make_post, django_assert_num_queries):
    make_post(expire_at=minutes_ago(20))
    make_post(expire_at=minutes_ago(5))
    make_post(expire_at=minutes_ago(-60))
    make_post(expire_at=minutes_ago(60), live=False)
    scheduling.overdue_posts()
    with django_assert_num_queries(1):
        assert scheduling.overdue_posts() == 1


def test_the_grace_is_a_setting(late_post, settings):
    settings.MKT_BLOG = {"SCHEDULE_GRACE_MINUTES": 30}
    assert scheduling.overdue_posts() == 0


def test_other_pages_are_not_ours(home):
    home.add_child(instance=Page(title="Simple", slug="simple", expire_at=minutes_ago(99)))
    assert scheduling.overdue_posts() == 0


def test_the_check_is_registered_and_makes_no_site_unavailable():
    (check,) = [check for check in registered() if check.name == "mkt_blog.scheduling"]
    assert not check.critical


def test_editors_are_told_on_the_dashboard_and_in_the_blog(
    admin_client, late_post, blog, home, django_assert_num_queries
):
    for url in (
        reverse("wagtailadmin_home"),
        reverse("wagtailadmin_explore", args=[blog.pk]),
    ):
        html = admin_client.get(url).content.decode()
        assert "1 post should have gone live or expired by now" in html
        assert "publish_scheduled" in html
    for url in (
        reverse("wagtailadmin_explore", args=[home.pk]),
        reverse("wagtailadmin_explore_results", args=[blog.pk]),
    ):
        assert "publish_scheduled" not in admin_client.get(url).content.decode()
    with django_assert_num_queries(0):
        assert scheduling.recently_overdue_posts() == 1


def test_when_all_is_well_nobody_is_bothered(admin_client, blog, make_post):
    make_post()
    for url in (reverse("wagtailadmin_home"), reverse("wagtailadmin_explore", args=[blog.pk])):
        assert "publish_scheduled" not in admin_client.get(url).content.decode()


def test_who_publishes_nothing_is_not_told_on_the_dashboard(client, late_post, django_user_model):
    from django.contrib.auth.models import Permission

    user = django_user_model.objects.create_user("reader", password="x")
    user.user_permissions.add(Permission.objects.get(codename="access_admin"))
    client.force_login(user)
    html = client.get(reverse("wagtailadmin_home")).content.decode()
    assert "publish_scheduled" not in html
