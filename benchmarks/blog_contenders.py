"""The blogs of ``blog.py``: the settings that each wants, and the same content in the terms of each."""

from __future__ import annotations

import logging
import os
import random
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

CATEGORIES, TAGS, AUTHORS, PICTURES = 10, 50, 5, 20
NEWEST = datetime(2026, 11, 1, 12, tzinfo=UTC)
WORDS = [
    "lorem",
    "ipsum",
    "dolor",
    "sit",
    "amet",
    "consectetur",
    "adipiscing",
    "elit",
    "tempor",
    "incididunt",
    "labore",
]
WAGTAIL = [
    *("wagtail.contrib.forms", "wagtail.contrib.redirects", "wagtail.contrib.routable_page"),
    *("wagtail.contrib.sitemaps", "wagtail.contrib.table_block", "wagtail.embeds", "wagtail.sites"),
    *("wagtail.users", "wagtail.snippets", "wagtail.documents", "wagtail.images", "wagtail.search"),
    *("wagtail.admin", "wagtail", "modelcluster", "taggit"),
]
DJANGO = [
    *("django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions"),
    *("django.contrib.messages", "django.contrib.sitemaps", "django.contrib.staticfiles"),
]


class Contender:
    """Settings and content of one blog."""

    apps: Sequence[str] = ()
    settings: dict[str, Any] = {}
    middleware: Sequence[str] = ()

    def urls(self) -> list[Any]:
        from django.urls import include, path
        from wagtail import urls as wagtail_urls
        from wagtail.contrib.sitemaps.views import sitemap

        return [path("sitemap.xml", sitemap), path("", include(wagtail_urls))]

    def fill(self, count: int) -> dict[str, str]:
        """Write ``count`` posts; name of a request -> path."""
        raise NotImplementedError


