"""304 before anything is rendered, and what makes it 200 again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone
from wagtail.models import PageViewRestriction

from .rules import titles

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
        "ignore:.*SpooledTemporaryFile:ResourceWarning",
    ),
]
# Wagtail's: the site, the page and its own class, and its view restrictions.
ROUTING = 3


@pytest.fixture
def get(client):
    def get(path="", kind="rss", etag="", **headers):
        if etag:
            headers["if-none-match"] = etag
        return client.get(f"/blog/{path}feed/{kind}/", headers=headers)

    return get


def test_says_what_it_needs_to_ask_again(get, make_post):
    make_post()
    response = get()

    assert response["ETag"].startswith('"')
    assert response["Last-Modified"] == "Sun, 01 Mar 2026 11:01:00 GMT"
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"


@pytest.mark.parametrize("kind", ["rss", "atom", "json"])
@pytest.mark.parametrize("path", ["", "tag/rye/", "category/food/", "author/ann-other/"])
def test_unchanged_is_said_in_three_queries_and_without_rendering(
    get, make_post, food, ann, kind, path, django_assert_max_num_queries, monkeypatch
):
    make_post(tags=["rye"], categories=[food], authors=[ann])
    etag = get(path, kind)["ETag"]
    monkeypatch.setattr("mkt_blog.feeds.response.feed_items", None)

    with django_assert_max_num_queries(ROUTING + 3):
        response = get(path, kind, etag)

    assert (response.status_code, response.content) == (304, b"")
    assert response["ETag"] == etag
    assert "Last-Modified" in response
    assert "Cache-Control" in response


def test_conditions_are_read_as_http_says(get, client, make_post):
    make_post()
    etag, modified = (get()[name] for name in ("ETag", "Last-Modified"))

    assert get(etag=f'"other", W/{etag}').status_code == 304
    assert get(etag="*").status_code == 304
    assert get(etag='"other"').status_code == 200
    assert get(**{"if-modified-since": modified}).status_code == 304
    assert get(**{"if-modified-since": "Sun, 01 Mar 2026 11:00:59 GMT"}).status_code == 200
    # An ETag that does not match has the say.
    assert get(etag='"other"', **{"if-modified-since": modified}).status_code == 200
    assert get(etag="junk \x7f", **{"if-modified-since": "yesterday"}).status_code == 200
    head = client.head("/blog/feed/rss/")
    assert (head.status_code, head["ETag"], head.content) == (200, etag, b"")
    assert client.head("/blog/feed/rss/", headers={"if-none-match": etag}).status_code == 304


def test_differs_between_feeds(get, make_post):
    make_post(tags=["rye"])

    etags = {
        get(path, kind)["ETag"] for path in ("", "tag/rye/") for kind in ("rss", "atom", "json")
    }
    assert len(etags) == 6


def rename_author(post):
    author = post.authors[0]
    author.name = "Renamed"
    author.save()


def rename_category(post):
    category = post.category_list[0]
    category.name = "Renamed"
    category.save()


def rename_tag(post):
    tag = post.tag_list[0]
    tag.name = "Renamed"
    tag.save()


def change_body(post):
    post.body = [("paragraph", "<p>Mine.</p>")]
    post.save()


def reorder_authors(post):
    post.set_authors(post.authors[::-1])
    post.save()


def change(**values):
    def change(post):
        for name, value in values.items():
            setattr(post, name, value)
        post.save()

    return change


def change_blog(**values):
    def change(post):
        for name, value in values.items():
            setattr(post.blog, name, value)
        post.blog.save()

    return change


def restrict(post):
    PageViewRestriction.objects.create(page=post, restriction_type="login")


CHANGES = {
    "title": change(title="Other"),
    "slug": change(slug="other"),
    "body": change_body,
    "excerpt": change(excerpt="Other"),
    "hero_caption": change(hero_caption="Other"),
    "updated_at": change(updated_at=timezone.now()),
    "author renamed": rename_author,
    "authors reordered": reorder_authors,
    "category renamed": rename_category,
    "tag renamed": rename_tag,
    "unpublished": lambda post: post.unpublish(),
    "deleted": lambda post: post.delete(),
    "restricted": restrict,
    "blog renamed": change_blog(title="Other"),
    "excerpts only": change_blog(feed_full_text=False),
    "intro": change_blog(intro="Other"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_any_change_that_readers_would_see_is_told(get, make_post, food, ann, make_author, name):
    # Of the same length, so that nothing but the text itself tells.
    post = make_post(
        "Post", body=[("paragraph", "<p>Ours.</p>")], excerpt="x", tags=["rye"], categories=[food],
        authors=[ann, make_author("Bea")],
    )  # fmt: skip
    make_post("Remains")
    etag = get()["ETag"]

    CHANGES[name](post)

    response = get(etag=etag)
    assert response.status_code == 200
    assert response["ETag"] not in ("", etag)


def test_restriction_takes_effect_at_once(get, make_post):
    post = make_post("Private")
    etag = get()["ETag"]
    restriction = PageViewRestriction.objects.create(page=post, restriction_type="login")

    response = get(etag=etag)
    assert titles(response) == []

    restriction.delete()
    assert titles(get(etag=response["ETag"])) == ["Private"]


def test_post_that_falls_due_is_told(get, make_post):
    now = timezone.now().replace(hour=12)
    with time_machine.travel(now, tick=False):
        make_post("Old", date=now - timedelta(days=1))
        make_post("Due", date=now + timedelta(hours=1))
        before = get()
    with time_machine.travel(now + timedelta(hours=2), tick=False):
        headers = {"if-modified-since": before["Last-Modified"]}
        assert titles(get(etag=before["ETag"])) == ["Due", "Old"]
        assert titles(get(**headers)) == ["Due", "Old"]


def test_older_post_behind_the_limit_changes_nothing(get, blog, make_post):
    blog.feed_items = 1
    blog.save()
    old = make_post("Old", date=timezone.now() - timedelta(days=1))
    make_post("New", date=timezone.now())
    etag = get()["ETag"]

    old.title = "Older"
    old.save()

    assert get(etag=etag).status_code == 304


@pytest.mark.parametrize("number", [2, 6])
def test_full_feed_needs_few_queries_whatever_its_size(
    get, make_full_posts, number, django_assert_num_queries
):
    """Restrictions, posts, authors, pictures in bodies, renditions: 5; links to pages: 2."""
    make_full_posts(number)
    get()

    with django_assert_num_queries(ROUTING + 5 + 2):
        assert len(titles(get())) == number


def test_only_the_wanted_bodies_are_read(get, blog, make_full_posts, django_assert_num_queries):
    blog.feed_items = 2
    blog.save()
    make_full_posts(4)
    get()

    with django_assert_num_queries(ROUTING + 7) as queries:
        get()

    [posts] = [q["sql"] for q in queries if "feed_body" in q["sql"]]
    assert "LIMIT 2" in posts


def test_excerpts_read_no_body(get, blog, make_full_posts, django_assert_num_queries):
    blog.feed_full_text = False
    blog.save()
    make_full_posts(3)
    get()

    with django_assert_num_queries(ROUTING + 4) as queries:
        assert len(titles(get())) == 3

    assert not [q for q in queries if 'postpage"."body"' in q["sql"]]
