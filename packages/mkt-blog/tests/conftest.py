from datetime import datetime

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from wagtail.models import Locale, Site

from mkt_blog.models import Author, Category
from mkt_blog.pages.models import BlogIndexPage, PostPage
from tests.crowd import MARK, Crowd

IN_A_CROWD = "in a crowd"
CROWD = Crowd()


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture(autouse=True)
def _empty_cache():
    """Wagtail keeps the addresses of sites in the cache, which no rollback reaches."""
    yield
    cache.clear()


@pytest.fixture
def home(db):
    return Site.objects.get(is_default_site=True).root_page


@pytest.fixture
def blog(home):
    return home.add_child(
        instance=BlogIndexPage(title="Field notes", slug="blog", intro="From us.")
    )


@pytest.fixture
def make_post(blog):
    """A published post below ``blog``; related values by name: ``categories``, ``authors``, ``tags``."""
    count = 0

    def make(title="", *, below=None, model=PostPage, categories=(), authors=(), tags=(), **fields):
        nonlocal count
        count += 1
        title = title or f"Post {count}"
        fields.setdefault("date", timezone.make_aware(datetime(2026, 3, 1, 12, count % 60)))
        post = model(title=title, **fields)
        # Before the post is saved, which takes longer than anything else here: once is enough.
        post.categories = categories
        post.set_authors(list(authors))
        post.tags.add(*tags)
        return (below or blog).add_child(instance=post)

    return make


@pytest.fixture
def german(db):
    return Locale.objects.get_or_create(language_code="de")[0]


@pytest.fixture
def food(db):
    """The category that the crowd has too, where it is there."""
    if CROWD.is_there:
        return Category.objects.get(pk=CROWD.category)
    return Category.objects.create(name="Food")


@pytest.fixture
def baking(food):
    return Category.objects.create(name="Baking", parent=food)


@pytest.fixture
def ann(db):
    """The author that the crowd has too, where it is there."""
    if CROWD.is_there:
        return Author.objects.get(pk=CROWD.author)
    return Author.objects.create(name="Ann Other")


@pytest.fixture(scope="session", params=[IN_A_CROWD, "alone"])
def neighbours(request, django_db_setup, django_db_blocker):
    """The crowd is made once, in a transaction around those of all tests among it: they come first."""
    if request.param == IN_A_CROWD:
        CROWD.open(django_db_blocker)
    yield request.param
    CROWD.close()


@pytest.fixture
def surroundings(neighbours, monkeypatch):
    """For ``usefixtures``: each test once with its blog alone, and once among other sites, languages and blogs.

    Nothing of them may be in any response.
    """
    if neighbours == "alone":
        return
    ask = Client.request

    def ask_and_look(self, **environment):
        response = ask(self, **environment)
        assert MARK not in response.content.decode().lower(), environment["PATH_INFO"]
        return response

    monkeypatch.setattr(Client, "request", ask_and_look)


def _is_among_others(item):
    return "callspec" in vars(item) and item.callspec.params.get("neighbours") == IN_A_CROWD


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    items.sort(key=_is_among_others, reverse=True)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item):
    if not _is_among_others(item):
        CROWD.close()
