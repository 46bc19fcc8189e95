"""From the change to the visitor: whatever is edited, the next response is the one without a cache."""

import pytest
from django.db import connection, transaction
from django.http import Http404
from django.test import Client
from wagtail.images import get_image_model
from wagtail.models import Page, PageViewRestriction, Site

from ..site.building import picture
from ..site.models import Branding, IndexPage, PostPage, Topic
from ..site.rendering import render
from ..tracking.conftest import undone

# Wagtail leaves the temporary file of a new rendition to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
    "ignore:.*SpooledTemporaryFile:ResourceWarning",
)

PATHS = [
    *(
        "/",
        "/about/",
        "/news/",
        "/notes/",
        "/missing/",
        "/news/new/",
        "/notes/post-1-moved/",
        "/about/post-1/",
    ),
    *(f"/{blog}/post-{n}/" for blog in ("news", "notes") for n in range(3)),
]


def post(n=1):
    return PostPage.objects.get(slug=f"post-{n}", url_path__contains="/news/")


def publish():
    page = post()
    page.title = "edited"
    page.save_revision().publish()


def add():
    IndexPage.objects.get(slug="news").add_child(instance=PostPage(title="new", slug="new", date=9))


def change_slug():
    page = post()
    page.slug = "new"
    page.save_revision().publish()


def rename_in_menu():
    page = IndexPage.objects.get(slug="about")
    page.title = "About us"
    page.save_revision().publish()


def restrict():
    PageViewRestriction.objects.create(page=post(), restriction_type="login")


def replace_image():
    image = get_image_model().objects.get()
    image.file = picture("blue")
    image.save()
    image.renditions.all().delete()


def change_setting():
    branding = Branding.for_site(Site.objects.get())
    branding.tagline = "good bye"
    branding.save()


def roll_back():
    with transaction.atomic():
        post().delete()
        transaction.set_rollback(True)


CHANGES = {
    "publish": publish,
    "add": add,
    "unpublish": lambda: post().unpublish(),
    "slug": change_slug,
    "move": lambda: post().move(IndexPage.objects.get(slug="about"), "last-child"),
    "delete": lambda: post().delete(),
    "snippet": lambda: Topic.objects.filter(slug="bees").update(name="BEES"),
    "menu": rename_in_menu,
    "private": restrict,
    "image": replace_image,
    "setting": change_setting,
    "bulk": lambda: PostPage.objects.update(body="bulk"),
    "reorder": lambda: IndexPage.objects.get(slug="notes").move(
        IndexPage.objects.get(slug="about"), "left"
    ),
    "copy": lambda: post().copy(update_attrs={"slug": "new", "title": "copy"}),
    "unpublish-index": lambda: Page.objects.get(slug="news").unpublish(),
}
NO_CHANGES = {"rollback": roll_back, "draft": lambda: post().save_revision()}


@pytest.fixture
def pages(request, website, built, tracking, db):
    """The small site on Redis where the database is a server as well, else in memory."""
    if connection.vendor == "postgresql":
        website.CACHES = {
            "default": {
                "BACKEND": "django.core.cache.backends.redis.RedisCache",
                "LOCATION": request.getfixturevalue("server").url,
            }
        }
    website.ROOT_URLCONF = "tests.cache.middleware.site_urls"
    website.MKT_CORE = {"CACHE_NOT_FOUND_SECONDS": 1000.0}
    with undone():
        yield Client()


def commit():
    """Run what waits for the commit; the test's own transaction never commits."""
    hooks, connection.run_on_commit = connection.run_on_commit, []
    for _, hook, *_ in hooks:
        hook()


def fetch_all(client):
    return {path: client.get(path, headers={"host": "localhost"}) for path in PATHS}


def rendered(path):
    try:
        return render(path)
    except Http404:
        return "404"


@pytest.mark.parametrize("name", CHANGES)
def test_what_changes_is_shown_at_once(name, pages):
    fetch_all(pages)
    before = fetch_all(pages)
    # Where nothing is told from one moment to the next (the picture's rendition), there is a second round.
    assert {response["X-MKT-Cache"] for response in before.values()} == {"hit"}

    CHANGES[name]()
    commit()
    after = fetch_all(pages)

    changed = 0
    for path, response in after.items():
        expected = rendered(path)
        if expected == "404":
            assert response.status_code == 404, path
        elif expected == "private":
            assert response["X-MKT-Cache"] == "bypass:private", path
        else:
            assert response.content.decode() == expected, path
        changed += response.content != before[path].content
        if path in ("/notes/post-0/", "/notes/post-2/") and name in (
            "publish",
            "add",
            "unpublish",
            "private",
            "slug",
        ):
            assert response["X-MKT-Cache"] == "hit", "unrelated"
    assert changed or name == "copy"


@pytest.mark.parametrize("name", NO_CHANGES)
def test_what_does_not_change_stays(name, pages):
    fetch_all(pages)

    NO_CHANGES[name]()
    commit()

    assert {response["X-MKT-Cache"] for response in fetch_all(pages).values()} == {"hit"}


def test_a_change_during_the_render_is_not_overlooked(pages, monkeypatch):
    def slow(path, host):
        text = render(path, host)
        Topic.objects.update(name="late")
        commit()
        return text

    with monkeypatch.context() as patch:
        patch.setattr("tests.cache.middleware.site_urls.render", slow)
        pages.get("/news/", headers={"host": "localhost"})

    response = pages.get("/news/", headers={"host": "localhost"})

    assert response["X-MKT-Cache"] == "miss"
    assert "late" in response.content.decode()


def test_a_made_private_page_leaves_nothing_behind(pages):
    path, headers = "/news/post-1/", {"host": "localhost", "if-none-match": ""}
    headers["if-none-match"] = pages.get(path, headers=headers)["ETag"]
    restrict()
    commit()

    response = pages.get(path, headers=headers)

    assert (response.status_code, response.content) == (200, b"only for some")
