"""The demo magazine through the response cache: right after every change, and not rendered anew without need."""

import pytest
from django.db import connection
from django.test import Client, override_settings

from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import PostPage
from mkt_core.cache import serving, store
from mkt_core.cache.purging import set_sink
from mkt_core.cache.tracking import installation

pytestmark = pytest.mark.django_db
CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"


SITEMAP = "/sitemap-mkt_blog_pages.postpage.xml"


def commit():
    """Run what waits for the commit; the test's own transaction never commits."""
    hooks, connection.run_on_commit = connection.run_on_commit, []
    for _, hook, *_ in hooks:
        hook()


def client_without_cache(middleware):
    client = Client()
    with override_settings(MIDDLEWARE=[path for path in middleware if path != CACHE]):
        client.handler.load_middleware()
    return client


class Magazine:
    """Addresses of the magazine of every kind, as visitors get them with and without the cache."""

    def __init__(self, middleware):
        self.cached, self.uncached = Client(), client_without_cache(middleware)
        newest = PostPage.objects.live().order_by("-date")
        self.post = newest[20]
        self.posts = [post.get_url() for post in newest[16:26]]
        self.urls = [
            *("/", "/blog/", "/blog/?page=2", "/blog/feed/rss/", SITEMAP, "/blog/2025/"),
            *self.posts,
            *(f"/blog/category/{category.path}/" for category in Category.objects.all()[:4]),
            *(f"/blog/author/{author.slug}/" for author in Author.objects.all()[:2]),
            *(f"/blog/series/{series.slug}/" for series in Series.objects.all()[:1]),
        ]
        for _ in range(2):
            self.seen = self.fetch()

    def fetch(self):
        answers = {}
        for url in self.urls:
            response = self.cached.get(url)
            answers[url] = (response.status_code, response.content, response["X-MKT-Cache"])
            commit()
        return answers

    def after(self, change):
        """Make a change; the addresses that show it, and those that were rendered anew without need."""
        change()
        commit()
        before, self.seen = self.seen, self.fetch()
        changed, needless = set(), set()
        for url, (status, content, state) in self.seen.items():
            truth = self.uncached.get(url)
            assert (status, content) == (truth.status_code, truth.content), f"{url}: {state}"
            if (status, content) != before[url][:2]:
                changed.add(url)
            elif state != "hit":
                needless.add(url)
        return changed, needless


@pytest.fixture
def magazine(demo_content, monkeypatch, settings):
    settings.MKT_CORE = {"CACHE_SECONDS": 10_000.0, "CACHE_NOT_FOUND_SECONDS": 10_000.0}
    # The tests' own transaction is none of a visitor's, and early refreshes happen by chance.
    monkeypatch.setattr(serving, "is_in_transaction", lambda: False)
    monkeypatch.setattr(serving.random, "random", lambda: 0.0)
    installation.install()
    replaced = set_sink(store.bump)
    commit()
    yield Magazine(settings.MIDDLEWARE)
    set_sink(replaced)


def republish(post, **values):
    post = PostPage.objects.get(pk=post.pk)
    for name, value in values.items():
        setattr(post, name, value)
    post.save_revision().publish()


def test_the_whole_magazine(magazine, django_assert_num_queries):
    assert {state for _, _, state in magazine.seen.values()} == {"hit"}
    # A reader who has the feed already costs no query, not even those by which Wagtail finds the blog.
    feed = "/blog/feed/rss/"
    known = magazine.cached.get(feed)["ETag"]
    with django_assert_num_queries(0):
        unchanged = magazine.cached.get(feed, headers={"if-none-match": known})
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    post, posts = magazine.post, set(magazine.posts)
    category = Category.objects.all()[:4][2]

    # An edit shows where the post is shown, and renews nothing else.
    changed, needless = magazine.after(lambda: republish(post, title="Another title"))
    assert post.get_url() in changed
    assert len(changed & posts) < 10
    assert not needless & posts, needless
    assert len(needless) < 8, needless

    # A draft is no news.
    draft = PostPage.objects.get(pk=post.pk)
    draft.title = "Not yet"
    changed, needless = magazine.after(lambda: draft.save_revision())
    assert (changed, needless) == (set(), set())

    # A category is shown by its posts and in the navigation of the listings.
    def rename():
        category.name = "Bread and cake"
        category.save()

    changed, needless = magazine.after(rename)
    assert f"/blog/category/{category.path}/" in changed
    assert not needless & posts, needless

    # A post that goes is gone everywhere: its neighbours and counts change.
    changed, _ = magazine.after(lambda: PostPage.objects.get(pk=post.pk).unpublish())
    assert {post.get_url(), SITEMAP} <= changed
    assert magazine.seen[post.get_url()][0] == 404
