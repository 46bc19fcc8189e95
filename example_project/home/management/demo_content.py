"""Puts the demo content into the site.

Every step looks first at what is there and fills in only what is missing, so that a second run
changes nothing and what somebody has edited since stays as it is.
"""

import json
from io import StringIO
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import transaction
from django.utils.functional import cached_property
from wagtail.models import Site

import home.demo
from home.models import HomePage
from mkt_blog.models import Author, Category, ImportedPost, Series
from mkt_blog.pages.models import BlogIndexPage, PostPage

from .demo_pictures import illustrations, portraits

FOLDER = Path(home.demo.__file__).parent
EXPORT = FOLDER / "demo-blog.xml"
BLOG_SLUG = "blog"


class DemoContent:
    """The texts of the export, and from ``demo.json`` what an export cannot hold."""

    def __init__(self) -> None:
        self.extras: dict[str, Any] = json.loads((FOLDER / "demo.json").read_text(encoding="utf-8"))

    @cached_property
    def home(self) -> HomePage:
        """The front page of the default site."""
        return Site.objects.get(is_default_site=True).root_page.specific

    @transaction.atomic
    def load(self) -> str:
        """Bring the site up to date; the importer's report."""
        report = self.load_posts(self.ensure_blog())
        self.complete_terms()
        self.complete_authors()
        self.complete_posts(self.ensure_series())
        self.complete_home()
        return report

    def ensure_blog(self) -> BlogIndexPage:
        blog = BlogIndexPage.objects.child_of(self.home).filter(slug=BLOG_SLUG).first()
        return blog or self.home.add_child(
            instance=BlogIndexPage(
                title="Journal",
                slug=BLOG_SLUG,
                intro=self.extras["site"]["tagline"] + ".",
                show_in_menus=True,
            )
        )

    def load_posts(self, blog: BlogIndexPage) -> str:
        """Import the export; posts that are here already are recognised by their GUID."""
        report = StringIO()
        call_command(
            "mkt_blog_import_wordpress",
            EXPORT,
            blog=blog.slug,
            site=Site.objects.get(is_default_site=True).hostname,
            no_progress=True,
            stdout=report,
        )
        return report.getvalue()

    def complete_terms(self) -> None:
        descriptions = self.extras["categories"]
        for category in Category.objects.filter(slug__in=descriptions, description=""):
            category.description = descriptions[category.slug]
            category.save()

    def complete_authors(self) -> None:
        people = self.extras["authors"]
        authors = list(Author.objects.filter(slug__in=people, bio="", photo=None))
        photos = portraits({author.slug: author.name for author in authors})
        for author in authors:
            facts = people[author.slug]
            author.role, author.bio, author.url = facts["role"], facts["bio"], facts["url"]
            author.photo = photos[author.slug]
            author.save()

    def ensure_series(self) -> dict[str, tuple[Series, int]]:
        """Series and position by slug of the post."""
        places = {}
        for facts in self.extras["series"]:
            series, _created = Series.objects.get_or_create(
                slug=facts["slug"],
                defaults={"title": facts["title"], "description": facts["description"]},
            )
            for position, slug in enumerate(facts["posts"], start=1):
                places[slug] = (series, position)
        return places

    def complete_posts(self, series: dict[str, tuple[Series, int]]) -> None:
        """Give pictures, series and marks to the posts that nobody has touched since the import."""
        untouched = ImportedPost.objects.filter(blog_pk=self.ensure_blog().pk).values("revision_pk")
        posts = list(PostPage.objects.live().filter(latest_revision__in=untouched))
        heroes, figures = self.extras["hero_images"], self.extras["figures"]
        pictures = illustrations(hero["image"] for hero in heroes.values()) if posts else {}
        for post in posts:
            hero = heroes.get(post.slug, {})
            post.hero_image = pictures.get(hero.get("image"))
            post.hero_alt = hero.get("alt", "")
            post.series, post.series_position = series.get(post.slug, (None, None))
            post.featured = post.slug in self.extras["featured"]
            post.pinned = post.slug in self.extras["pinned"]
            if post.slug in figures:
                self.illustrate(post, figures[post.slug], pictures)
            post.save_revision(clean=False).publish()

    def illustrate(self, post: PostPage, facts: dict[str, Any], pictures: dict[str, Any]) -> None:
        """Put one picture, or a gallery of several, before a heading of the text."""
        alts = {hero["image"]: hero["alt"] for hero in self.extras["hero_images"].values()}
        values = [
            {
                "image": {
                    "image": pictures[picture["image"]].pk,
                    "alt_text": alts[picture["image"]],
                    "decorative": False,
                },
                "caption": picture["caption"],
            }
            for picture in facts["pictures"]
        ]
        blocks = list(post.body.raw_data)
        place = next(
            number
            for number, block in enumerate(blocks)
            if block["type"] == "heading" and block["value"]["text"] == facts["before"]
        )
        if len(values) == 1:
            blocks.insert(place, {"type": "image", "value": values[0]})
        else:
            blocks.insert(place, {"type": "gallery", "value": values})
        # A body is given as JSON, and read back as blocks: no one type is right for both.
        stored: Any = json.dumps(blocks)
        post.body = stored

    def complete_home(self) -> None:
        facts = self.extras["site"]
        site = Site.objects.get(is_default_site=True)
        if not site.site_name:
            site.site_name = facts["name"]
            site.save()
        if self.home.hero_title:
            return
        self.home.hero_title = facts["hero_heading"]
        self.home.hero_text = facts["hero_text"]
        self.home.hero_image = illustrations([facts["hero_image"]])[facts["hero_image"]]
        self.home.hero_alt = facts["hero_alt"]
        self.home.search_description = facts["tagline"]
        self.home.save_revision().publish()

    def set_address(self, host: str, port: int) -> None:
        """Tell Wagtail where the site answers, unless somebody has given it a name of its own."""
        site = Site.objects.get(is_default_site=True)
        if site.hostname in ("localhost", "127.0.0.1") and (site.hostname, site.port) != (
            host,
            port,
        ):
            site.hostname, site.port = host, port
            site.save()
