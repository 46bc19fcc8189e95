import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from wagtail.models import Workflow
from wagtail.rich_text import RichText

from mkt_blog.models import Series
from mkt_blog.pages.models import PostPage

pytestmark = pytest.mark.django_db
PACKAGE = Path(__file__).resolve().parent.parent

SETTINGS = """
from tests.settings import *

INSTALLED_APPS = ["news" if name == "mkt_blog.pages" else name for name in INSTALLED_APPS]
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": %r}}
"""

AFTERWARDS = """
from io import StringIO

import django

django.setup()
from django.apps import apps
from django.contrib.auth.models import Permission, User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, ReferenceIndex, WorkflowState
from wagtail.test.utils.form_data import inline_formset, nested_form_data, rich_text, streamfield

# A server that was started with the new settings before the migration has made content types of its own.
from news.models import BlogIndexPage, PostPage

early = ContentType.objects.get_for_model(PostPage).pk
call_command("migrate", verbosity=0)
call_command("makemigrations", check=True, dry_run=True, verbosity=0)
call_command("check", databases=["default"], stdout=StringIO())
assert ContentType.objects.get_for_model(PostPage).pk != early
assert not ContentType.objects.filter(app_label="mkt_blog_pages").exists()
assert Permission.objects.filter(content_type__app_label="news", codename="change_postpage").count() == 1

post = PostPage.objects.get(slug="bread")
assert type(Page.objects.get(slug="bread").specific) is PostPage
assert [author.name for author in post.authors] == ["Bea", "Ann Other"]
assert {tag.name for tag in post.tag_list} == {"slow", "rye"}
assert [category.name for category in post.category_list] == ["Food"]
assert [link.related_post.slug for link in post.related_links.all()] == ["cheese"]
assert post.series.title == "Kitchen"
assert post.get_latest_revision_as_object().title == "Bread, again"
assert PageLogEntry.objects.filter(content_type__app_label="news", page=post.pk).exists()
assert ReferenceIndex.get_references_to(post).exists() and ReferenceIndex.get_references_for_object(post).exists()
assert list(WorkflowState.objects.for_instance(post).values_list("status", flat=True)) == ["in_progress"]
assert list(PostPage.objects.search("flour")) == [post]
assert isinstance(post.blog, BlogIndexPage)

client = Client()
client.force_login(User.objects.create_superuser("root"))
assert b"Bread" in client.get("/blog/").content
assert client.get("/blog/bread/").status_code == 200
assert client.get(reverse("wagtailadmin_pages:edit", args=[post.pk])).status_code == 200
form = nested_form_data(
    {
        "title": "Soup",
        "slug": "soup",
        "date": "2026-03-01 12:00",
        "body": streamfield([("paragraph", rich_text("<p>Hot</p>"))]),
        "author_links": inline_formset([{"author": post.authors[0].pk}]),
        "related_links": inline_formset([{"related_post": post.pk}]),
        "comments": inline_formset([]),
        "tags": "rye",
        "action-publish": "yes",
    }
)
url = reverse("wagtailadmin_pages:add", args=["news", "postpage", post.blog.pk])
response = client.post(url, form)
assert response.status_code == 302, response.context["form"].errors
assert PostPage.objects.live().count() == 3

# And back again.
call_command("migrate", "news", "zero", verbosity=0)
assert ContentType.objects.filter(app_label="mkt_blog_pages", model="postpage").exists()
tables = connection.introspection.table_names()
assert "mkt_blog_pages_postpage_categories" in tables
call_command("migrate", "news", verbosity=0)
assert PostPage.objects.live().count() == 3

# Where the tables are not there, as in a new database of the site's tests, the new app makes them.
call_command("migrate", "news", "zero", verbosity=0)
models = apps.get_app_config("news").get_models(include_auto_created=True)
ready = [model._meta.db_table for model in models]
with connection.constraint_checks_disabled(), connection.cursor() as cursor:
    for table in ready:
        cursor.execute(f"DROP TABLE {table}")
call_command("migrate", "news", verbosity=0)
assert set(ready) <= set(connection.introspection.table_names())
assert len(ready) == 6
print("all well")
"""


