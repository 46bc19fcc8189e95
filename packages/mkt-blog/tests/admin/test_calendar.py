"""The editors' calendar."""

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from django.utils import timezone
from wagtail.models import GroupPagePermission, Page, Workflow

from mkt_blog.models import Author
from mkt_blog.pages.models import PostPage
from tests.testapp.models import Story, StoryIndex

pytestmark = pytest.mark.django_db

URL = "/admin/reports/editorial-calendar/"


def states(response):
    return {page.title: page.state for page in response.context["object_list"]}


def days(response):
    """Titles in the table of the month, by day."""
    return {
        str(day.date): [post.title for post in day.posts]
        for week in response.context["weeks"]
        for day in week
        if day.posts
    }


@pytest.fixture
def now():
    return timezone.now()


@pytest.fixture
def posts(make_post, home, now):
    stories = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))
    old = now - timedelta(days=400)
    make_post("Published", last_published_at=now)
    make_post("To come", date=now + timedelta(days=2), last_published_at=now)
    make_post("Draft", live=False)
    make_post("Stale", last_published_at=old)
    make_post("Story", model=Story, below=stories, last_published_at=now)
    make_post("Expires", expire_at=now + timedelta(days=3), last_published_at=now)
    make_post("Expired", live=False, expired=True)
    scheduled = make_post("Goes live", live=False)
    scheduled.go_live_at = now + timedelta(days=5)
    scheduled.save_revision().publish()
    return PostPage.objects.order_by("path")


def test_states(admin_client, posts, admin_user):
    waiting = PostPage.objects.get(title="Draft")
    reviewed = waiting.copy(update_attrs={"title": "Reviewed", "slug": "reviewed"})
    reviewed.save_revision()
    Workflow.objects.get(name="Moderators approval").start(reviewed, admin_user)
    assert states(admin_client.get(URL)) == {
        "Published": "published",
        "To come": "scheduled",
        "Draft": "draft",
        "Stale": "stale",
        "Story": "published",
        "Expires": "expiring",
        "Expired": "expired",
        "Goes live": "scheduled",
        "Reviewed": "workflow",
    }


def test_how_old_is_stale_is_a_setting(admin_client, posts, settings):
    settings.MKT_BLOG = {"STALE_AFTER_DAYS": 500}
    assert states(admin_client.get(URL))["Stale"] == "published"


def test_a_month_shows_each_post_on_its_day_of_the_editors_time_zone(admin_client, make_post):
    make_post("Late evening", date=datetime(2026, 3, 31, 23, 30, tzinfo=UTC))
    make_post("March", date=datetime(2026, 3, 5, 12, tzinfo=UTC))
    draft = make_post("Planned", live=False, date=datetime(2026, 1, 1, tzinfo=UTC))
    draft.date = datetime(2026, 4, 9, 8, tzinfo=UTC)
    draft.save_revision()

    march = admin_client.get(URL, {"month": "2026-03"})
    april = admin_client.get(URL, {"month": "2026-04"})

    # Berlin is two hours ahead of UTC then.
    assert days(march) == {"2026-03-05": ["March"]}
    assert days(april) == {"2026-04-01": ["Late evening"], "2026-04-09": ["Planned"]}
    html = april.content.decode()
    assert 'href="/admin/reports/editorial-calendar/?month=2026-05"' in html
    assert '<th scope="col" abbr="Monday">' in html
    assert "style=" not in html[html.index("mkt-calendar") : html.index("</table>")]


@pytest.mark.parametrize("month", ["", "x", "2026-13", "0001-01", "9999-12", "2026-1\x00"])
def test_junk_is_the_current_month(admin_client, posts, month, now):
    response = admin_client.get(URL, {"month": month})
    assert response.status_code == 200
    assert str(response.context["month"]) == timezone.localtime(now).strftime("%Y-%m")


def test_filters(admin_client, posts, blog, ann):
    draft = PostPage.objects.get(title="Draft")
    draft.set_authors([ann])
    draft.save()
    for query, found in (
        ({"state": ["draft", "stale"]}, {"Draft", "Stale"}),
        ({"author": f"mkt_blog.Author:{ann.pk}"}, {"Draft"}),
        ({"blog": blog.get_siblings().last().pk}, {"Story"}),
        ({"author": "junk"}, set(states(admin_client.get(URL)))),
    ):
        assert set(states(admin_client.get(URL, query))) == found, query
    response = admin_client.get(URL, {"state": "draft", "month": "2026-03"})
    assert days(response) == {"2026-03-01": ["Draft"]}
    assert "?state=draft&amp;month=2026-04" in response.content.decode()
    results = admin_client.get(f"{URL}results/", {"state": "draft"})
    assert "Draft" in results.content.decode()


def test_only_posts_that_the_user_may_edit(client, posts, home, django_user_model):
    """And nobody else gets in."""
    assert client.get(URL).status_code == 302
    group = Group.objects.create(name="News")
    group.permissions.add(Permission.objects.get(codename="access_admin"))
    GroupPagePermission.objects.create(
        group=group,
        page=Page.objects.get(slug="stories"),
        permission=Permission.objects.get(codename="change_page"),
    )
    user = django_user_model.objects.create_user("writer", password="x")
    user.groups.add(group)
    client.force_login(user)
    response = client.get(URL)
    assert set(states(response)) == {"Story"}
    assert [str(blog) for blog in response.context["filters"].form.fields["blog"].queryset] == [
        "Stories"
    ]


def test_number_of_queries_does_not_grow(
    admin_client, make_post, ann, blog, django_assert_num_queries
):
    make_post(authors=[ann], date=timezone.now())
    admin_client.get(URL)
    with django_assert_num_queries(40, exact=False) as few:
        admin_client.get(URL)
    for n in range(10):
        other = Author.objects.create(name=f"Author {n}")
        make_post(authors=[other, ann], date=timezone.now(), live=bool(n % 2))
    with django_assert_num_queries(len(few)):
        admin_client.get(URL)


def test_export(admin_client, make_post, ann):
    make_post("=1+1", authors=[ann])
    response = admin_client.get(URL, {"export": "csv"})
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].startswith("Title,Status,Publication,Expires,Authors,Blog")
    assert lines[1].startswith("'=1+1,Published,2026-03-01")
    assert "Ann Other,Field notes" in lines[1]


def test_it_is_in_the_menu_of_reports(admin_client):
    html = admin_client.get(reverse("wagtailadmin_home")).content.decode()
    assert "editorial-calendar" in html
