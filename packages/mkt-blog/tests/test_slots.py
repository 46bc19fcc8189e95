"""The empty blocks that wait for comments and for a newsletter form, filled by templates of a site."""

import re
from copy import deepcopy

import pytest

from mkt_blog.models import Series
from mkt_blog.pages.models import BlogIndexPage, PostPage

pytestmark = pytest.mark.django_db

NEWSLETTER_ON_POST = "<form class=letters>{{ post.title }}, {{ blog.title }}</form>"
NEWSLETTER_ON_LISTING = "<form class=letters>{{ listing.title }}, {{ blog.title }}</form>"
COMMENTS = "<section class=comments>{{ post.title }}, {{ blog.title }}, {{ post.pk }}</section>"
LISTINGS = {
    "": "Field notes",
    "category/food/": "Food",
    "tag/slow/": "slow",
    "author/ann-other/": "Ann Other",
    "series/walks/": "Walks",
    "2026/03/": "March 2026",
    "search/?q=bread": "Search: bread",
}


@pytest.fixture
def post(make_post, food, ann):
    walks = Series.objects.create(title="Walks")
    return make_post(
        "Bread & butter", categories=[food], authors=[ann], tags=["slow"], series=walks
    )


@pytest.fixture
def write_template(tmp_path, settings):
    """A template of the site for a class of pages, which fills blocks of the blog's own template."""
    settings.TEMPLATES = deepcopy(settings.TEMPLATES)
    settings.TEMPLATES[0]["DIRS"] = [tmp_path / "templates"]

    def write(page_class, extended, **blocks):
        file = tmp_path / "templates" / page_class.template
        file.parent.mkdir(parents=True, exist_ok=True)
        filled = [f"{{% block {name} %}}{text}{{% endblock %}}" for name, text in blocks.items()]
        file.write_text(f'{{% extends "mkt_blog/{extended}" %}}{"".join(filled)}')

    return write


def test_post_has_places_for_comments_and_newsletter(client, post, write_template):
    write_template(
        PostPage,
        "post_page.html",
        mkt_blog_comments=COMMENTS,
        mkt_blog_newsletter=NEWSLETTER_ON_POST,
    )

    page = client.get(post.url).content.decode()

    comments = f"<section class=comments>Bread &amp; butter, Field notes, {post.pk}</section>"
    assert page.count(comments) == 1
    assert page.count("<form class=letters>Bread &amp; butter, Field notes</form>") == 1
    # Below the text, and in the frame of the site.
    end_of_post = page.index("</article>")
    assert end_of_post < page.index("<form class=letters>") < page.index("<section class=comments>")
    assert "The host site" in page


@pytest.mark.parametrize(("path", "title"), LISTINGS.items(), ids=lambda value: value or "index")
def test_every_listing_has_a_place_for_a_newsletter(client, post, write_template, path, title):
    write_template(BlogIndexPage, "blog_index_page.html", mkt_blog_newsletter=NEWSLETTER_ON_LISTING)

    page = client.get(f"/blog/{path}").content.decode()

    [letters] = re.findall("<form class=letters>(.*?)</form>", page)
    assert letters == f"{title}, Field notes"


def test_places_that_nobody_fills_are_empty(client, post, write_template):
    kept = "<i class=slot>{{ block.super }}</i>"
    write_template(PostPage, "post_page.html", mkt_blog_comments=kept, mkt_blog_newsletter=kept)
    write_template(BlogIndexPage, "blog_index_page.html", mkt_blog_newsletter=kept)

    assert client.get(post.url).content.count(b"<i class=slot></i>") == 2
    assert client.get("/blog/").content.count(b"<i class=slot></i>") == 1
