from datetime import timedelta
from xml.etree import ElementTree

import pytest
from django.utils import timezone
from wagtail.models import PageViewRestriction

from mkt_blog.models import Author, Series

pytestmark = pytest.mark.django_db
DC = "{http://purl.org/dc/elements/1.1/}"


def channel(response):
    assert response.status_code == 200
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    return ElementTree.fromstring(response.content).find("channel")


def test_item_says_what_the_post_is(client, make_post, baking, ann):
    make_post("Bread & butter", excerpt="Short", categories=[baking], authors=[ann], tags=["slow"])
    item = channel(client.get("/blog/feed/rss/")).find("item")

    assert item.findtext("title") == "Bread & butter"
    assert item.findtext("link") == "http://localhost/blog/bread-butter/"
    assert item.findtext("description") == "Short"
    assert item.findtext(f"{DC}creator") == "Ann Other"
    assert {category.text for category in item.findall("category")} == {"Baking", "slow"}
    assert item.findtext("pubDate").startswith("Sun, 01 Mar 2026")


def test_several_authors_are_several_creators(client, make_post, ann):
    make_post(authors=[ann, Author.objects.create(name="Bea")])

    creators = channel(client.get("/blog/feed/rss/")).find("item").findall(f"{DC}creator")
    assert [creator.text for creator in creators] == ["Ann Other", "Bea"]


def test_newest_come_first_and_the_number_is_limited(client, make_post, settings):
    settings.MKT_BLOG = {"FEED_ITEMS": 2}
    for days in (3, 1, 2):
        make_post(f"{days} days", date=timezone.now() - timedelta(days=days))

    items = channel(client.get("/blog/feed/rss/")).findall("item")
    assert [item.findtext("title") for item in items] == ["1 days", "2 days"]


@pytest.mark.parametrize(
    "axis", ["category/food/baking", "tag/slow", "author/ann-other", "series/walks"]
)
def test_every_axis_has_a_feed_of_its_own_posts(client, make_post, baking, ann, axis):
    series = Series.objects.create(title="Walks")
    make_post("In", categories=[baking], tags=["slow"], authors=[ann], series=series)
    make_post("Out")

    items = channel(client.get(f"/blog/{axis}/feed/rss/")).findall("item")
    assert [item.findtext("title") for item in items] == ["In"]


def test_draft_future_and_private_posts_are_not_in_it(client, make_post):
    make_post(live=False)
    make_post(date=timezone.now() + timedelta(days=1))
    PageViewRestriction.objects.create(page=make_post(), restriction_type="login")

    assert channel(client.get("/blog/feed/rss/")).findall("item") == []


def test_control_characters_do_not_break_it(client, make_post):
    make_post("Bell", excerpt="a\x07b\x0cc")

    assert channel(client.get("/blog/feed/rss/")).find("item").findtext("description") == "abc"


@pytest.mark.parametrize("number", [2, 8])
def test_queries_do_not_grow_with_the_items(
    client, make_post, ann, baking, number, django_assert_max_num_queries
):
    for n in range(number):
        make_post(authors=[ann], categories=[baking], tags=["a", f"t{n}"])

    with django_assert_max_num_queries(14):
        assert len(channel(client.get("/blog/feed/rss/")).findall("item")) == number
