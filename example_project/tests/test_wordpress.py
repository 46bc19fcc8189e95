"""WordPress's own theme test data, through the importer, in the whole site."""

import os
import xml.etree.ElementTree as ET
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from home.models import HomePage
from mkt_blog.models import ImportedPost
from mkt_blog.pages.models import BlogIndexPage, PostPage

REPOSITORY = Path(__file__).resolve().parents[2]
SHARED = REPOSITORY.parent / "shared"
EXPORT = SHARED / "data" / "wordpress-theme-test.xml"
# Where everything must run, a file that is not where it should be beside us is an error and no reason to skip.
MUST_RUN = {"true", "1"} & {os.environ.get("CI"), os.environ.get("MKT_REQUIRE_SERVICES")}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(
        not (SHARED.is_dir() if MUST_RUN else EXPORT.exists()),
        reason="shared/data/wordpress-theme-test.xml is not beside the repository",
    ),
]


def posts_in_export():
    """Ids of the posts that the export holds, read without the importer."""
    posts = []
    for item in ET.parse(EXPORT).iter("item"):
        # Without namespaces: the one of "wp:" has a version in it.
        values = {field.tag.rpartition("}")[2]: field.text for field in item}
        if values["post_type"] == "post" and values["status"] not in {"trash", "auto-draft"}:
            posts.append(values["post_id"])
    return posts


@pytest.fixture
def blog():
    return HomePage.objects.get().add_child(
        instance=BlogIndexPage(title="Imported", slug="imported")
    )


def run_import():
    output = StringIO()
    call_command("mkt_blog_import_wordpress", EXPORT, blog="imported", stdout=output)
    return output.getvalue()


def test_no_post_is_lost(blog):
    run_import()

    expected = posts_in_export()
    assert len(expected) > 20
    assert ImportedPost.objects.filter(blog_pk=blog.pk).count() == len(expected)
    assert PostPage.objects.child_of(blog).count() == len(expected)


def test_every_published_post_and_every_listing_can_be_read(blog, client):
    run_import()

    for post in blog.posts():
        response = client.get(post.url)
        assert response.status_code == 200, post.url
        # Data for search engines, which nothing runs, is none of the export's.
        page = response.content.decode().replace('<script type="application/ld+json">', "")
        page = page.replace('<script src="/static/mkt_blog/blog.js" defer></script>', "")
        page = page.replace('<script defer src="/static/mkt_monitoring/track.js"', "")
        assert "<script" not in page
    for address in ("/imported/", "/imported/feed/rss/", "/imported/search/?q=markup"):
        assert client.get(address).status_code == 200


def test_a_second_import_changes_nothing(blog):
    run_import()
    before = list(PostPage.objects.child_of(blog).order_by("pk").values())

    assert "unchanged" in run_import()

    assert list(PostPage.objects.child_of(blog).order_by("pk").values()) == before
