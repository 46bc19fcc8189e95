"""Another site, another language and other blogs, in whose posts stand the words and terms of those that tests make.

A blog must look the same among them as alone.
"""

from contextlib import ExitStack
from datetime import datetime, timedelta

from django.core.cache import cache
from django.db import transaction
from django.utils import timezone
from wagtail.models import Locale, Page, Site
from wagtail.rich_text import RichText

from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import BlogIndexPage, PostPage
from tests.testapp.models import Person, Report, ReportIndex, Story, StoryIndex, Topic

# In the title of each post of the crowd, hence in its address.
MARK = "outsider"
TITLE = f"First bread of a secret {MARK}"
TAGS = ["slow", "hidden", "rye"]


class Crowd:
    """The crowd in a transaction of its own, which ``close`` rolls back; ``category`` and ``author`` are keys."""

    def __init__(self):
        self._transaction = ExitStack()
        self.is_there = False
        self.category = self.author = None

    def open(self, blocker):
        """``blocker`` is pytest-django's, which keeps what is no test from the database."""
        self._unblocked = blocker.unblock
        with self._unblocked():
            self._transaction.enter_context(transaction.atomic())
            self._fill()
        self.is_there = True

    def close(self):
        if self.is_there:
            self.is_there = False
            with self._unblocked():
                transaction.set_rollback(True)
                self._transaction.close()

    def _fill(self):
        category = Category.objects.create(name="Food")
        author = Author.objects.create(name="Ann Other")
        home = Site.objects.get(is_default_site=True).root_page
        gather(home, category=category, author=author)
        cache.clear()
        self.category, self.author = category.pk, author.pk


def gather(home, *, category, author):
    """Four blogs of three classes around those of the site whose root page is ``home``.

    One of the same site, with terms of classes of its own that have the same names; one on another site that shares
    ``category`` and ``author``; one beside it with posts of a site's own class; one in German, with German terms of
    the same names.
    """
    # Days on which tests date their posts.
    march, now = timezone.make_aware(datetime(2026, 3, 1, 12)), timezone.now()
    year_ago = now - timedelta(days=400)

    own = {"categories": [Topic.objects.create(name=category.name)]}
    own["authors"] = [Person.objects.create(name=author.name)]
    aside = home.add_child(instance=ReportIndex(title="Reports", slug="reports"))
    _fill(aside, Report, year_ago, **own)

    shared = {"categories": [category], "authors": [author]}
    root = home.get_parent()
    other = root.add_child(instance=Page(title="Other site", slug="other-site"))
    Site.objects.create(hostname="other.example", port=80, root_page=other, site_name="Others")
    blog = BlogIndexPage(title="Field notes", slug="blog", news_sitemap=True)
    _fill(other.add_child(instance=blog), PostPage, march, now, **shared)
    stories = other.add_child(instance=StoryIndex(title="Stories", slug="stories"))
    _fill(stories, Story, year_ago, **shared)

    german, _ = Locale.objects.get_or_create(language_code="de")
    translated = other.copy_for_translation(german)
    translated.live = True
    translated.save()
    blog = BlogIndexPage(title="Field notes", slug="blog", locale=german)
    _fill(
        translated.add_child(instance=blog),
        PostPage,
        march,
        categories=[Category.objects.create(name=category.name, locale=german)],
        authors=[Author.objects.create(name=author.name, locale=german)],
        series=Series.objects.create(title="Walks", locale=german),
    )


def _fill(blog, model, *dates, categories, authors, **fields):
    """Posts with words that tests search for, featured and pinned so that they come first."""
    water = [("paragraph", RichText("<p>flour, stock and water</p>"))]
    for date in dates:
        post = model(title=TITLE, date=date, body=water, locale=blog.locale, **fields)
        post.featured = post.pinned = True
        post.categories = categories
        post.set_authors(authors)
        post.tags.add(*TAGS)
        blog.add_child(instance=post)
