"""Listings of categories, authors and series; what may be deleted."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from mkt_blog.models import Author, Category, Series
from tests.testapp.models import Story, StoryIndex

pytestmark = pytest.mark.django_db


def listing(client, model, **query):
    response = client.get(reverse(f"wagtailsnippets_mkt_blog_{model}:list"), query)
    assert response.status_code == 200
    return response


def counts(response):
    return {
        str(term): (term.published_posts, term.all_posts)
        for term in response.context["object_list"]
    }


@pytest.fixture
def posts(home, make_post, food, baking, ann):
    """Two published posts of two classes, one to come and one draft."""
    stories = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))
    series = Series.objects.create(title="Sourdough")
    common = {"categories": [food, baking], "authors": [ann], "series": series}
    tomorrow = timezone.now() + timedelta(days=1)
    return [
        make_post(**common),
        make_post(**common, model=Story, below=stories),
        make_post(**common, date=tomorrow),
        make_post(**common, live=False),
    ]


def test_posts_of_all_classes_are_counted(admin_client, posts):
    Category.objects.create(name="Unused")
    assert counts(listing(admin_client, "category")) == {
        "Food": (2, 4),
        "Baking": (2, 4),
        "Unused": (0, 0),
    }
    assert counts(listing(admin_client, "author")) == {"Ann Other": (2, 4)}
    assert counts(listing(admin_client, "series")) == {"Sourdough": (2, 4)}


def test_number_of_queries_does_not_grow(admin_client, posts, django_assert_num_queries):
    listing(admin_client, "author")
    with django_assert_num_queries(30, exact=False) as few:
        listing(admin_client, "author")
    for n in range(20):
        Author.objects.create(name=f"Author {n}")
    with django_assert_num_queries(len(few)):
        listing(admin_client, "author")


def test_categories_stand_below_their_parents(admin_client, food, baking):
    Category.objects.create(name="Arts")
    html = listing(admin_client, "category").content.decode()
    assert html.index("Arts") < html.index(">Food<") < html.index("food/baking")
    assert 'class="mkt-depth-1"' in html


@pytest.mark.parametrize(
    ("model", "query", "found"),
    [
        ("category", {"has_posts": "true"}, {"Food", "Baking"}),
        ("category", {"has_posts": "false"}, {"Arts"}),
        ("category", {"q": "aking"}, {"Baking"}),
        ("category", {"ordering": "-all_posts", "q": "r"}, {"Arts"}),
        ("author", {"has_posts": "false"}, {"Unused"}),
        ("author", {"q": "ann"}, {"Ann Other"}),
        ("author", {"has_user": "true"}, set()),
        ("series", {"has_posts": "true"}, {"Sourdough"}),
    ],
)
def test_filters_and_search(admin_client, posts, model, query, found):
    Category.objects.create(name="Arts")
    Author.objects.create(name="Unused")
    assert set(counts(listing(admin_client, model, **query))) == found


def test_a_branch_is_shown_by_itself(admin_client, food, baking):
    Category.objects.create(name="Arts")
    assert set(counts(listing(admin_client, "category", branch=food.pk))) == {"Food", "Baking"}


def test_a_listing_is_exported_with_its_numbers(admin_client, posts):
    response = listing(admin_client, "category", export="csv")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0].endswith("Published posts,With drafts")
    assert "Baking,food/baking,English,2,4" in lines


@pytest.mark.parametrize("bulk", [False, True])
def test_an_author_with_posts_is_not_deleted(admin_client, posts, ann, bulk):
    url = reverse("wagtailsnippets_mkt_blog_author:delete", args=[ann.pk])
    if bulk:
        url = reverse("wagtail_bulk_action", args=["mkt_blog", "author", "delete"])
        url = f"{url}?id={ann.pk}"
    for response in (admin_client.get(url, follow=True), admin_client.post(url, follow=True)):
        assert response.status_code == 200
        html = response.content.decode()
        assert "“Ann Other” cannot be deleted" in html
        assert "and 1 more" in html
    assert Author.objects.filter(pk=ann.pk).exists()


def test_a_category_with_subcategories_is_not_deleted_and_a_leaf_is(admin_client, food, baking):
    url = reverse("wagtailsnippets_mkt_blog_category:delete", args=[food.pk])
    html = admin_client.post(url, follow=True).content.decode()
    assert "“Food” cannot be deleted: “Baking”" in html
    leaf = reverse("wagtailsnippets_mkt_blog_category:delete", args=[baking.pk])
    assert admin_client.post(leaf).status_code == 302
    assert list(Category.objects.all()) == [food]
