"""The list of popular posts, with whatever ranks pages by their views."""

from datetime import timedelta

import pytest
from django.template import engines
from django.test import RequestFactory
from django.utils import timezone, translation
from wagtail import hooks
from wagtail.models import Page, PageViewRestriction

from mkt_blog import popular
from mkt_blog.pages.models import BlogIndexPage

pytestmark = pytest.mark.django_db


class Views:
    """A ranking by views of pages that a test sets."""

    def __init__(self):
        self.pages = []
        self.asked = []

    def __call__(self, *, days, limit):
        self.asked.append((days, limit))
        return [page.pk for page in self.pages[:limit]]


@pytest.fixture
def views(monkeypatch):
    ranking = Views()
    monkeypatch.setattr(popular, "_rankings", [])
    popular.register_ranking(ranking)
    return ranking


def show(blog, arguments="", **context):
    request = RequestFactory().get("/")
    source = f"{{% load mkt_blog %}}{{% mkt_popular_posts {arguments} %}}"
    return engines["django"].from_string(source).render({"blog": blog, **context}, request).strip()


def titles(blog, **options):
    return [post.title for post in popular.popular_posts(blog, **options)]


def test_the_most_viewed_posts_are_listed_with_their_addresses(blog, make_post, views):
    first, second = make_post("Bread & butter"), make_post("Tea")
    views.pages = [second, first]

    html = show(blog)

    assert html.index("Tea") < html.index("Bread &amp; butter")
    assert f'<a href="{first.url}">Bread &amp; butter</a>' in html
    assert ">Popular posts</h2>" in html


def test_nothing_is_shown_and_asked_while_nobody_counts_views(
    blog, make_post, monkeypatch, django_assert_num_queries
):
    monkeypatch.setattr(popular, "_rankings", [])
    make_post()

    with django_assert_num_queries(0):
        assert show(blog) == ""


@pytest.mark.parametrize("pages", [[], ["home"]])
def test_nothing_is_shown_while_no_post_was_viewed(blog, home, make_post, views, pages):
    make_post()
    views.pages = [home] * len(pages)

    assert show(blog) == ""


def test_nothing_is_shown_without_a_blog(make_post, views):
    views.pages = [make_post()]

    assert show(None) == ""


def test_only_posts_that_readers_may_see_are_listed(blog, home, make_post, views):
    draft, hidden = make_post("Draft", live=False), make_post("Hidden")
    PageViewRestriction.objects.create(page=hidden, restriction_type="login")
    later = make_post("Later", date=timezone.now() + timedelta(hours=1))
    other = home.add_child(instance=BlogIndexPage(title="Other", slug="other"))
    foreign = make_post("Foreign", below=other)
    views.pages = [draft, hidden, later, foreign, Page(pk=0), home, make_post("Seen")]

    assert titles(blog) == ["Seen"]
    assert titles(other) == ["Foreign"]


def test_a_post_that_is_hidden_after_it_was_chosen_is_gone_at_once(blog, make_post, views):
    posts = [make_post(f"Post {number}") for number in range(3)]
    views.pages = posts
    assert titles(blog, limit=2) == ["Post 0", "Post 1"]

    # Without a signal, so that what was chosen is still remembered.
    type(posts[0]).objects.filter(pk=posts[0].pk).update(live=False)

    assert titles(blog, limit=2) == ["Post 1", "Post 2"]


def test_a_hook_decides_who_sees_what(blog, make_post, views):
    views.pages = [make_post("For members", tags=["members"]), make_post("For all")]

    def only_for_members(posts, blog, request):
        return posts.exclude(tags__slug="members")

    with hooks.register_temporarily("mkt_blog_listing_queryset", only_for_members):
        assert titles(blog) == ["For all"]


def test_number_and_period_are_chosen_in_the_template(blog, make_post, views):
    views.pages = [make_post(f"Post {number}") for number in range(3)]

    html = show(None, "page limit=2 days=30", page=blog)

    assert html.count("<li>") == 2
    assert {days for days, _ in views.asked} == {30}


def test_one_query_for_the_posts(blog, make_post, views, django_assert_num_queries):
    views.pages = [make_post() for _ in range(6)]
    titles(blog)

    with django_assert_num_queries(1):
        assert len(titles(blog)) == 5


def test_in_german(blog, make_post, views):
    views.pages = [make_post()]

    with translation.override("de"):
        assert ">Beliebte Beiträge</h2>" in show(blog)
