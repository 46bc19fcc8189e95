"""What a list of posts costs: mkt-api beside Wagtail's API v2 and a hand-tuned REST framework view.

    python benchmarks/api_list.py [--posts 300] [--rounds 15]

All run in one process on the same posts, round by round in changing order; the figures are queries, median CPU time
(``process_time``, so a busy machine disturbs all alike; a database server's own time is not in it), size of the answer,
and CPU time as a multiple of the hand-tuned view. The posts of all answers are asserted to be the same.
Not the same: mkt-api resolves links and embeds in rich text to HTML, as does "API v2, HTML" (Wagtail 8 and newer);
the two others hand out Wagtail's stored form. API v2 always counts, the others do not. The tuned view does not look
which site it is asked for. "mkt-api" makes each answer anew; "kept" and "304" are what a client gets as long as nothing
has changed that the answer shows, limits included. "raw SQL" knows no rich text, no visibility and no Wagtail.

SQLite in memory, or the database of DATABASE_URL (scripts/services.py run -- python benchmarks/api_list.py).
"""

from __future__ import annotations

import argparse
import os
import statistics
from collections.abc import Callable
from dataclasses import dataclass
from time import process_time
from typing import Any
from urllib.parse import unquote, urlsplit

V3 = "/v3/pages/?type=mkt_blog_pages.PostPage&order=-date&limit={}"
DEFAULT_FIELDS = (
    "date,updated_at,subtitle,summary,reading_minutes,featured,author_items,category_items,tags"
)
DEFAULT_FIELDS += ",series,hero_item"


def database(url: str) -> dict[str, Any]:
    if not url:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}
    parts = urlsplit(url)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
    }


