"""Posts in ``mkt_core``'s sitemaps: all of them, and the newest once more for Google News."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from django.conf import settings
from django.utils import timezone

from mkt_core.seo.fields import image_fields, indexed
from mkt_core.seo.site import site_name, site_values
from mkt_core.seo.sitemaps import Section, Url, register
from mkt_core.seo.sitemaps.pages import PageSection, Tree
from mkt_core.seo.sitemaps.pictures import image_urls
from mkt_core.seo.sitemaps.sections import Extent
from mkt_core.seo.sitemaps.translations import alternates_of

from ..addresses import dated_blogs
from ..post_models import blog_models, post_models
from ..post_urls import Place, dated_path, says_itself
from ..xml import without_control_characters

if TYPE_CHECKING:
    from django.http import HttpRequest
    from wagtail.models import Site

# Rows that are in memory at once, and two or three queries for each.
BATCH = 5000
NEWS_SECTION = "mkt_blog_news"
NEWS_NAMESPACE = "http://www.google.com/schemas/sitemap-news/0.9"
# What Google News looks at.
NEWS_AGE = timedelta(days=2)
NEWS_MAX_POSTS = 1000


def register_sections() -> None:
    """Once all apps are ready. A section of posts takes the place of that of their page type."""
    for model in post_models():
        if not says_itself(model):
            register(model._meta.label_lower, PostSection(model))
    register(NEWS_SECTION, NewsSection())


class PostSection(Section):
    """The posts of one class. They are never made into instances: ten thousand are four queries."""

    def __init__(self, model: Any) -> None:
        self.model = model

    def extent(self, site: Site, request: HttpRequest) -> Extent:
        """Four queries: view restrictions, where the site's pages are (two), the posts."""
        return PageSection(self.model, Tree(site, request)).extent(site, request)

    def urls(self, site: Site, request: HttpRequest, start: int, stop: int) -> Iterator[Url]:
        """Queries: four, and for each five thousand posts one for the posts, one for their pictures and, with several
        languages, one for these.
        """
        tree = Tree(site, request)
        posts = PageSection(self.model, tree).pages()
        columns = ["pk", "path", "slug", "url_path", "date", "last_published_at"]
        columns += [f"{name}_id" for name in image_fields(self.model)]
        if getattr(settings, "WAGTAIL_I18N_ENABLED", False):
            columns.append("translation_key")
        dated = dated_blogs()
        for first in range(start, stop, BATCH):
            rows = list(posts.values(*columns)[first : min(first + BATCH, stop)])
            yield from self._urls_of(rows, tree, dated)
            if len(rows) < BATCH:
                return

    def _urls_of(
        self, rows: Sequence[dict[str, Any]], tree: Tree, dated: set[str]
    ) -> Iterator[Url]:
        images = image_urls(rows, image_fields(self.model), tree.addresses)
        everybodys = tree.public(self.model.objects.all())
        alternates = alternates_of(everybodys, rows, tree.addresses)
        for row in rows:
            url_path = row["url_path"]
            if dated and url_path.removesuffix(f"{row['slug']}/") in dated:
                url_path = dated_path(Place(url_path, row["slug"], row["date"]))
            yield Url(
                tree.addresses.full_url_of(url_path),
                max(filter(None, (row["last_published_at"], row["date"]))),
                images.get(row["pk"], ()),
                alternates.get(row.get("translation_key"), ()),
            )


class NewsSection(Section):
    """Posts of the last two days, of the blogs that want it. Without any, the sitemap's index does not name it."""

    def extent(self, site: Site, request: HttpRequest) -> Extent:
        found = [(len(posts), posts[0].date) for _, posts in self._news(site, request) if posts]
        count = sum(number for number, _ in found)
        return Extent(min(count, NEWS_MAX_POSTS), max((date for _, date in found), default=None))

    def urls(self, site: Site, request: HttpRequest, start: int, stop: int) -> Iterator[Url]:
        name = site_name(site_values(site, request), site)
        entries = (
            NewsUrl(
                location=post.get_full_url(request) or "",
                lastmod=post.last_published_at,
                publication=name or blog.title,
                language=blog.locale.language_code,
                published=post.date,
                title=post.title,
            )
            for blog, posts in self._news(site, request)
            for post in posts
        )
        yield from list(entries)[start : min(stop, NEWS_MAX_POSTS)]

    def _news(self, site: Site, request: HttpRequest) -> Iterator[tuple[Any, list[Any]]]:
        """Each blog that wants it with its news, the newest first.

        Queries: three, one for each class of blogs, and two for each of the blogs.
        """
        tree = Tree(site, request)
        since = timezone.now() - NEWS_AGE
        for model in blog_models():
            blogs = tree.of_site(model.objects.live()).filter(news_sitemap=True)
            for blog in blogs.select_related("locale"):
                posts = indexed(blog.posts().filter(date__gte=since)).newest_first()
                yield blog, [_with_blog(post, blog) for post in _light(posts)[:NEWS_MAX_POSTS]]


@dataclass(frozen=True, slots=True, kw_only=True)
class NewsUrl(Url):
    """An address with what Google News wants to know (https://www.google.com/schemas/sitemap-news/0.9)."""

    publication: str
    language: str
    published: datetime
    title: str

    def xml(self) -> str:
        news = (
            f'<news:news xmlns:news="{NEWS_NAMESPACE}">'
            f"<news:publication><news:name>{_text(self.publication)}</news:name>"
            f"<news:language>{_language(self.language)}</news:language></news:publication>"
            f"<news:publication_date>{self.published.isoformat(timespec='seconds')}</news:publication_date>"
            f"<news:title>{_text(self.title)}</news:title></news:news></url>\n"
        )
        return Url.xml(self).removesuffix("</url>\n") + news


def _light(posts: Any) -> Any:
    return posts.defer("body", "body_summary", "headings").select_related("locale")


def _with_blog(post: Any, blog: Any) -> Any:
    # A post's address asks for its blog, which is known here.
    post.blog = blog
    return post


def _text(text: str) -> str:
    return escape(without_control_characters(text))


def _language(code: str) -> str:
    """As the schema has it: two or three letters, and only Chinese with a country."""
    code = code.lower()
    return code if code in ("zh-cn", "zh-tw") else code.partition("-")[0]
