"""From an editor's change to the CDNs: the right tags and URLs, after the commit, and without a wait."""

import time
from importlib import import_module

import pytest
from django.contrib.auth.models import Group
from django.db import connection, transaction
from django.test import Client
from wagtail.contrib.frontend_cache.backends import BaseBackend
from wagtail.models import PageViewRestriction, Site
from wagtail.signals import post_page_move

from mkt_core.cache.cdn import background, pages

from ...backends import DUMMY, PACKAGE
from ..middleware.test_freshness import commit
from ..site.models import IndexPage, PostPage
from ..tracking.conftest import built, module_settings, unblocked, undone  # noqa: F401
from .conftest import cloudflare, fastly, varnish
from .test_backends import YES

pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
    "ignore:.*SpooledTemporaryFile:ResourceWarning",
)

HOST = "http://localhost"


def post(blog="news", n=1):
    return PostPage.objects.get(slug=f"post-{n}", url_path__contains=f"/{blog}/")


@pytest.fixture
def behind(website, built, tracking, db):  # noqa: F811
    """``behind(fastly=…)`` puts the small site behind CDNs."""
    website.ROOT_URLCONF = "tests.cache.middleware.site_urls"

    def change(**cdns):
        website.MKT_CORE = {
            "CACHE_CDN": cdns,
            "CACHE_PROXY_SECONDS": 60,
            "CACHE_CDN_TIMEOUT_SECONDS": 5.0,
        }

    with undone():
        Site.clear_site_root_paths_cache()
        commit_all()
        yield change


def commit_all():
    """Run what waits for the commit, and what that leaves behind."""
    while connection.run_on_commit:
        commit()


def tags_of(path, header="Surrogate-Key"):
    response = Client().get(path, headers={"host": "localhost"})
    return set(response[header].replace(",", " ").split())


def publish(page):
    page.title = "edited"
    page.save_revision().publish()
    commit_all()


class TestTags:
    def test_a_purge_finds_what_has_changed_and_nothing_else(self, behind, make_cdn):
        behind(fastly=fastly(cdn := make_cdn()))
        shown = [tags_of(path) for path in ("/news/", "/news/post-1/")]
        others = [tags_of(path) for path in ("/news/post-0/", "/notes/", "/notes/post-1/")]

        publish(post())

        assert background.flush(5)
        purged = set().union(*(r.headers["Surrogate-Key"].split() for r in cdn.requests))
        assert all(tags & purged for tags in shown)
        assert not any(tags & purged for tags in others)

    @pytest.mark.parametrize(
        ("entry", "header", "answer"),
        [
            (fastly, "Surrogate-Key", 200),
            (cloudflare, "Cache-Tag", YES),
            (varnish, "xkey", 200),
        ],
    )
    def test_it_is_the_same_text_for_every_cdn(self, entry, header, answer, behind, make_cdn):
        behind(cdn=entry(cdn := make_cdn(answer)))
        tags = tags_of("/news/post-1/", header)

        post().unpublish()
        commit_all()

        assert background.flush(5)
        told = " ".join(
            request.body.decode() + " ".join(request.headers.values()) for request in cdn.requests
        )
        found = [tag for tag in tags if tag in told]
        assert f"page:{post().pk}" in found
        assert [tag for tag in found if tag.startswith("#")]

    def test_publishing_takes_no_longer_because_the_cdn_hangs(self, behind, make_cdn):
        behind(fastly=fastly(make_cdn("hang")), varnish=varnish(make_cdn("hang")))
        page = post()
        started = time.monotonic()

        publish(page)

        # The time after which one of them is given up.
        assert time.monotonic() - started < 2
        assert set(background.waiting()) == {"fastly", "varnish"}

    def test_tables_that_no_page_shows_are_not_told(self, behind, website, make_cdn):
        behind(fastly=fastly(cdn := make_cdn()))
        Group.objects.create(name="before")
        commit_all()
        assert background.flush(5)
        assert len(cdn.requests) == 1

        website.MKT_CORE = {**website.MKT_CORE, "CACHE_IGNORED_TABLES": ["auth_group"]}
        Group.objects.create(name="after")
        commit_all()

        assert background.waiting() == {}
        assert len(cdn.requests) == 1