def eject(label="news", **options):
    out = StringIO()
    call_command("mkt_blog_eject", label, stdout=out, **options)
    return out.getvalue()


@pytest.mark.skipif("connection.vendor != 'sqlite'", reason="copies a database in memory to a file")
def test_site_app_takes_over_the_tables(make_post, food, ann, tmp_path, admin_user):
    from mkt_blog.models import Author

    bea = Author.objects.create(name="Bea")
    cheese = make_post("Cheese", slug="cheese")
    post = make_post(
        "Bread",
        slug="bread",
        categories=[food],
        authors=[bea, ann],
        tags=["slow", "rye"],
        series=Series.objects.create(title="Kitchen"),
        body=[
            ("paragraph", RichText("<p>Flour</p>")),
            ("related", {"title": "", "posts": [cheese]}),
        ],
    )
    relation = type(post).related_links.rel.related_model
    post.related_links = [relation(related_post=cheese)]
    post.save()
    cheese.body = [("button", {"text": "Bread", "page": post, "url": "", "style": "primary"})]
    cheese.save()
    post.save_revision(log_action=True).publish()
    post.title = "Bread, again"
    post.save_revision(user=admin_user)
    Workflow.objects.first().start(post, admin_user)

    said = eject(path=tmp_path)
    assert '"news" in the place of "mkt_blog.pages"' in said
    # Not backup(): that waits for the transaction of this test.
    (tmp_path / "site.sqlite3").write_bytes(connection.connection.serialize())
    (tmp_path / "ejected.py").write_text(SETTINGS % str(tmp_path / "site.sqlite3"))
    environ = {
        **{name: value for name, value in os.environ.items() if not name.startswith("MKT_")},
        "DJANGO_SETTINGS_MODULE": "ejected",
        "PYTHONPATH": os.pathsep.join([str(tmp_path), str(PACKAGE)]),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", AFTERWARDS],
        env=environ,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.stdout.strip() == "all well", done.stderr


def test_dry_run_shows_the_files_and_writes_none(tmp_path):
    said = eject(path=tmp_path, dry_run=True)

    assert "class PostPage(PostMixin, Page):" in said
    assert "TakeOverTypes" in said
    assert list(tmp_path.iterdir()) == []


class TestRefusal:
    @pytest.mark.parametrize(
        ("label", "reason"),
        [
            ("testapp", "already"),
            ("json", "already"),
            ("News", "small letters"),
            ("my-news", "small letters"),
            ("class", "small letters"),
        ],
    )
    def test_of_a_name(self, tmp_path, label, reason):
        with pytest.raises(CommandError, match=reason):
            eject(label, path=tmp_path)

    def test_of_a_folder_that_is_there(self, tmp_path):
        (tmp_path / "news").mkdir()
        with pytest.raises(CommandError, match="already exists"):
            eject(path=tmp_path)

    def test_of_a_database_behind(self, tmp_path):
        from django.db.migrations.recorder import MigrationRecorder

        MigrationRecorder(connection).record_unapplied("mkt_blog_pages", "0002_publisher_fields")
        with pytest.raises(CommandError, match="0002_publisher_fields"):
            eject(path=tmp_path)

    def test_of_a_site_that_points_to_the_ready_types(self, tmp_path, monkeypatch):
        from tests.testapp.models import Story

        # As if a class of the site had inherited from the ready one.
        monkeypatch.setitem(Story._meta.parents, PostPage, None)
        with pytest.raises(CommandError, match=r"testapp\.Story"):
            eject(path=tmp_path)
        assert list(tmp_path.iterdir()) == []

    def test_of_a_site_without_them(self, tmp_path, monkeypatch):
        from django.apps import apps

        monkeypatch.setattr(apps, "is_installed", lambda name: name != "mkt_blog.pages")
        with pytest.raises(CommandError, match="nothing to take over"):
            eject(path=tmp_path)
