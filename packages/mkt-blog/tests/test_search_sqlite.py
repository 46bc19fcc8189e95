"""SQLite does not look words up anew for each post that has them."""

import pytest
from django.db import connection

from mkt_blog import search
from mkt_blog.pages.models import PostPage

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="about SQLite's full text index"),
]


@pytest.fixture
def steps():
    """``steps(work)``: how many hundreds of instructions SQLite's machine takes for it."""

    def count(work):
        taken = []
        connection.connection.set_progress_handler(lambda: taken.append(1), 100)
        try:
            work()
        finally:
            connection.connection.set_progress_handler(None, 100)
        return len(taken)

    return count


def test_work_grows_with_the_posts_and_not_with_their_square(blog, make_post, steps):
    def ask():
        return list(search.find(blog, PostPage, "rye bread").ranking)

    for number in range(10):
        make_post(f"Rye {number}", body=[("paragraph", "<p>Bread of rye.</p>")])
    assert len(ask()) == 10
    few = steps(ask)
    for number in range(10, 80):
        make_post(f"Rye {number}", body=[("paragraph", "<p>Bread of rye.</p>")])
    assert len(ask()) == 80
    assert steps(ask) < 12 * max(few, 1)


def test_best_is_first_as_the_backend_has_it(blog, make_post):
    make_post("Bread", body=[("paragraph", "<p>Rye, rye, rye and more rye.</p>")])
    make_post("Rye")
    make_post("Stones", body=[("paragraph", f"<p>{'Much is said of stones. ' * 20} Rye.</p>")])

    found = list(search.find(blog, PostPage, "rye").ranking)

    posts = PostPage.objects.live().in_blog(blog)
    assert found == [post.pk for post in posts.search("rye")]
    assert len(found) == 3


@pytest.mark.parametrize("query", ['"', "rye NOT bread", "title:rye", "NEAR(rye)", "rye*", "') --"])
def test_nothing_is_an_operator(blog, make_post, query):
    make_post("Rye NOT near title bread")

    search.find(blog, PostPage, query)
