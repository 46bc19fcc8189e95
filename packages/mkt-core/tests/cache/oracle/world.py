"""Two sites, one of them in two languages, and what a visitor gets of them with and without the cache."""

import re
from dataclasses import dataclass

from django.core.cache import cache
from django.db import connection
from django.test import Client, override_settings
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Site

from ..site.building import picture
from ..site.models import Author, Branding, IndexPage, PostPage, Topic

CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    CACHE,
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
LANGUAGES = [("en", "English"), ("de", "German")]
SETTINGS = {
    "ROOT_URLCONF": "tests.cache.oracle.urls",
    "MIDDLEWARE": MIDDLEWARE,
    "ALLOWED_HOSTS": ["one.example", "two.example"],
    "LANGUAGE_CODE": "en",
    "LANGUAGES": LANGUAGES,
    "WAGTAIL_CONTENT_LANGUAGES": LANGUAGES,
    "WAGTAIL_I18N_ENABLED": True,
    # Pages that are not there are part of the game for as long as those that are.
    "MKT_CORE": {"CACHE_SECONDS": 10_000.0, "CACHE_NOT_FOUND_SECONDS": 10_000.0},
}
#: Addresses that nobody lives at in the beginning.
EMPTY = ["http://one.example/en/news/ant/", "http://two.example/en/notes/bee/"]
#: Fewer than there are, so that a short game is one of many steps.
FEW_URLS = [
    "http://one.example/en/",
    "http://one.example/en/news/",
    "http://one.example/en/news/post-0/",
    "http://one.example/de/news/",
    "http://two.example/en/notes/",
]
MOST_URLS = 15


def build():
    """A home page and a blog in English and German at one.example, and a home page with a blog at two.example."""
    topics = [Topic.objects.create(name=name, slug=name) for name in ("art", "bees")]
    author = Author.objects.create(name="Ann")
    hero = get_image_model().objects.create(title="hero", file=picture())
    Locale.objects.update(language_code="en")
    Page.objects.filter(depth=2).delete()
    root = Page.objects.get(depth=1)
    german = Locale.objects.get_or_create(language_code="de")[0]
    Site.objects.all().delete()
    for number, (name, blog_slug) in enumerate((("one", "news"), ("two", "notes"))):
        home = root.add_child(instance=IndexPage(title=name, slug=f"home-{name}"))
        site = Site.objects.create(
            hostname=f"{name}.example", root_page=home, is_default_site=not number, site_name=name
        )
        Branding.objects.create(site=site, tagline=f"tagline of {name}")
        home.add_child(instance=IndexPage(title="About", slug="about", show_in_menus=True))
        blog = home.add_child(
            instance=IndexPage(title=blog_slug, slug=blog_slug, show_in_menus=True)
        )
        for n in range(2):
            post = PostPage(title=f"{blog_slug} {n}", slug=f"post-{n}", body="text", date=n)
            post.hero, post.author, post.topic = (hero if n == 0 else None), author, topics[n]
            blog.add_child(instance=post)
            post.topics.set(topics[: n + 1])
            post.save()
    for page in Page.objects.filter(slug__in=["home-one", "news"]).specific():
        page.copy_for_translation(german, copy_parents=True).save_revision().publish()
    post = PostPage.objects.get(slug="post-0", url_path__contains="/news/")
    post.copy_for_translation(german).save_revision().publish()


def commit():
    """Run what waits for the commit; the test's own transaction never commits."""
    hooks, connection.run_on_commit = connection.run_on_commit, []
    for _, hook, *_ in hooks:
        hook()


def living_urls():
    """The addresses of all live pages, as a visitor would type them."""
    found = []
    for page in Page.objects.filter(depth__gt=1, live=True).order_by("path"):
        url = page.get_full_url()
        if url:
            found.append(re.sub(r"^//", "http://", url).replace(":80/", "/"))
    return found


@dataclass
class Tally:
    """What has become of the fetches after a change."""

    steps: int = 0
    changed: int = 0
    kept: int = 0
    needless: int = 0

    @property
    def precision(self):
        """Share of the unchanged responses that were not rendered anew."""
        unchanged = self.kept + self.needless
        return self.kept / unchanged if unchanged else 1.0


class Visitor:
    """Fetches every known URL through the cache and without it, byte for byte the same."""

    def __init__(self, urls=(), most_urls=MOST_URLS):
        self.urls, self.most_urls = urls, most_urls
        self.cached = _client(MIDDLEWARE)
        self.uncached = _client([path for path in MIDDLEWARE if path != CACHE])
        self.known = {}
        self.has_written = True

    def arrive(self):
        """See everything twice, so that nothing is left to be rendered."""
        for url in self.urls or [*living_urls(), *EMPTY][: self.most_urls]:
            self.known[url] = _answer(self.cached, url)
        for url in self.known:
            self.known[url] = _answer(self.cached, url)

    def note_writes(self, execute, sql, params, many, context):
        """A wrapper around every statement, which knows nothing of the cache's own."""
        self.has_written = self.has_written or str(sql).lstrip()[:6] in (
            "INSERT",
            "UPDATE",
            "DELETE",
        )
        return execute(sql, params, many, context)

    def look_around(self, tally):
        """Fetch every known URL and compare; then learn of new ones."""
        commit()
        tally.steps += 1
        if not self.has_written:  # There was nothing to do: what was right is right.
            return
        self.has_written = False
        for url, before in self.known.items():
            seen = _answer(self.cached, url)
            commit()
            truth = _answer(self.uncached, url)
            commit()
            assert seen[:3] == truth[:3], (
                f"{url} is out of date ({seen[3]}): {seen[:3]} instead of {truth[:3]}"
            )
            self.known[url] = seen
            if seen[:3] != before[:3]:
                tally.changed += 1
            elif seen[3] in ("hit", "stale"):
                tally.kept += 1
            elif seen[3] == "miss":
                tally.needless += 1
        for url in living_urls():
            if len(self.known) < self.most_urls and url not in self.known:
                self.known[url] = _answer(self.cached, url)


def _client(middleware):
    client = Client()
    with override_settings(MIDDLEWARE=middleware):
        client.handler.load_middleware()
    return client


def _answer(client, url):
    """Status, address of a redirect, body, and what the cache says."""
    host, _, path = url.removeprefix("http://").partition("/")
    response = client.get(f"/{path}", headers={"host": host})
    return (
        response.status_code,
        response.get("Location"),
        response.content,
        response.get("X-MKT-Cache", ""),
    )


def forget_everything():
    """Nothing of the last game is in the cache, nor in Wagtail's memory."""
    cache.clear()
    Site.clear_site_root_paths_cache()
