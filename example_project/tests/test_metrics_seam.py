"""mkt-monitoring finds the blog's metrics, and serves them with the requests to its pages."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth import get_user_model
from django.template import engines
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families
from wagtail.models import Page, Site

from mkt_blog.models import Author, Category
from mkt_blog.pages.models import BlogIndexPage, PostPage
from mkt_monitoring.models import EventDay
from mkt_monitoring.reports.content import rows_of, tables
from mkt_monitoring.reports.periods import last_days

pytestmark = pytest.mark.django_db

POST = "mkt_blog_pages.postpage"


@pytest.fixture
def blog():
    root = Page.get_first_root_node()
    home = root.add_child(instance=Page(title="Home", slug="metrics-home"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "testserver", "root_page": home}
    )
    return home.add_child(instance=BlogIndexPage(title="Blog", slug="blog"))


def draft(blog, slug):
    return blog.add_child(
        instance=PostPage(title=slug, slug=slug, live=False, date=datetime(2026, 1, 2, tzinfo=UTC))
    )


def publish(post, callbacks):
    post = post.__class__.objects.get(pk=post.pk)
    with callbacks(execute=True):
        post.save_revision().publish()


def value(client, name, **labels):
    response = client.get("/metrics")
    assert response.status_code == 200
    return sum(
        sample.value
        for family in text_string_to_metric_families(response.text)
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )


@pytest.fixture
def no_waiting(monkeypatch):
    """Compute at every scrape."""
    from mkt_monitoring.collectors import computed

    for collector in computed._collectors.values():
        monkeypatch.setattr(collector, "_ttl_seconds", 0)
        monkeypatch.setattr(collector, "_expires_at", float("-inf"))


def test_a_publication_is_counted_once(client, blog, django_capture_on_commit_callbacks):
    def published():
        return value(client, "mkt_blog_posts_published_total", wagtail_page_type=POST)

    before = published()
    post = draft(blog, "first")
    publish(post, django_capture_on_commit_callbacks)
    publish(post, django_capture_on_commit_callbacks)  # an update is no publication
    publish(draft(blog, "second"), django_capture_on_commit_callbacks)

    assert published() == before + 2


def test_live_posts_are_counted_at_the_scrape(
    client, blog, no_waiting, django_capture_on_commit_callbacks
):
    before = value(client, "mkt_blog_live_posts", wagtail_page_type=POST)
    post = draft(blog, "one")
    publish(post, django_capture_on_commit_callbacks)
    draft(blog, "two")
    assert value(client, "mkt_blog_live_posts", wagtail_page_type=POST) == before + 1

    post.refresh_from_db()
    post.unpublish()
    assert value(client, "mkt_blog_live_posts", wagtail_page_type=POST) == before
    assert value(client, "mkt_monitoring_collector_success", collector="mkt_blog.live_posts") == 1


@pytest.mark.parametrize(
    ("path", "route", "page_type"),
    [
        ("/blog/", "wagtail_serve", "mkt_blog_pages.blogindexpage"),
        ("/blog/hello/", "wagtail_serve", POST),
        ("/blog/2026/", None, "mkt_blog_pages.blogindexpage"),
        ("/blog/feed/rss/", None, "mkt_blog_pages.blogindexpage"),
    ],
)
def test_requests_are_told_apart_by_page_type(
    client, blog, django_capture_on_commit_callbacks, path, route, page_type
):
    publish(draft(blog, "hello"), django_capture_on_commit_callbacks)
    labels = {"wagtail_page_type": page_type, "http_response_status_class": "2xx"}
    if route:
        labels["http_route"] = route

    def requests():
        return value(client, "http_server_request_duration_seconds_count", **labels)

    before = requests()
    assert client.get(path).status_code == 200

    assert requests() == before + 1


def test_addresses_do_not_become_labels(client, blog, django_capture_on_commit_callbacks):
    publish(draft(blog, "a-very-own-slug"), django_capture_on_commit_callbacks)
    client.get("/blog/a-very-own-slug/")
    client.get("/blog/2019/")

    # Labels only: the digits of a duration may be those of a year.
    labels = {
        label
        for family in text_string_to_metric_families(client.get("/metrics").text)
        for sample in family.samples
        for label in sample.labels.values()
    }

    assert "wagtail_serve" in labels
    assert not [label for label in labels if "a-very-own-slug" in label or "2019" in label]


def test_strangers_find_no_metrics(client):
    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 404
    assert client.get("/metrics", headers={"x-forwarded-for": "127.0.0.1"}).status_code == 404


def test_staff_may_read_them(client):
    client.force_login(get_user_model().objects.create_superuser("operator"))

    assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 200


def test_tokens_and_webhooks_of_the_api_are_counted(client, blog, no_waiting, settings):
    from mkt_api.access.tokens import create_token
    from mkt_api.webhooks import outbox
    from mkt_api.webhooks.endpoints import create_endpoint

    settings.MKT_API = {"WEBHOOK_DELIVER_ON_COMMIT": False}
    made = value(client, "mkt_api_token_changes_total", change="created")
    refused = value(client, "mkt_api_refusals_total", reason="invalid-token")

    create_token("Front end")
    client.get("/api/v1/posts/", headers={"Authorization": "Bearer wrong"})
    create_endpoint("Shop", "https://shop.example/hook")
    outbox.record("page.updated", "page:1", {"id": 1})

    assert value(client, "mkt_api_token_changes_total", change="created") == made + 1
    assert value(client, "mkt_api_refusals_total", reason="invalid-token") == refused + 1
    assert value(client, "mkt_api_webhook_deliveries_waiting") == 1
    assert value(client, "mkt_api_webhook_oldest_waiting_seconds") >= 0


def test_answers_with_what_will_be_taken_away_are_counted(client):
    from mkt_api.signals import deprecation_used

    labels = {"resource": "posts", "field": "subtitle"}
    before = value(client, "mkt_api_deprecated_answers_total", **labels)

    deprecation_used.send(None, request=None, access=None, resource="posts", fields=("subtitle",))

    assert value(client, "mkt_api_deprecated_answers_total", **labels) == before + 1


def test_page_views_are_grouped_by_what_posts_point_to(blog, django_assert_max_num_queries):
    tides = Category.objects.create(name="Tides", slug="tides")
    ada = Author.objects.create(name="Ada", slug="ada")
    post = draft(blog, "post")
    post.categories.add(tides)
    post.author_links.create(author=ada)
    post.save()
    day = timezone.localdate(timezone=timezone.get_default_timezone())
    EventDay.objects.create(
        day=day, event="page_view", dimension="page", value="/post/", page_id=post.pk, count=7
    )

    for table in tables():
        if table.name in ("authors", "categories"):
            with django_assert_max_num_queries(3):
                (row,) = rows_of(table, last_days(7))
            assert (row.label, row.count) == (
                {"authors": "Ada", "categories": "Tides"}[table.name],
                7,
            )


def test_searches_in_the_blog_and_in_the_api_are_counted(client, blog):
    def searches():
        return value(client, "wagtail_search_duration_seconds_count", kind="search")

    before = searches()
    assert client.get("/blog/search/?q=zzzznothing").status_code == 200
    assert searches() > before
    between = searches()
    assert client.get("/api/v1/search/?q=zzzznothing").status_code == 200
    assert searches() > between
    assert value(client, "wagtail_searches_without_results_total") >= 2


def test_popular_posts_are_those_viewed_most(blog, rf):
    little, much = [draft(blog, slug) for slug in ("little", "much")]
    for post, views in ((little, 2), (much, 9), (blog, 99)):
        PostPage.objects.filter(pk=post.pk).update(live=True)
        EventDay.objects.create(
            day=timezone.localdate(),
            event="page_view",
            dimension="page",
            page_id=post.pk,
            value=f"/{post.slug}/",
            count=views,
        )
    source = "{% load mkt_blog %}{% mkt_popular_posts blog %}"

    html = engines["django"].from_string(source).render({"blog": blog}, rf.get("/"))

    assert html.count("<li>") == 2
    assert html.index("/blog/much/") < html.index("/blog/little/")