def cache(url: str) -> dict[str, Any]:
    if not url:
        return {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    return {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": url}


def configure() -> None:
    import django
    import wagtail
    from django.conf import settings

    url = os.environ.get("DATABASE_URL", "")
    settings.configure(
        ALLOWED_HOSTS=["testserver"],
        DATABASES={"default": database(url)},
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=[
            *("mkt_core", "mkt_blog", "mkt_blog.pages", "mkt_api", "wagtail.api.v2"),
            *(["wagtail.api.v3"] if wagtail.VERSION >= (8, 0) else []),
            *("rest_framework", "wagtail.sites", "wagtail.users", "wagtail.snippets"),
            *("wagtail.documents", "wagtail.images", "wagtail.embeds", "wagtail.search"),
            *("wagtail.admin", "wagtail"),
            *("modelcluster", "taggit", "django.contrib.auth", "django.contrib.contenttypes"),
            *("django.contrib.sessions", "django.contrib.messages", "django.contrib.staticfiles"),
            *(["django.contrib.postgres"] if url else []),
        ],
        LOGGING_CONFIG=None,
        CACHES={"default": cache(os.environ.get("REDIS_URL", ""))},
        # Limits are counted, but nobody reaches them.
        MKT_API={"CACHE_ANSWERS": True, "ANONYMOUS_LIMIT": 1_000_000},
        MEDIA_URL="/media/",
        MIDDLEWARE=[],
        REST_FRAMEWORK={"UNAUTHENTICATED_USER": None},
        ROOT_URLCONF="api_list_urls",
        SECRET_KEY="benchmark",
        STATIC_URL="/static/",
        TEMPLATES=[
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        USE_TZ=True,
        WAGTAILAPI_LIMIT_MAX=None,
        WAGTAIL_SITE_NAME="Benchmark",
        WAGTAILADMIN_BASE_URL="http://testserver",
    )
    django.setup()


def make_posts(count: int) -> None:
    """Posts of eight blocks (two pictures, one internal link), two authors, two categories, three tags."""
    from datetime import UTC, datetime, timedelta

    from django.contrib.contenttypes.models import ContentType
    from django.core.files.uploadedfile import SimpleUploadedFile
    from django.utils.text import slugify
    from taggit.models import Tag
    from wagtail.images import get_image_model
    from wagtail.models import Page, Site

    from mkt_blog.models import Author, Category, Series
    from mkt_blog.pages.models import BlogIndexPage, PostPage

    home = Page.get_first_root_node().add_child(instance=Page(title="Bench", slug="bench"))
    Site.objects.all().delete()
    Site.objects.create(hostname="testserver", root_page=home, is_default_site=True)
    blog = home.add_child(instance=BlogIndexPage(title="Blog", slug="blog"))
    authors = [Author.objects.create(name=f"Author {n}") for n in range(6)]
    categories = [Category.objects.create(name=f"Category {n}") for n in range(12)]
    series = [Series.objects.create(title=f"Series {n}") for n in range(2)]
    pixel = (
        b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff!\xf9\x04\x01\x00\x00\x00\x00,"
        b"\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;"
    )
    images = [
        get_image_model().objects.create(
            title=f"Picture {n}", file=SimpleUploadedFile(f"{n}.gif", pixel), width=1, height=1
        )
        for n in range(20)
    ]
    text = f"<p>{'Words of a paragraph of ordinary length. ' * 12}</p>"
    link = f'<p>See <a linktype="page" id="{blog.pk}">the blog</a>.</p>'
    kind = ContentType.objects.get_for_model(PostPage)
    tags = [Tag.objects.create(name=f"tag {n}") for n in range(30)]
    for start in range(0, count, 1000):
        numbers = range(start, min(start + 1000, count))
        # Far faster than add_child(): the tree is written as it will be, posts in the order of their numbers.
        pages = Page.objects.bulk_create(
            Page(
                title=f"Post {n}",
                draft_title=f"Post {n}",
                slug=slugify(f"Post {n}"),
                path=f"{blog.path}{Page._int2str(n + 1).rjust(Page.steplen, '0')}",
                depth=blog.depth + 1,
                url_path=f"{blog.url_path}{slugify(f'Post {n}')}/",
                content_type=kind,
                locale=blog.locale,
                live=True,
                first_published_at=datetime(2020, 1, 1, tzinfo=UTC) + timedelta(hours=n),
            )
            for n in numbers
        )
        for n, page in zip(numbers, pages, strict=True):
            post = PostPage(page_ptr_id=page.pk)
            post.__dict__.update({k: v for k, v in page.__dict__.items() if k != "_state"})
            post.date = page.first_published_at
            post.subtitle = "A subtitle"
            post.series = series[n % 2]
            post.hero_image = images[n % 20]
            post.body_summary = "Words of a paragraph of ordinary length."
            post.body = [
                ("heading", {"text": "Heading", "level": "h2"}),
                *(("paragraph", text) for _ in range(3)),
                ("paragraph", link),
                *(
                    ("image", {"image": images[(n + k) % 20], "caption": "Caption"})
                    for k in range(2)
                ),
                ("quote", {"text": "To be", "attribution": "Hamlet"}),
            ]
            post.save_base(raw=True, force_insert=True)
        author_link = PostPage._meta.get_field("author_links").related_model
        author_link.objects.bulk_create(
            author_link(post_id=page.pk, author=authors[(n + k) % 6], sort_order=k)
            for n, page in zip(numbers, pages, strict=True)
            for k in range(2)
        )
        through = PostPage.categories.through
        through.objects.bulk_create(
            through(postpage_id=page.pk, category=categories[(n + k) % 12])
            for n, page in zip(numbers, pages, strict=True)
            for k in (0, 5)
        )
        tagged = PostPage._meta.get_field("tags").remote_field.through
        tagged.objects.bulk_create(
            tagged(content_object_id=page.pk, tag=tags[(n + k) % 30])
            for n, page in zip(numbers, pages, strict=True)
            for k in range(3)
        )
    Page.objects.filter(pk=blog.pk).update(numchild=count)


@dataclass
class Result:
    """One way to get one answer."""

    name: str
    get: Callable[[], Any]
    ids: Callable[[dict[str, Any]], list[int]]
    queries: int = 0
    size: int = 0
    milliseconds: float = 0.0


def scenarios(limit: int, pk: int) -> dict[str, list[Result]]:
    from django.db import connection
    from django.test import Client

    from mkt_core.compat import WAGTAIL_8

    client = Client(raise_request_exception=True)

    def way(name: str, path: str, *, many: bool = True) -> Result:
        def ids(body: dict[str, Any]) -> list[int]:
            return [item["id"] for item in body["items"]] if many else [body["id"]]

        return Result(name, lambda: client.get(path), ids)

    def ways(v2: str, drf: str, api: str, *, many: bool = True, html: bool = False) -> list[Result]:
        found = [way("tuned view", drf, many=many), way("API v2", v2, many=many)]
        if many and connection.vendor == "postgresql":
            found.append(way("raw SQL", drf.replace("/drf/", "/raw/")))
        if many and WAGTAIL_8 and "body" not in v2:
            found.append(way("API v3, no fields", V3.format(20)))
        if html and WAGTAIL_8:
            found.append(way("API v2, HTML", f"{v2}&rich_text_format=html", many=many))
        made = way("mkt-api", api, many=many)
        kept = way("mkt-api, kept", api, many=many)
        known = way("mkt-api, 304", api, many=many)
        etag: list[str] = []

        def ask_again() -> Any:
            if not etag:
                etag.append(client.get(api)["ETag"])
            return client.get(api, headers={"If-None-Match": etag[0]})

        made.get = without_kept_answers(made.get)
        known.get = ask_again
        return [*found, made, kept, known]

    v2 = "/v2/posts/?order=-date&limit={}&fields={}"
    return {
        "list of 20, default fields": ways(
            v2.format(20, DEFAULT_FIELDS), "/drf/?limit=20", "/api/posts/"
        ),
        "list of 20, with bodies": ways(
            v2.format(20, f"{DEFAULT_FIELDS},body"),
            "/drf/?limit=20&body=1",
            "/api/posts/?fields=*,-headings",
            html=True,
        ),
        f"list of {limit}, with bodies": ways(
            v2.format(limit, f"{DEFAULT_FIELDS},body"),
            f"/drf/?limit={limit}&body=1",
            f"/api/posts/?fields=*,-headings&limit={limit}",
        ),
        "one post": ways(
            f"/v2/posts/{pk}/?fields=_,id,title,{DEFAULT_FIELDS},body",
            f"/drf/{pk}/",
            f"/api/posts/{pk}/?fields=*,-headings",
            many=False,
            html=True,
        ),
    }


def without_kept_answers(get: Callable[[], Any]) -> Callable[[], Any]:
    """Have the answer made anew; the facts of the site (who may see what) are kept all the same."""
    from mkt_api.delivery import answers

    def made() -> Any:
        kept, answers._question = answers._question, lambda request, variant: None
        try:
            return get()
        finally:
            answers._question = kept

    return made


def measure(results: list[Result], rounds: int) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    found = []
    for result in results:
        result.get()
        with CaptureQueriesContext(connection) as queries:
            response = result.get()
        result.queries, result.size = len(queries), len(response.content)
        if response.status_code == 304:
            continue
        assert response.status_code == 200, response.content[:300]
        found.append(result.ids(response.json()))
    assert all(ids == found[0] for ids in found), "the answers show different posts"

    times: dict[str, list[float]] = {result.name: [] for result in results}
    for number in range(rounds):
        for result in results[number % len(results) :] + results[: number % len(results)]:
            start = process_time()
            result.get()
            times[result.name].append(process_time() - start)
    for result in results:
        result.milliseconds = statistics.median(times[result.name]) * 1000


def show(title: str, results: list[Result]) -> None:
    reference = results[0].milliseconds
    print(f"\n{title}\n{'':20}{'queries':>9}{'CPU ms':>9}{'x':>7}{'kB':>8}")
    for r in results:
        ratio = r.milliseconds / reference
        print(f"{r.name:20}{r.queries:9}{r.milliseconds:9.1f}{ratio:7.2f}{r.size / 1000:8.1f}")


def profile(path: str) -> None:
    import cProfile
    import pstats

    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    get = without_kept_answers(lambda: Client().get(path))
    get()
    with CaptureQueriesContext(connection) as queries:
        get()
    for query in queries.captured_queries:
        print(query["sql"][:400], "\n")
    profiler = cProfile.Profile(process_time)
    profiler.enable()
    for _ in range(50):
        get()
    profiler.disable()
    pstats.Stats(profiler).sort_stats("cumulative").print_stats(70)


def run(count: int, rounds: int, profiled: str | None) -> None:
    import django
    import wagtail
    from django.db import connection
    from django.test.utils import get_runner, setup_test_environment

    setup_test_environment()
    from django.conf import settings

    runner = get_runner(settings)(verbosity=0, interactive=False)
    databases = runner.setup_databases()
    try:
        make_posts(count)
        from mkt_blog.pages.models import PostPage

        if profiled:
            profile(profiled)
            return
        pk = PostPage.objects.order_by("-date").values_list("pk", flat=True)[count // 2]
        versions = f"Wagtail {wagtail.__version__}, Django {django.__version__}"
        print(f"{count} posts, {connection.vendor}, {versions}, median of {rounds}")
        for title, results in scenarios(min(100, count), pk).items():
            measure(results, rounds)
            show(title, results)
    finally:
        runner.teardown_databases(databases)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--posts", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--profile", metavar="PATH", help="profile one address of mkt-api instead")
    arguments = parser.parse_args()
    configure()

    import tempfile

    from django.conf import settings

    with tempfile.TemporaryDirectory() as media:
        settings.MEDIA_ROOT = media
        run(arguments.posts, arguments.rounds, arguments.profile)


if __name__ == "__main__":
    main()
