"""How fast a WordPress export becomes posts, beside the plain way of creating Wagtail pages.

    python benchmarks/import_wordpress.py [--posts 2000] [--plain 200]

One process, one SQLite file on disk. The export is generated: 570 words, a picture, a list, an embed, two of 20
categories, three of 90 tags and one of five authors for each post. Measured are the first import, a second one that
finds nothing new, and the plain way for some of the same posts: ``add_child()``, related values and
``save_revision().publish()``, one transaction each. CPU time is given beside wall time, for it is what a busy machine
disturbs least; compare ratios.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

WORDS = ["lorem", "ipsum", "dolor", "sit", "amet", "consectetur", "adipiscing", "elit", "tempor"]
HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:wp="http://wordpress.org/export/1.2/"><channel><title>Old blog</title>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://old.example</wp:base_blog_url>
"""


def configure(database: Path) -> None:
    import django
    from django.conf import settings

    settings.configure(
        ROOT_URLCONF="wagtail.urls",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": str(database)}},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            "mkt_core",
            "mkt_blog",
            "mkt_blog.pages",
            "wagtail.contrib.routable_page",
            "wagtail.embeds",
            "wagtail.sites",
            "wagtail.users",
            "wagtail.snippets",
            "wagtail.documents",
            "wagtail.images",
            "wagtail.search",
            "wagtail.admin",
            "wagtail",
            "modelcluster",
            "taggit",
            "django.contrib.auth",
            "django.contrib.contenttypes",
            "django.contrib.sessions",
            "django.contrib.messages",
            "django.contrib.staticfiles",
        ],
        LOGGING_CONFIG=None,
        SECRET_KEY="benchmark",
        STATIC_URL="/static/",
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        USE_TZ=True,
        WAGTAILSEARCH_BACKENDS={"default": {"BACKEND": "wagtail.search.backends.database"}},
    )
    django.setup()


def write_export(path: Path, posts: int) -> None:
    chance = random.Random(1)
    with path.open("w") as file:
        file.write(HEAD)
        for number in range(20):
            parent = f"cat-{number // 4}" if number > 3 else ""
            file.write(
                f"<wp:category><wp:category_nicename>cat-{number}</wp:category_nicename>"
                f"<wp:category_parent>{parent}</wp:category_parent>"
                f"<wp:cat_name>Cat {number}</wp:cat_name></wp:category>\n"
            )
        for number in range(1, posts + 1):
            file.write(_item(number, chance))
        file.write("</channel></rss>")


def _item(number: int, chance: random.Random) -> str:
    text = "\n\n".join(" ".join(chance.choices(WORDS, k=80)) for _ in range(7))
    terms = [("category", f"cat-{number % 20}"), ("category", f"cat-{(number * 7) % 20}")]
    terms += [
        ("post_tag", f"{kind}{number % size}") for kind, size in (("a", 50), ("b", 30), ("c", 10))
    ]
    categories = "".join(
        f'<category domain="{domain}" nicename="{slug}">{slug.title()}</category>'
        for domain, slug in terms
    )
    return (
        f"<item><title>Post {number}</title><dc:creator>author{number % 5}</dc:creator>"
        f"<guid>https://old.example/?p={number}</guid><content:encoded><![CDATA[{text}\n\n"
        '<h2>Heading</h2>\n<img src="/a.jpg" class="alignleft">\n<ul><li>a</li><li>b</li></ul>\n'
        "https://www.youtube.com/watch?v=SQEQr7c0-dw]]></content:encoded>"
        f"<wp:post_id>{number}</wp:post_id><wp:post_date_gmt>2020-01-01 10:00:00</wp:post_date_gmt>"
        f"<wp:post_name>post-{number}</wp:post_name><wp:status>publish</wp:status>"
        f"<wp:post_type>post</wp:post_type>{categories}</item>\n"
    )


def measure(name: str, posts: int, work: Callable[[], object]) -> float:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        f"{name:34} {posts / wall:7.0f} posts/s {1000 * wall / posts:7.2f} ms/post"
        f" {1000 * cpu / posts:7.2f} ms CPU/post",
        flush=True,
    )
    return cpu / posts


def write_plainly(export: Path, blog: object, posts: int) -> Callable[[], None]:
    """The same posts, already converted, written as a script of twenty lines would."""
    from django.db import transaction

    from mkt_blog.importers.importer import is_embeddable
    from mkt_blog.importers.wordpress.body import BodyConverter
    from mkt_blog.importers.wordpress.items import Item
    from mkt_blog.importers.wordpress.posts import understand
    from mkt_blog.importers.wordpress.reader import Reader
    from mkt_blog.importers.wordpress.survey import survey_export
    from mkt_blog.importers.wordpress.terms import Terms
    from mkt_blog.pages.models import PostPage

    def work() -> None:
        from django.utils import timezone

        survey = survey_export(export)
        terms = Terms(survey, blog.locale)
        converter = BodyConverter(is_embeddable, survey.base_url)
        items = [record for record in Reader(export) if isinstance(record, Item)]
        for item in items[:posts]:
            post = understand(item, survey, now=timezone.now())
            body = converter.convert(post.content, lambda ids: [])
            with transaction.atomic():
                page = PostPage(title=post.title, slug=post.slug, date=post.date)
                page.body = json.dumps(body.blocks)
                blog.add_child(instance=page)
                page.set_authors(terms.authors(post.authors))
                page.categories = terms.categories(post.categories)
                page.tags.set(terms.tags(post.tags))
                page.save_revision().publish()

    return work


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=2000)
    parser.add_argument("--plain", type=int, default=200, help="posts written the plain way")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), options.posts, options.plain)


def run(folder: Path, posts: int, plain: int) -> None:
    configure(folder / "blog.sqlite3")
    from django.core.management import call_command
    from wagtail.models import Site

    from mkt_blog.pages.models import BlogIndexPage, PostPage

    call_command("migrate", verbosity=0)
    home = Site.objects.get().root_page
    for slug in ("blog", "plain"):
        home.add_child(instance=BlogIndexPage(title=slug.title(), slug=slug))
    export = folder / "export.xml"
    write_export(export, posts)
    print(f"{posts} posts, {export.stat().st_size / 1e6:.1f} MB")

    def run_import() -> None:
        call_command("mkt_blog_import_wordpress", str(export), blog="blog", verbosity=0)

    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    fast = measure("first import", posts, run_import)
    growth = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    measure("second import, nothing new", posts, run_import)
    plain_blog = BlogIndexPage.objects.get(slug="plain")
    slow = measure("plain Wagtail calls", plain, write_plainly(export, plain_blog, plain))
    assert PostPage.objects.count() == posts + plain
    print(
        f"plain / import: {slow / fast:.1f} x the CPU time; memory grew by {growth / 1024:.0f} MiB"
    )


if __name__ == "__main__":
    main()