def configure(
    contender: Contender,
    *,
    outer: Sequence[str] = (),
    inner: Sequence[str] = (),
    more: Mapping[str, Any] | None = None,
    migrate: bool = True,
) -> None:
    """Set up Django for one contender, and make its tables.

    ``outer`` and ``inner`` are middlewares around those that each contender has; ``more`` are settings that win.
    """
    import django
    from django.conf import settings

    folder = os.environ["BENCH_FOLDER"]
    apps = [*contender.apps, *WAGTAIL, *DJANGO]
    logging.disable(logging.CRITICAL)
    given: dict[str, Any] = dict(
        ALLOWED_HOSTS=["localhost"],
        CACHES={"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}},
        DATABASES={"default": database(folder)},
        DEBUG=False,
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        INSTALLED_APPS=list(dict.fromkeys(apps)),
        LANGUAGE_CODE="en",
        LOGGING_CONFIG=None,
        MEDIA_ROOT=f"{folder}/media",
        MEDIA_URL="/media/",
        MIDDLEWARE=[
            *outer,
            "django.contrib.sessions.middleware.SessionMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.contrib.auth.middleware.AuthenticationMiddleware",
            "django.contrib.messages.middleware.MessageMiddleware",
            *contender.middleware,
            *inner,
        ],
        ROOT_URLCONF="blog_urls",
        SECRET_KEY="no secret: a benchmark",
        SILENCED_SYSTEM_CHECKS=["treebeard.E001"],
        STATIC_ROOT=f"{folder}/static",
        STATIC_URL="/static/",
        TEMPLATES=[
            {
                "BACKEND": "django.template.backends.django.DjangoTemplates",
                "APP_DIRS": True,
                "OPTIONS": {
                    "context_processors": [
                        "django.template.context_processors.request",
                        "django.contrib.auth.context_processors.auth",
                        "django.contrib.messages.context_processors.messages",
                    ]
                },
            }
        ],
        TIME_ZONE="UTC",
        USE_TZ=True,
        WAGTAIL_SITE_NAME="Bench",
        WAGTAILADMIN_BASE_URL="http://localhost",
        WAGTAILSEARCH_BACKENDS={"default": {"BACKEND": "wagtail.search.backends.database"}},
        **contender.settings,
    )
    settings.configure(**given | dict(more or {}))
    django.setup()
    import sys
    from types import ModuleType

    from django.core.management import call_command

    urls: Any = ModuleType("blog_urls")
    urls.urlpatterns = contender.urls()
    sys.modules["blog_urls"] = urls
    if migrate:
        call_command("migrate", verbosity=0)


def database(folder: str) -> dict[str, Any]:
    parts = urlsplit(os.environ.get("DATABASE_URL", ""))
    if not parts.scheme.startswith("postgres"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": f"{folder}/db.sqlite3"}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": parts.port or "",
        "CONN_MAX_AGE": None,
    }


# --- content that all have in common ------------------------------------------------------------


def home() -> Any:
    from wagtail.models import Page, Site

    root = Page.get_first_root_node()
    site = Site.objects.get()
    site.hostname, site.port = "localhost", 80
    site.root_page = root.add_child(instance=Page(title="Home", slug="front"))
    site.save()
    return site.root_page


def pictures() -> list[Any]:
    from django.core.files.images import ImageFile
    from PIL import Image as Picture
    from wagtail.images import get_image_model

    found = []
    for number in range(PICTURES):
        data = BytesIO()
        Picture.new("RGB", (1600, 900), (number * 12, 90, 140)).save(data, "JPEG")
        file = ImageFile(BytesIO(data.getvalue()), name=f"picture-{number}.jpg")
        found.append(get_image_model().objects.create(title=f"Picture {number}", file=file))
    return found


def users() -> list[Any]:
    from django.contrib.auth import get_user_model

    return [
        get_user_model().objects.create_user(f"author{number}", first_name=f"Author {number}")
        for number in range(AUTHORS)
    ]


def paragraphs(number: int) -> list[str]:
    """About 600 words; one post in a hundred has the word "rarity", all have "lorem"."""
    draw = random.Random(number)
    texts = [" ".join(draw.choices(WORDS, k=100)) for _ in range(6)]
    if number % 100 == 0:
        texts[0] += " rarity"
    texts[1] += " lorem"
    return [f"<p>{text}</p>" for text in texts]


def dates(count: int) -> list[datetime]:
    return [NEWEST - timedelta(hours=6 * number) for number in range(count)]


def picks(number: int, of: list[Any], count: int) -> list[Any]:
    """``count`` different ones, the same for every contender."""
    return random.Random(number).sample(of, count)


def make_pages(
    parent: Any, model: type, count: int, fields: Callable[[int, datetime], dict[str, Any]]
) -> list[Any]:
    """``count`` published pages below ``parent``, written at once: Wagtail's own way takes minutes."""
    from django.contrib.contenttypes.models import ContentType
    from wagtail.models import Page

    content_type = ContentType.objects.get_for_model(model)
    rows = [
        Page(
            title=f"Post {number}",
            draft_title=f"Post {number}",
            slug=f"post-{number}",
            url_path=f"{parent.url_path}post-{number}/",
            path=Page._get_path(parent.path, parent.depth + 1, number + 1),
            depth=parent.depth + 1,
            content_type=content_type,
            locale=parent.locale,
            first_published_at=date,
            last_published_at=date,
            latest_revision_created_at=date,
            owner_id=fields(number, date).get("owner_id"),
        )
        for number, date in enumerate(dates(count))
    ]
    Page.objects.bulk_create(rows, batch_size=500)
    Page.objects.filter(pk=parent.pk).update(numchild=count)
    parent.refresh_from_db()
    stored = Page.objects.child_of(parent).order_by("path")
    made = []
    for number, (page, date) in enumerate(zip(stored, dates(count), strict=True)):
        post = model(page_ptr_id=page.pk, **fields(number, date))
        post.__dict__.update({k: v for k, v in page.__dict__.items() if not k.startswith("_")})
        post.save_base(raw=True, force_insert=True)
        made.append(post)
    return made


def tag_posts(through: type, tags: list[Any], posts: list[Any]) -> None:
    links = [
        through(content_object=post, tag=tag)
        for number, post in enumerate(posts)
        for tag in picks(number, tags, 3)
    ]
    through.objects.bulk_create(links, batch_size=1000)  # type: ignore[attr-defined]


def index_for_search(posts: list[Any]) -> None:
    """Puts every post into the search index, and the database's statistics right."""
    from django.core.management import call_command
    from django.db import connection

    call_command("update_index", verbosity=0, chunk_size=1000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


# --- the blogs ----------------------------------------------------------------------------------


class Mkt(Contender):
    apps = ("mkt_core", "mkt_blog", "mkt_blog.pages")
    settings = {"MKT_BLOG": {"POSTS_PER_PAGE": 10, "FEED_ITEMS": 20}}

    def urls(self) -> list[Any]:
        from django.urls import include, path
        from wagtail import urls as wagtail_urls

        return [path("", include("mkt_core.seo.urls")), path("", include(wagtail_urls))]

    def fill(self, count: int) -> dict[str, str]:
        from taggit.models import Tag

        from mkt_blog.models import Author, Category, Series
        from mkt_blog.pages.models import BlogIndexPage, PostPage

        images, blog = pictures(), BlogIndexPage(title="Blog", slug="blog", intro="A blog.")
        home().add_child(instance=blog)
        categories = [Category.objects.create(name=f"Category {n}") for n in range(CATEGORIES)]
        authors = [Author.objects.create(name=f"Author {n}") for n in range(AUTHORS)]
        tags = [Tag.objects.create(name=f"Tag {n}", slug=f"tag-{n}") for n in range(TAGS)]
        series = Series.objects.create(title="Series")

        def fields(number: int, date: datetime) -> dict[str, Any]:
            in_series = number < 10
            return {
                "date": date,
                "hero_image": images[number % PICTURES],
                "hero_alt": "A picture",
                "body": json_stream([("paragraph", text) for text in paragraphs(number)]),
                "body_summary": "Lorem ipsum dolor sit amet. " * 8,
                "word_count": 600,
                "series": series if in_series else None,
                "series_position": number if in_series else None,
            }

        posts = make_pages(blog, PostPage, count, fields)
        tag_posts(PostPage.tagged_items.rel.related_model, tags, posts)
        author_link = PostPage.author_links.rel.related_model
        author_link.objects.bulk_create(
            [
                author_link(post=post, author=author, sort_order=position)
                for number, post in enumerate(posts)
                for position, author in enumerate(picks(number, authors, 2))
            ],
            batch_size=1000,
        )
        link_categories(PostPage.categories.through, "postpage", categories, posts, 2)
        index_for_search(posts)
        last = -(-count // 10)
        return {
            "index": "/blog/",
            "last page": f"/blog/?page={last}",
            "category": "/blog/category/category-1/",
            "tag": "/blog/tag/tag-1/",
            "author": "/blog/author/author-1/",
            "series": "/blog/series/series/",
            "archive": "/blog/2026/10/",
            "post": "/blog/post-5/",
            "feed": "/blog/feed/rss/",
            "search": "/blog/search/?q=rarity",
            "search all": "/blog/search/?q=lorem",
            "sitemap": "/sitemap-mkt_blog_pages.postpage.xml",
        }


def json_stream(blocks: list[tuple[str, Any]]) -> str:
    import json

    return json.dumps([{"type": name, "value": value} for name, value in blocks])


def link_categories(
    through: Any, post_field: str, categories: list[Any], posts: list[Any], count: int
) -> None:
    category_field = next(
        field.name for field in through._meta.fields if field.related_model is type(categories[0])
    )
    links = [
        through(**{post_field: post, category_field: category})
        for number, post in enumerate(posts)
        for category in picks(number, categories, count)
    ]
    through.objects.bulk_create(links, batch_size=1000)


class Puput(Contender):
    apps = ("puput", "wagtailmarkdown", "wagtail.contrib.search_promotions")
    settings = {"PUPUT_AS_PLUGIN": True}

    def urls(self) -> list[Any]:
        from django.urls import include, path
        from wagtail import urls as wagtail_urls
        from wagtail.contrib.sitemaps.views import sitemap

        return [
            path("sitemap.xml", sitemap),
            path("", include("puput.urls")),
            path("", include(wagtail_urls)),
        ]

    def fill(self, count: int) -> dict[str, str]:
        from puput.models import BlogPage, Category, CategoryEntryPage, EntryPage, TagEntryPage
        from taggit.models import Tag

        images, owners = pictures(), users()
        blog = BlogPage(
            title="Blog", slug="blog", num_entries_page=10, short_feed_description=False
        )
        home().add_child(instance=blog)
        categories = [
            Category.objects.create(name=f"Category {n}", slug=f"category-{n}")
            for n in range(CATEGORIES)
        ]
        tags = [Tag.objects.create(name=f"Tag {n}", slug=f"tag-{n}") for n in range(TAGS)]

        def fields(number: int, date: datetime) -> dict[str, Any]:
            return {
                "date": date,
                "body": "".join(paragraphs(number)),
                "excerpt": "<p>Lorem ipsum dolor sit amet.</p>",
                "header_image": images[number % PICTURES],
                "owner_id": owners[number % AUTHORS].pk,
            }

        posts = make_pages(blog, EntryPage, count, fields)
        tag_posts(TagEntryPage, tags, posts)
        links = [
            CategoryEntryPage(page=post, category=category)
            for number, post in enumerate(posts)
            for category in picks(number, categories, 2)
        ]
        CategoryEntryPage.objects.bulk_create(links, batch_size=1000)
        index_for_search(posts)
        date = dates(count)[5]
        return {
            "index": "/blog/",
            "last page": f"/blog/?page={-(-count // 10)}",
            "category": "/blog/category/category-1/",
            "tag": "/blog/tag/tag-1/",
            "author": "/blog/author/author1/",
            "archive": "/blog/2026/10/",
            "post": f"/blog/{date:%Y/%m/%d}/post-5/",
            "feed": "/blog/feed/",
            "search": "/blog/search/?q=rarity",
            "search all": "/blog/search/?q=lorem",
            "sitemap": "/sitemap.xml",
        }


class Roost(Contender):
    apps = ("roost",)

    def fill(self, count: int) -> dict[str, str]:
        from roost.models import (
            ArticleAuthor,
            ArticlePage,
            ArticleTag,
            Author,
            AuthorIndexPage,
            NewsIndexPage,
            SectionPage,
            TaggedArticle,
        )

        images, start = pictures(), home()
        news = start.add_child(instance=NewsIndexPage(title="News", slug="news"))
        start.add_child(instance=AuthorIndexPage(title="Authors", slug="authors"))
        section = news.add_child(
            instance=SectionPage(title="Section", slug="section", archive_granularity="month")
        )
        authors = [
            Author.objects.create(user=user, display_name=user.first_name) for user in users()
        ]
        tags = [ArticleTag.objects.create(name=f"Tag {n}", slug=f"tag-{n}") for n in range(TAGS)]

        def fields(number: int, date: datetime) -> dict[str, Any]:
            return {
                "date": date.date(),
                "lead": "Lorem ipsum dolor sit amet.",
                "image": images[number % PICTURES],
                "body": json_stream([("paragraph", text) for text in paragraphs(number)]),
            }

        posts = make_pages(section, ArticlePage, count, fields)
        tag_posts(TaggedArticle, tags, posts)
        links = [
            ArticleAuthor(article=post, author=author, sort_order=position)
            for number, post in enumerate(posts)
            for position, author in enumerate(picks(number, authors, 2))
        ]
        ArticleAuthor.objects.bulk_create(links, batch_size=1000)
        index_for_search(posts)
        return {
            "index": "/news/",
            "last page": f"/news/section/?page={-(-count // 10)}",
            "category": "/news/section/",
            "tag": "/news/tags/tag-1/",
            "author": f"/authors/{authors[1].slug}/",
            "archive": "/news/section/2026-10/",
            "post": "/news/section/post-5/",
            "feed": "/news/feed/",
            "sitemap": "/sitemap.xml",
        }


class Cast(Contender):
    middleware = (
        "django_htmx.middleware.HtmxMiddleware",
        "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    )

    def __init__(self) -> None:
        import cast

        manifest = Path(cast.__file__).parent / "static/cast/vite/manifest.json"
        vite = {"dev_mode": False, "static_url_prefix": "cast/vite/", "manifest_path": manifest}
        self.settings = {
            "SITE_ID": 1,
            "COMMENTS_APP": "cast.comments",
            "CRISPY_TEMPLATE_PACK": "bootstrap4",
            "CRISPY_ALLOWED_TEMPLATE_PACKS": "bootstrap4",
            "DJANGO_VITE": {"cast": vite},
        }

    @property
    def apps(self) -> Sequence[str]:  # type: ignore[override]
        from cast.apps import CAST_APPS

        return [*CAST_APPS, "django.contrib.sites"]

    def urls(self) -> list[Any]:
        from django.urls import include, path

        return [
            path("cast/comments/", include("cast.comments.urls")),
            path("cast/", include("cast.urls", namespace="cast")),
            *super().urls(),
        ]

    def fill(self, count: int) -> dict[str, str]:
        from cast.models import Blog, Post, PostCategory
        from cast.models.pages import PostTag
        from taggit.models import Tag

        images, owners = pictures(), users()
        blog = home().add_child(instance=Blog(title="Blog", slug="blog", owner=owners[0]))
        categories = [
            PostCategory.objects.create(name=f"Category {n}", slug=f"category-{n}")
            for n in range(CATEGORIES)
        ]
        tags = [Tag.objects.create(name=f"Tag {n}", slug=f"tag-{n}") for n in range(TAGS)]

        def fields(number: int, date: datetime) -> dict[str, Any]:
            texts = paragraphs(number)
            overview = [{"type": "paragraph", "value": "<p>Lorem ipsum dolor sit amet.</p>"}]
            overview.append({"type": "image", "value": images[number % PICTURES].pk})
            detail = [{"type": "paragraph", "value": text} for text in texts]
            return {
                "visible_date": date,
                "cover_image": images[number % PICTURES],
                "body": json_stream([("overview", overview), ("detail", detail)]),
                "owner_id": owners[number % AUTHORS].pk,
            }

        posts = make_pages(blog, Post, count, fields)
        tag_posts(PostTag, tags, posts)
        link_categories(Post.categories.through, "post", categories, posts, 2)
        through = Post.images.through
        through.objects.bulk_create(
            [
                through(post=post, image=images[number % PICTURES])
                for number, post in enumerate(posts)
            ],
            batch_size=1000,
        )
        index_for_search(posts)
        return {
            "index": "/blog/",
            "last page": f"/blog/?page={-(-count // 5)}",
            "category": "/blog/?category_facets=category-1",
            "tag": "/blog/?tag_facets=tag-1",
            "archive": "/blog/?date_facets=2026-10",
            "post": "/blog/post-5/",
            "feed": "/cast/blog/feed/rss.xml",
            "search": "/blog/?search=rarity",
            "search all": "/blog/?search=lorem",
            "sitemap": "/sitemap.xml",
        }


CONTENDERS: dict[str, type[Contender]] = {
    "mkt": Mkt,
    "puput": Puput,
    "roost": Roost,
    "cast": Cast,
}
