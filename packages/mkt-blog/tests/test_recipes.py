"""The recipes of docs/how-to/extend-the-blog.md, as they stand there, on one site of their own."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCS = ROOT.parents[1] / "docs" / "how-to" / "extend-the-blog.md"
pytestmark = pytest.mark.skipif(not DOCS.exists(), reason="the docs are not beside the package")

SETTINGS = """
from tests.settings import *

INSTALLED_APPS = ["news", "magazine", "linked", "site_base", *INSTALLED_APPS]
INSTALLED_APPS.remove("tests.testapp")
DATABASES = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
MIGRATION_MODULES = type("Off", (dict,), {
    "__contains__": lambda self, name: True, "__getitem__": lambda self, name: None,
    "get": lambda self, name, default=None: None,
})()
TEMPLATES[0]["DIRS"] = [FOLDER / "templates"]
MKT_BLOG = {"BODY_BLOCKS": {
    "poll": "news.blocks.PollBlock", "quote": "news.blocks.LoudQuoteBlock", "gallery": None,
    "short": "news.blocks.short_heading",
}}
"""

SITE_BASE = """
from mkt_core.seo.models import SeoMixin
from wagtail.models import Page


class SeoPage(SeoMixin, Page):
    pass
"""

MAGAZINE_INDEX = """

from mkt_blog.models import BlogIndexMixin
from wagtail.models import Page


class FeatureIndex(BlogIndexMixin, Page):
    post_model = "magazine.Feature"
"""

LINKED_INDEX = MAGAZINE_INDEX.replace("magazine", "linked").replace("Feature", "Letter")

TEMPLATES = {
    "base.html": '{% extends "mkt_blog/base.html" %}',
    # A template of its own for a class of posts.
    "news/story.html": (
        '{% extends "mkt_blog/post_page.html" %}'
        '{% block mkt_header %}<p class="dateline">{{ page.dateline }}</p>{{ block.super }}{% endblock %}'
    ),
    # One part for all.
    "mkt_blog/includes/post_card.html": "<b class=own-card>{{ post.title }}</b>",
    # A block.
    "news/blocks/poll.html": "<p class=poll>{{ self.question }}</p>",
}

DRIVER = """
import json, os, sys
import django
django.setup()
from django.core.management import call_command
from django.test import Client
from wagtail.models import Locale, Page, Site

call_command("check", fail_level="WARNING", verbosity=0)
call_command("migrate", run_syncdb=True, verbosity=0)
Locale.objects.create(language_code="en")
home = Page.add_root(instance=Page(title="Root", slug="root")).add_child(
    instance=Page(title="Home", slug="home"))
Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)

from linked.models import Letter as Linked, LetterAuthor, LetterIndex as LinkedIndex
from magazine.models import Feature as Seo, FeatureIndex as SeoIndex
from mkt_blog.models import Author
from mkt_blog.pages.models import BlogIndexPage, PostPage
from news.models import Story, StoryIndex

ann = Author.objects.create(name="Ann Other")
for slug, index, post, fields in (
    ("blog", BlogIndexPage, PostPage, {}),
    ("news", StoryIndex, Story, {"dateline": "Skerrow",
        "body": [("poll", {"question": "Why?"}), ("short", {"text": "Short", "level": "h2"})]}),
    ("magazine", SeoIndex, Seo, {"seo_noindex": True}),
    ("linked", LinkedIndex, Linked, {}),
):
    blog = home.add_child(instance=index(title=slug.title(), slug=slug))
    made = blog.add_child(instance=post(title="A story of " + slug, slug="story", **fields))
    if post is Linked:
        made.author_links = [LetterAuthor(author=ann, contribution="photographs")]
        made.save()

client = Client()
pages = {}
for slug in ("blog", "news", "magazine", "linked"):
    for path in (f"/{slug}/", f"/{slug}/story/", f"/{slug}/feed/rss/"):
        response = client.get(path)
        assert response.status_code == 200, path
        pages[path] = response.content.decode()