class Recording(BaseBackend):
    """Stands for the cache whose URLs Wagtail purges."""

    urls = []
    trouble = []

    def purge_batch(self, urls):
        if Recording.trouble:
            Recording.trouble.pop()()
        Recording.urls.append(sorted(urls))


def log_an_error():
    import logging

    logging.getLogger("wagtail.frontendcache").error("Couldn't purge")


def raise_an_error():
    raise ConnectionError


@pytest.fixture
def by_url(behind, website, monkeypatch):
    """The URLs purged so far, one list for each time."""
    website.WAGTAILFRONTENDCACHE = {"default": {"BACKEND": f"{__name__}.Recording"}}
    website.ROOT_URLCONF = "tests.cache.site.urls"
    # What redirects add has a test of its own.
    website.WAGTAILREDIRECTS_AUTO_CREATE = False
    behind()
    monkeypatch.setattr(Recording, "urls", [])
    monkeypatch.setattr(Recording, "trouble", [])
    return Recording.urls


def purged():
    commit_all()
    assert background.flush(5)
    return {url.removeprefix(HOST) for urls in Recording.urls for url in urls}


POSTS = {"post-0/", "post-1/", "post-2/"}


class TestUrls:
    def test_a_move_purges_old_and_new_urls_of_all_below(self, by_url):
        IndexPage.objects.get(slug="news").move(IndexPage.objects.get(slug="about"), "last-child")

        assert purged() == {
            f"{blog}{post}" for blog in ("/news/", "/about/news/") for post in {"", *POSTS}
        }
        assert len(by_url) == 1

    def test_another_place_among_siblings_purges_nothing(self, by_url):
        IndexPage.objects.get(slug="notes").move(IndexPage.objects.get(slug="about"), "left")

        assert purged() == set()

    def test_a_new_slug_purges_the_old_url_and_all_below(self, by_url):
        page = IndexPage.objects.get(slug="news")
        page.slug = "latest"
        page.save_revision().publish()

        # Wagtail has seen to the new URL of the page itself, once.
        assert purged() == {
            "/news/",
            "/latest/",
            *(f"{blog}{post}" for blog in ("/news/", "/latest/") for post in POSTS),
        }
        assert sum(urls.count(f"{HOST}/latest/") for urls in by_url) == 1

    def test_publishing_is_left_to_wagtail(self, by_url):
        publish(post())

        assert purged() == {"/news/post-1/"}
        assert len(by_url) == 1

    def test_unpublishing_is_left_to_wagtail(self, by_url):
        post().unpublish()

        assert purged() == {"/news/post-1/"}
        assert len(by_url) == 1

    def test_a_deletion_is_purged_again_when_the_page_is_gone(self, by_url):
        IndexPage.objects.get(slug="news").delete()
        early = len(by_url)
        assert early
        by_url.clear()

        assert purged() == {"/news/", *(f"/news/{post}" for post in POSTS)}
        assert len(by_url) == 1

    def test_a_restriction_purges_the_page_and_all_below(self, by_url):
        PageViewRestriction.objects.create(
            page=IndexPage.objects.get(slug="news"), restriction_type="login"
        )

        assert purged() == {"/news/", *(f"/news/{post}" for post in POSTS)}

    def test_drafts_have_no_url(self, by_url):
        post().unpublish()
        purged()
        by_url.clear()

        IndexPage.objects.get(slug="news").move(IndexPage.objects.get(slug="about"), "last-child")

        assert not [url for url in purged() if "post-1" in url]

    def test_nothing_after_a_rollback(self, by_url):
        with transaction.atomic():
            IndexPage.objects.get(slug="news").move(
                IndexPage.objects.get(slug="about"), "last-child"
            )
            PageViewRestriction.objects.create(page=post("notes"), restriction_type="login")
            transaction.set_rollback(True)

        assert purged() == set()

    def test_what_wagtail_purges_for_its_redirects_is_not_the_page(self, by_url, settings):
        settings.WAGTAILREDIRECTS_AUTO_CREATE = True

        post().move(IndexPage.objects.get(slug="about"), "last-child")

        assert by_url == [[f"{HOST}/news/post-1"]]
        assert purged() == {"/news/post-1", "/news/post-1/", "/about/post-1/"}

    def test_can_be_turned_off(self, by_url, settings):
        settings.MKT_CORE = {"CACHE_CDN_URLS": False}

        post().move(IndexPage.objects.get(slug="about"), "last-child")

        assert purged() == set()

    def test_what_wagtail_does_itself_is_not_done_twice(self, by_url):
        def of_a_later_wagtail(**kwargs):
            pass

        of_a_later_wagtail.__module__ = "wagtail.contrib.frontend_cache.signal_handlers"
        post_page_move.connect(of_a_later_wagtail)
        try:
            post().move(IndexPage.objects.get(slug="about"), "last-child")
        finally:
            post_page_move.disconnect(of_a_later_wagtail)

        assert purged() == set()

    @pytest.mark.parametrize("trouble", [log_an_error, raise_an_error])
    def test_a_cache_that_is_away_is_told_again(self, trouble, by_url, told):
        Recording.trouble = [trouble, trouble]

        post().move(IndexPage.objects.get(slug="about"), "last-child")

        assert purged() == {"/news/post-1/", "/about/post-1/"}
        assert [what for what, _ in told] == ["failed", "failed", "sent"]

    def test_a_cache_that_hangs_keeps_nobody_waiting(self, by_url):
        Recording.trouble = [lambda: time.sleep(1.5)]
        started = time.monotonic()

        post().move(IndexPage.objects.get(slug="about"), "last-child")
        commit()

        assert time.monotonic() - started < 1

    def test_trouble_here_keeps_nobody_from_moving_a_page(self, by_url, monkeypatch, caplog):
        monkeypatch.setattr(pages, "PurgeBatch", None)

        post().move(IndexPage.objects.get(slug="about"), "last-child")

        assert "Could not tell which URLs to purge" in caplog.text
        assert PostPage.objects.filter(url_path__endswith="/about/post-1/").exists()

    def test_number_of_queries_does_not_grow_with_the_tree(
        self, by_url, django_assert_max_num_queries
    ):
        news = IndexPage.objects.get(slug="news")
        path = news.url_path
        commit()

        with django_assert_max_num_queries(5):
            pages.purge_moved(instance=news, url_path_before="/home/old/", url_path_after=path)

    def test_without_a_front_end_cache_nothing_is_looked_at(
        self, by_url, settings, django_assert_num_queries
    ):
        del settings.WAGTAILFRONTENDCACHE
        news = IndexPage.objects.get(slug="news")

        with django_assert_num_queries(0):
            pages.purge_moved(instance=news, url_path_before="/a/", url_path_after="/b/")


def test_several_changes_of_one_transaction_are_one_purge(by_url, settings):
    settings.TASKS = {"default": {"BACKEND": DUMMY}}
    with transaction.atomic():
        for blog, n in [("news", 0), ("notes", 1)]:
            post(blog, n).move(IndexPage.objects.get(slug="about"), "last-child")

    commit_all()
    results = import_module(PACKAGE).default_task_backend.results
    [urls] = [result.args[1]["urls"] for result in results if result.task.name == "send_purge"]
    assert urls == [
        f"{HOST}/{blog}/post-{n}/"
        for blog, n in [("about", 0), ("about", 1), ("news", 0), ("notes", 1)]
    ]
