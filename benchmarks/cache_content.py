"""The content of the measured site: a front page, a journal of 40 posts and a notebook of 30 beside it.

Both are blogs of mkt-blog. A post shows text of eight sections, three pictures, two authors, two categories, three
tags, the posts before and after it and three like it. One without terms, and hence without posts like it, costs about
as much as the page of the figures to reach, and is as long.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any

JOURNAL_POSTS = 40
NOTEBOOK_POSTS = 30
POST = "/journal/post-20/"
PLAIN_POST = "/notebook/plain/"

_SENTENCES = "The ferry comes at nine and goes again when everybody is aboard. " * 5


@contextmanager
def built_site() -> Iterator[None]:
    """A database with the content; tracking of the response cache is off."""
    from django.db import connection

    name = connection.settings_dict["NAME"]
    connection.creation.create_test_db(verbosity=0)
    try:
        _build()
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def _build() -> None:
    from wagtail.models import Site

    from mkt_blog.models import Author, Category
    from mkt_blog.pages.models import BlogIndexPage

    site = Site.objects.get()
    site.site_name = "Benchmark"
    site.save()
    home = site.root_page.specific
    home.hero_title = "Front page"
    home.save()
    pictures = [_picture(number) for number in range(6)]
    authors = [Author.objects.create(name=f"Author {n}", bio="Writes.") for n in range(6)]
    categories = [Category.objects.create(name=f"Category {n}") for n in range(8)]
    for title, count in (("Journal", JOURNAL_POSTS), ("Notebook", NOTEBOOK_POSTS)):
        blog = home.add_child(
            instance=BlogIndexPage(title=title, slug=title.lower(), show_in_menus=True)
        )
        for number in range(count):
            post = _post(blog, number, pictures)
            post.set_authors([authors[number % 6], authors[(number + 1) % 6]])
            post.categories = [categories[number % 8], categories[(number + 3) % 8]]
            blog.add_child(instance=post)
            post.tags.add(*(f"tag {(number + n) % 12}" for n in range(3)))
            post.save()
    blog.add_child(instance=_post(blog, count, pictures, slug="plain", sections=15))


def add_probe() -> Any:
    """A post of its own author, newer than all others of the journal, to be changed."""
    from django.utils import timezone

    from mkt_blog.models import Author
    from mkt_blog.pages.models import BlogIndexPage, PostPage

    blog = BlogIndexPage.objects.get(slug="journal")
    number = PostPage.objects.count()
    post = PostPage(title=f"Probe {number}", slug=f"probe-{number}", date=timezone.now())
    post.body = [("paragraph", "<p>To be changed.</p>")]
    post.set_authors([Author.objects.create(name=f"Author of probe {number}")])
    blog.add_child(instance=post)
    post.save_revision().publish()
    return post


def _post(blog: Any, number: int, pictures: Any, *, slug: str = "", sections: int = 8) -> Any:
    """Post ``number`` of a blog, dated so many hours after the first one."""
    from mkt_blog.pages.models import PostPage

    return PostPage(
        title=f"{blog.title} post {number}",
        slug=slug or f"post-{number}",
        date=datetime(2024, 1, 1, tzinfo=UTC) + timedelta(hours=number),
        subtitle="What happened, in one line",
        hero_image=pictures[number % len(pictures)],
        hero_alt="A harbour",
        body=[
            *_sections(number, pictures, sections),
            ("quote", {"text": "To be", "attribution": "Hamlet"}),
        ],
    )


def _sections(number: int, pictures: Any, count: int) -> Iterator[tuple[str, Any]]:
    for section in range(count):
        yield "heading", {"text": f"Section {section}", "level": "h2"}
        yield "paragraph", f"<p>{_SENTENCES}</p><p>Paragraph <b>{section}</b>. {_SENTENCES}</p>"
        if section in (2, 5):
            image = pictures[(number + section) % len(pictures)]
            picture = {"image": image, "alt_text": "A boat", "decorative": False}
            yield "image", {"image": picture, "caption": "At sea"}


def _picture(number: int) -> Any:
    from django.core.files.images import ImageFile
    from PIL import Image
    from wagtail.images import get_image_model

    data = BytesIO()
    Image.new("RGB", (400, 300), (40 * number, 90, 120)).save(data, "JPEG")
    file = ImageFile(BytesIO(data.getvalue()), name=f"picture-{number}.jpg")
    return get_image_model().objects.create(title=f"Picture {number}", file=file)