names = [field.name for field in Seo._meta.get_fields()]
pages["seo fields"] = str(names.count("seo_noindex"))
pages["promote"] = str(["seo_noindex" in str(panel) or "Seo" in str(panel) for panel in Seo.promote_panels])
pages["blocks"] = ",".join(Story._meta.get_field("body").stream_block.child_blocks)
pages["contribution"] = Linked.objects.get().author_links.get().contribution
from django.urls import reverse
from django.contrib.auth import get_user_model
client.force_login(get_user_model().objects.create_superuser("admin"))
for model in (Story, Seo, Linked):
    key = model.objects.get().pk
    response = client.get(reverse("wagtailadmin_pages:edit", args=[key]))
    assert response.status_code == 200
    pages["edit " + model._meta.app_label] = response.content.decode()
print("RESULT" + json.dumps(pages))
"""


def recipe(heading):
    """The Python blocks below a heading."""
    section = DOCS.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    found = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    assert found, heading
    return found


def named(name, code):
    """With another name for the class: on one site, no two page types may have the same."""
    return code.replace("Story", name)


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """What the site of the recipes shows: address or subject -> text."""
    folder = tmp_path_factory.mktemp("recipes")
    blocks = recipe("Other blocks in the body")[0]
    files = {
        "recipe_settings.py": f"from pathlib import Path\nFOLDER = Path({str(folder)!r})\n{SETTINGS}",
        "news/models.py": recipe("Another field on a post")[0],
        "news/blocks.py": blocks,
        "site_base/models.py": SITE_BASE,
        "magazine/models.py": named(
            "Feature", recipe("A base page that has fields for search engines")[0]
        )
        + MAGAZINE_INDEX,
        "linked/models.py": named("Letter", recipe("Link tables of your own")[0]).replace(
            "news.", "linked."
        )
        + LINKED_INDEX,
        "driver.py": DRIVER,
        **{f"templates/{name}": text for name, text in TEMPLATES.items()},
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        if name.endswith(("models.py", "blocks.py")):
            (path.parent / "__init__.py").touch()
    done = subprocess.run(
        [sys.executable, "driver.py"],
        cwd=folder,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT), *sys.path[1:]]),
            "DJANGO_SETTINGS_MODULE": "recipe_settings",
            "DATABASE_URL": "",
            "MKT_TEST_MEDIA": str(folder / "media"),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.partition("RESULT")[2])


def test_a_class_has_a_template_of_its_own(pages):
    assert '<p class="dateline">Skerrow</p>' in pages["/news/story/"]
    assert "dateline" not in pages["/blog/story/"]


def test_a_part_is_replaced_everywhere(pages):
    for blog in ("blog", "news", "magazine", "linked"):
        assert f"<b class=own-card>A story of {blog}</b>" in pages[f"/{blog}/"]
        assert "mkt-card" not in pages[f"/{blog}/"]


def test_blocks_are_added_replaced_and_removed(pages):
    names = pages["blocks"].split(",")

    assert {"poll", "short", "quote"} <= set(names)
    assert "gallery" not in names
    assert "<p class=poll>Why?</p>" in pages["/news/story/"]


def test_another_field_is_edited(pages):
    assert 'name="dateline"' in pages["edit news"]


def test_a_base_page_with_fields_for_search_engines_has_them_once(pages):
    assert pages["seo fields"] == "1"
    assert pages["edit magazine"].count('name="seo_noindex"') == 1
    assert re.search(r'<meta name="robots" content="[^"]*noindex', pages["/magazine/story/"])
    assert "noindex" not in pages["/blog/story/"]


def test_a_link_table_of_ones_own_keeps_what_it_holds(pages):
    assert pages["contribution"] == "photographs"
    assert "contribution" in pages["edit linked"]
    assert "Ann Other" in pages["/linked/story/"]


def test_blogs_of_different_kinds_do_not_mix(pages):
    for blog in ("blog", "news", "magazine", "linked"):
        others = {"blog", "news", "magazine", "linked"} - {blog}
        assert not any(f"A story of {other}" in pages[f"/{blog}/feed/rss/"] for other in others)
