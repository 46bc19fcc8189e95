"""All posts of a class in one listing, wherever they stand."""

import pytest
from django.urls import reverse

from mkt_blog.models import Author, Series
from tests.testapp.models import Story, StoryIndex

pytestmark = pytest.mark.django_db

URL = "/admin/blog/posts/mkt_blog_pages_postpage_posts/"


def titles(client, **query):
    response = client.get(URL, query)
    assert response.status_code == 200
    return {post.title for post in response.context["object_list"]}


@pytest.fixture
def posts(home, make_post, food, baking, ann):
    series = Series.objects.create(title="Sourdough")
    stories = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))
    make_post("Bread", categories=[food, baking], authors=[ann], tags=["slow food"])
    make_post("Cake", categories=[baking], series=series)
    make_post("Draft", live=False, pinned=True)
    make_post("Story", model=Story, below=stories)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"Bread", "Cake", "Draft"}),
        ({"category": "food"}, {"Bread", "Cake"}),
        ({"author": "ann"}, {"Bread"}),
        ({"series": "sour"}, {"Cake"}),
        ({"tag": "Slow food"}, {"Bread"}),
        ({"live": "false"}, {"Draft"}),
        ({"pinned": "true"}, {"Draft"}),
        ({"q": "bread"}, {"Bread"}),
        ({"tag": "none", "category": "food"}, set()),
        ({"ordering": "date"}, {"Bread", "Cake", "Draft"}),
    ],
)
def test_posts_are_found_by_what_they_point_to(admin_client, posts, query, found):
    assert titles(admin_client, **query) == found


def test_each_class_has_an_entry_in_the_menu(admin_client, posts):
    html = admin_client.get(reverse("wagtailadmin_home")).content.decode()
    assert URL in html
    stories = "/admin/blog/posts/testapp_story_posts/"
    assert stories in html
    assert b"Story" in admin_client.get(stories).content


def test_number_of_queries_does_not_grow(admin_client, posts, make_post, django_assert_num_queries):
    admin_client.get(URL)
    with django_assert_num_queries(60, exact=False) as few:
        admin_client.get(URL)
        number = len(few)
    for n in range(8):
        make_post(authors=[Author.objects.create(name=f"Author {n}")])
    # What is remembered about blogs has been forgotten with the new posts.
    admin_client.get(URL)
    with django_assert_num_queries(number):
        admin_client.get(URL)


def test_strangers_are_asked_to_log_in(client):
    assert client.get(URL).status_code == 302
