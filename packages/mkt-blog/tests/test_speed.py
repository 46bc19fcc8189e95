"""What the blog promises about queries, and that what is remembered is never wrong."""

from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from wagtail.models import PageViewRestriction

from mkt_blog.models import Author, Category
from mkt_blog.testing import LIMITS, check_query_limits, queries_of
from tests.testapp.models import StoryIndex

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


def test_ready_blog_takes_as_few_queries_as_promised_at_two_sizes(client, blog):
    measured = check_query_limits(client, blog)

    assert set(measured) == set(LIMITS)


def test_limits_hold_for_classes_of_the_site(client, home):
    index = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))

    check_query_limits(client, index, sizes=(4, 6), dateline="Here")


class TestRemembered:
    @pytest.fixture
    def pages(self, client, make_post, food, ann):
        post = make_post("First", categories=[food], authors=[ann], tags=["slow"])
        other = make_post("Second", categories=[food], authors=[ann], tags=["slow"])
        urls = ["/blog/", "/blog/author/ann-other/", "/blog/category/food/", other.url]
        for url in urls * 2:
            assert client.get(url).status_code == 200

        def page():
            return "".join(client.get(url).content.decode() for url in urls)

        return post, page

    def test_name_of_an_author_changes_at_once(self, pages, ann):
        ann.name = "Ann New"
        ann.save()
        text = pages[1]()

        assert "Ann New" in text
        assert "Ann Other" not in text

    def test_post_that_goes_private_is_gone_at_once(self, client, pages):
        post, page = pages
        PageViewRestriction.objects.create(page=post, restriction_type="login")

        assert "First" not in page()
        (category,) = client.get("/blog/").context["categories"]
        assert category.post_count == 1

    def test_other_authors_and_categories_are_shown_at_once(self, pages):
        post, page = pages
        post.set_authors([Author.objects.create(name="Bea")])
        post.categories.set([Category.objects.create(name="Novelties")])
        post.save()
        text = page()

        assert "Bea" in text
        assert "Novelties" in text

    def test_unpublished_post_is_gone_at_once(self, pages):
        post, page = pages
        post.unpublish()

        assert "First" not in page()

    def test_counts_are_right_when_a_post_falls_due(self, client, make_post, food):
        due = timezone.now() + timedelta(seconds=30)
        make_post("Now", categories=[food])
        make_post("Soon", categories=[food], date=due)
        assert client.get("/blog/").context["categories"][0].post_count == 1

        # Not kept beyond the moment, so nothing is left by then.
        kept = [key for key in cache._cache if "navigation" in key]
        assert kept
        assert all(cache._expire_info[key] <= due.timestamp() for key in kept)

    @pytest.mark.parametrize(
        "url", ["", "category/food/", "tag/slow/", "author/ann-other/", "2026/"]
    )
    def test_posts_of_a_listing_are_counted_once(self, client, make_post, food, ann, url):
        filed = {"categories": [food], "authors": [ann], "tags": ["slow"]}
        make_post("First", **filed)
        address = f"/blog/{url}"
        client.get(address)

        assert not [query for query in queries_of(client, address) if "COUNT(" in query]
        assert client.get(address).context["posts"].paginator.count == 1
        second = make_post("Second", **filed)
        assert client.get(address).context["posts"].paginator.count == 2
        second.unpublish()
        assert client.get(address).context["posts"].paginator.count == 1
        due = timezone.now() + timedelta(seconds=30)
        make_post("Soon", **filed, date=due)
        cache.clear()
        assert client.get(address).context["posts"].paginator.count == 1
        kept = [key for key in cache._cache if "navigation" in key or "count" in key]
        assert kept
        assert all(cache._expire_info[key] <= due.timestamp() for key in kept)

    def test_change_while_a_page_is_made_is_shown_by_the_next(self, client, make_post, food):
        # The categories are read after the posts have been counted.
        make_post("First", categories=[food])
        seen = []

        def interfere(execute, sql, *rest):
            if seen == ["counted"]:
                seen.append("changed")
                make_post("Second")
            if not seen and sql.startswith("WITH visible"):
                seen.append("counted")
            return execute(sql, *rest)

        with connection.execute_wrapper(interfere):
            client.get("/blog/")
        assert seen == ["counted", "changed"]
        context = client.get("/blog/").context
        assert context["posts"].paginator.count == 2
        assert sum(year.count for year in context["archive_years"]) == 2

    def test_numbers_of_a_larger_blog_are_those_of_its_listings(self, client, make_post, food):
        bread = Category.objects.create(name="Bread", parent=food)
        for number in range(5):
            make_post(categories=[bread if number % 2 else food], tags=["slow", f"t{number}"])

        context = client.get("/blog/").context
        assert context["posts"].paginator.count == 5
        assert [(c.name, c.post_count) for c in context["categories"]] == [("Food", 5)]
        assert [(c.name, c.post_count) for c in context["categories"][0].children_list] == [
            ("Bread", 2)
        ]
        assert context["popular_tags"][0].count == 5
        for url, count in {"category/food/": 5, "category/food/bread/": 2, "tag/t3/": 1}.items():
            assert client.get(f"/blog/{url}").context["posts"].paginator.count == count

    def test_draft_of_a_published_post_leaves_all_that_is_kept(self, client, pages):
        post, page = pages
        page()
        before = len(queries_of(client, "/blog/"))
        draft = post.get_latest_revision_as_object()
        draft.title = "Another title"
        revision = draft.save_revision()

        assert len(queries_of(client, "/blog/")) == before
        assert "Another title" not in page()
        revision.publish()
        assert "Another title" in page()

    def test_draft_in_a_preview_is_not_kept_for_readers(self, client, pages, rf):
        post, page = pages
        post.set_authors([Author.objects.create(name="Secret draft author")])
        request = rf.get(post.url)
        request.is_preview = True
        post.get_context(request)

        assert "Secret draft author" not in page()

    def test_cache_that_is_gone_breaks_no_page(self, pages, monkeypatch):
        _, page = pages

        class Gone:
            def __getattr__(self, name):
                raise ConnectionError("no cache")

        monkeypatch.setattr("mkt_blog.remembered.cache", Gone())
        assert "First" in page()

    def test_nothing_is_kept_where_the_setting_says_so(self, client, make_post, settings):
        settings.MKT_BLOG = {"CACHE_SECONDS": 0}
        make_post()
        first = len(queries_of(client, "/blog/"))

        assert len(queries_of(client, "/blog/")) >= first - 4
        assert not [key for key in cache._cache if "navigation" in key or "terms" in key]
