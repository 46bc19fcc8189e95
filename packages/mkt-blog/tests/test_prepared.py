"""Statements that are written once say the same as the querysets they are made from."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page, PageManager

from mkt_blog.listed import ListedPosts
from mkt_blog.pages.models import PostPage
from mkt_blog.prepared import PreparedQuery
from mkt_blog.querysets import PostQuerySet
from mkt_blog.visible import has_usual_queryset

pytestmark = pytest.mark.django_db


def titled(model, *, titles, before, first=0):
    found = model.objects.filter(title__in=titles, first_published_at__lt=before)
    return found.order_by("title")[first : first + 2]


@pytest.fixture
def query():
    built = []

    def build(*args, **kwargs):
        built.append(args)
        return titled(*args, **kwargs)

    prepared = PreparedQuery(build)
    prepared.built = built
    return prepared


@pytest.fixture
def pages(home):
    now = timezone.now()
    made = [Page(title=f"P{n}", slug=f"p{n}", first_published_at=now) for n in range(4)]
    return [home.add_child(instance=page) for page in made]


def test_one_statement_answers_for_all_values(query, pages):
    later = timezone.now() + timedelta(days=1)
    asked = [
        (["P0", "P2", "P3"], later, 0, ["P0", "P2"]),
        (["P1", "P2", "P3"], later, 1, ["P2", "P3"]),
        (["P1", "nothing", "P3"], later - timedelta(days=2), 0, []),
    ]
    for titles, before, first, expected in asked:
        values = {"titles": titles, "before": before, "first": first}
        with CaptureQueriesContext(connection) as captured:
            found = query.rows(Page, **values)
        assert [page.title for page in found] == expected
        assert found == list(titled(Page, **values))
        assert len(captured) == 1
    assert len(query.built) == 1


def test_statement_is_that_of_the_queryset(query, pages):
    values = {"titles": ["P0", "P1"], "before": timezone.now(), "first": 0}
    with CaptureQueriesContext(connection) as prepared:
        query.rows(Page, **values)
    with CaptureQueriesContext(connection) as usual:
        list(titled(Page, **values))

    assert prepared.captured_queries[0]["sql"] == usual.captured_queries[0]["sql"]


def test_nothing_is_asked_for_an_empty_list(query, django_assert_num_queries):
    with django_assert_num_queries(0):
        assert query.rows(Page, titles=[], before=timezone.now(), first=0) == []


def test_long_lists_are_asked_as_they_are(query, pages):
    titles = [f"P{n}" for n in range(500)]
    found = query.rows(Page, titles=titles, before=timezone.now() + timedelta(1), first=0)

    assert [page.title for page in found] == ["P0", "P1"]


def test_value_that_the_statement_does_not_hold_is_an_error():
    query = PreparedQuery(lambda model, *, slug: model.objects.filter(slug=slug.upper()))

    with pytest.raises(ValueError, match="as it is"):
        query.rows(Page, slug="x")


class TestSiteThatDecides:
    """A hook, a queryset or a blog of the site's own is asked each time."""

    @pytest.fixture
    def listing(self, blog, rf):
        return lambda: blog.index_listing(rf.get("/")).posts

    def test_usual_blog_is_prepared(self, listing):
        assert isinstance(listing(), ListedPosts)

    def test_hook_is_asked(self, blog, listing, make_post):
        from wagtail import hooks

        make_post("Shown")
        make_post("Hidden")
        with hooks.register_temporarily(
            "mkt_blog_listing_queryset", lambda posts, blog, request: posts.exclude(title="Hidden")
        ):
            assert [post.title for post in listing()] == ["Shown"]
        assert len(listing()) == 2

    @pytest.mark.parametrize(
        "name", ["published_in", "in_category", "tagged", "by_author", "in_series"]
    )
    def test_own_method_of_the_queryset_is_asked(self, name):
        def model_with(queryset_class):
            manager = PageManager.from_queryset(queryset_class)()
            manager.model = PostPage
            return type("Story", (), {"objects": manager})

        own = type("Own", (PostQuerySet,), {name: lambda self, value: self.none()})
        assert has_usual_queryset(model_with(PostQuerySet))
        assert not has_usual_queryset(model_with(own))

    def test_own_method_of_the_blog_is_asked(self, blog, listing, make_post, monkeypatch):
        make_post("Hidden")
        monkeypatch.setattr(
            type(blog), "posts", lambda self, model=None, request=None: PostPage.objects.none()
        )
        from mkt_blog import visible

        visible._posts_usually.cache_clear()
        try:
            assert not listing()
        finally:
            monkeypatch.undo()
            visible._posts_usually.cache_clear()


def test_post_that_falls_due_is_listed_by_the_same_statement(client, blog, make_post, monkeypatch):
    make_post("Now")
    make_post("Soon", date=timezone.now() + timedelta(hours=1))
    assert "Soon" not in client.get("/blog/").content.decode()

    later = timezone.now() + timedelta(hours=2)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert "Soon" in client.get("/blog/").content.decode()
