"""What the search backend finds, best first."""

import pytest
from django.db import connection
from wagtail.models import Page

from mkt_core.search.ranking import best_keys

pytestmark = pytest.mark.django_db
on_sqlite = pytest.mark.skipif(
    connection.vendor != "sqlite", reason="about SQLite's full text index"
)


@pytest.fixture
def make_page():
    home = Page.objects.get(depth=2)

    def make(title):
        return home.add_child(instance=Page(title=title))

    return make


def found(text, limit=100):
    return best_keys(Page.objects.live(), text, limit)


def test_all_words_are_wanted(make_page):
    both, _one = make_page("Rye and barley"), make_page("Barley")

    assert found("barley rye") == [both.pk]


def test_only_these_rows_and_no_more_than_asked_for(make_page):
    pages = [make_page(f"Rye {number}") for number in range(4)]
    rows = Page.objects.exclude(pk=pages[0].pk)

    assert set(best_keys(rows, "rye", 100)) == {page.pk for page in pages[1:]}
    assert len(best_keys(rows, "rye", 2)) == 2
    assert best_keys(Page.objects.none(), "rye", 100) == []


@pytest.mark.parametrize("text", ["", "  ", '"', "*", "';--"])
def test_nothing_is_found_without_a_word(make_page, text):
    make_page("Rye")

    assert found(text) == []


@pytest.mark.parametrize(
    "text", ['"rye', "rye NOT barley", "title:rye", "NEAR(rye)", "rye*", "rye') --"]
)
def test_nothing_is_an_operator(make_page, text):
    page = make_page("Rye NOT near title barley")

    assert found(text) == [page.pk]


def test_best_is_first_as_the_backend_has_it(make_page):
    for title in ("Rye", "Rye, rye, rye", "Of stones, and of many other things; also of rye"):
        make_page(title)

    assert found("rye") == [page.pk for page in Page.objects.live().search("rye")]
    assert len(found("rye")) == 3


@on_sqlite
def test_work_grows_with_the_rows_and_not_with_their_square(make_page):
    for number in range(10):
        make_page(f"Rye bread {number}")
    few = steps_of(lambda: found("rye bread"))
    for number in range(10, 80):
        make_page(f"Rye bread {number}")

    assert len(found("rye bread")) == 80
    assert steps_of(lambda: found("rye bread")) < 12 * few


def steps_of(work):
    """How many hundreds of instructions SQLite's machine takes for it."""
    taken = [1]
    connection.connection.set_progress_handler(lambda: taken.append(1), 100)
    try:
        work()
    finally:
        connection.connection.set_progress_handler(None, 100)
    return len(taken)
