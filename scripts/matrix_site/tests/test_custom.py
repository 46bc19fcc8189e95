"""Blogs on a site with its own image and user models: two hosts, two languages, two blogs, one of them the front page.

Needs DJANGO_SETTINGS_MODULE=matrix.settings.custom.
"""

from datetime import datetime
from io import BytesIO
from urllib.parse import quote

import pytest
from django.core.files.images import ImageFile
from django.utils import timezone
from PIL import Image as Picture
from wagtail.images import get_image_model
from wagtail.models import Locale, Page, Site

from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import BlogIndexPage, PostPage

pytestmark = pytest.mark.django_db

# Host and language -> title of its only post. Each blog must show its own and no other's.
TITLES = {
    ("first.example", "en"): "Bread and ink",
    ("first.example", "de"): "Brot und Tinte",
    ("second.example", "en"): "Хлеб",
}
SLUGS = {"Bread and ink": "bread", "Brot und Tinte": "brot-für-alle", "Хлеб": "хлеб"}


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def picture():
    data = BytesIO()
    Picture.new("RGB", (1600, 900), "teal").save(data, "PNG")
    return get_image_model().objects.create(
        title="Picture", file=ImageFile(BytesIO(data.getvalue()), name="p.png"), credit="Us"
    )


@pytest.fixture
def blogs(picture, django_user_model):
    """(host, language) -> blog. The first host's blog is its front page, the second's stands below one."""
    english = Locale.objects.get(language_code="en")
    german = Locale.objects.create(language_code="de")
    root = Page.get_first_root_node()
    first = root.add_child(instance=BlogIndexPage(title="First", slug="first", locale=english))
    translated = first.copy_for_translation(german)
    translated.title, translated.live = "Erster", True
    translated.save()
    front = root.add_child(instance=Page(title="Front", slug="front", locale=english))
    second = front.add_child(instance=BlogIndexPage(title="Second", slug="новости", locale=english))
    Site.objects.all().delete()
    Site.objects.create(hostname="first.example", root_page=first, is_default_site=True)
    Site.objects.create(hostname="second.example", root_page=front)
    found = {
        ("first.example", "en"): first,
        ("first.example", "de"): translated,
        ("second.example", "en"): second,
    }
    user = django_user_model.objects.create_user("ann")
    for key, blog in found.items():
        add_post(blog, TITLES[key], picture, user)
    return found


def add_post(blog, title, picture, user):
    """A post with one of everything; terms of the same slug exist in each language once."""
    locale = blog.locale
    category, _ = Category.objects.get_or_create(
        slug="küche", locale=locale, defaults={"name": "Küche"}
    )
    author, _ = Author.objects.get_or_create(
        slug="ann", locale=locale, defaults={"name": "Ann", "user": user, "photo": picture}
    )
    series, _ = Series.objects.get_or_create(slug="s", locale=locale, defaults={"title": "Series"})
    post = PostPage(
        title=title,
        slug=SLUGS[title],
        locale=locale,
        date=timezone.make_aware(datetime(2026, 3, 1, 12)),
        hero_image=picture,
        body=[("paragraph", f"<p>The text of {title}.</p>"), ("callout", {"text": "Mind the gap"})],
        series=series,
        series_position=1,
    )
    blog.add_child(instance=post)
    post.categories.set([category])
    post.set_authors([author])
    post.tags.set(["ржаной"])
    post.save()


def path(blog, suffix=""):
    url = blog.get_full_url()
    return "/" + url.split("/", 3)[3] + quote(suffix)


LISTINGS = (
    *("", "category/küche/", "tag/ржаной/", "author/ann/", "series/s/"),
    *("2026/", "2026/03/", "2026/03/01/", "search/?q="),
)


@pytest.mark.parametrize("suffix", LISTINGS)
def test_every_listing_shows_its_own_posts_and_no_others(client, blogs, suffix):
    for (host, language), blog in blogs.items():
        title = TITLES[host, language]
        # Title words are found by every backend.
        url = (
            path(blog, suffix)
            if "?" not in suffix
            else path(blog, "search/") + "?q=" + quote(title)
        )
        response = client.get(url, headers={"host": host})
        page = response.content.decode()

        assert response.status_code == 200, (url, host)
        assert title in page, (url, host)
        for other in set(TITLES.values()) - {title}:
            assert other not in page, (url, host, other)


def test_every_post_can_be_read_at_the_address_that_listings_give(client, blogs):
    for (host, language), blog in blogs.items():
        post = blog.posts().get()
        response = client.get(path(post), headers={"host": host})

        assert response.status_code == 200
        assert f"The text of {TITLES[host, language]}." in response.content.decode()
        assert "Mind the gap" in response.content.decode()
        assert f"/{language}/" in path(post)


@pytest.mark.parametrize(
    "suffix", ["feed/rss/", "category/küche/feed/rss/", "tag/ржаной/feed/rss/"]
)
def test_every_feed_is_that_of_its_own_blog(client, blogs, suffix):
    for (host, language), blog in blogs.items():
        response = client.get(path(blog, suffix), headers={"host": host})
        feed = response.content.decode()

        assert response.status_code == 200
        assert feed.count("<item>") == 1
        assert TITLES[host, language] in feed
        assert f"http://{host}/{language}/" in feed


def test_the_sitemap_of_a_host_has_its_posts_only(client, blogs):
    for host in ("first.example", "second.example"):
        response = client.get("/sitemap-mkt_blog_pages.postpage.xml", headers={"host": host})
        sitemap = b"".join(response).decode()

        mine = [blog for (of, _), blog in blogs.items() if of == host]
        assert sitemap.count("<url>") == len(mine)
        for blog in mine:
            assert blog.posts().get().full_url in sitemap
