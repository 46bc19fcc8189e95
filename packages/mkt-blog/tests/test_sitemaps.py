"""The sections of posts and news in the sitemaps of ``mkt_core``."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone
from lxml import etree
from wagtail.models import PageViewRestriction

from mkt_blog.post_urls import says_itself
from mkt_blog.seo import sitemaps
from tests.testapp.models import Story, StoryIndex

from .test_seo import picture

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("surroundings"),
    pytest.mark.urls("tests.urls_seo"),
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
        "ignore:.*SpooledTemporaryFile:ResourceWarning",
    ),
]
POSTS = "/sitemap-mkt_blog_pages.postpage.xml"
NEWS = "/sitemap-mkt_blog_news.xml"
NS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("sitemap.xsd")))


@pytest.fixture(autouse=True)
def _no_sites_of_other_tests():
    cache.clear()


@pytest.fixture
def read(client):
    def read(path=POSTS):
        response = client.get(path)
        assert response.status_code == 200
        tree = etree.fromstring(response.content)
        if tree.tag.endswith("urlset"):
            SCHEMA.assertValid(tree)
        return tree

    return read


def texts(tree, path):
    return tree.xpath(f"//{path}/text()", namespaces=NS)


def slugs(tree):
    return [location.rstrip("/").rpartition("/")[2] for location in texts(tree, "s:loc")]


class TestPosts:
    def test_say_where_they_are_and_when_they_changed(self, read, make_post):
        published = timezone.now().replace(microsecond=0)
        make_post("Old", last_published_at=published)
        make_post("Due", date=published + timedelta(seconds=-1), last_published_at=None)

        tree = read()

        assert texts(tree, "s:loc") == ["http://localhost/blog/old/", "http://localhost/blog/due/"]
        moments = texts(tree, "s:lastmod")
        assert moments == [
            published.isoformat(),
            (published - timedelta(seconds=1)).isoformat(),
        ]

    def test_that_nobody_shall_find_are_left_out(self, read, make_post):
        make_post("Seen")
        make_post("Draft", live=False)
        make_post("Later", date=timezone.now() + timedelta(days=1))
        make_post("Hidden", seo_noindex=True)
        make_post("Elsewhere", seo_canonical="https://other.example/")
        PageViewRestriction.objects.create(page=make_post("Private"), restriction_type="login")

        assert slugs(read()) == ["seen"]

    def test_show_their_pictures(self, read, client, make_post):
        make_post("Bread", slug="bread", hero_image=picture())
        make_post("Plain")
        client.get("/blog/bread/")

        [image] = texts(read(), "image:loc")
        assert image.startswith("http://localhost/media/images/hero")

    def test_with_dates_in_their_addresses(self, read, blog, make_post, home):
        other = home.add_child(instance=type(blog)(title="Other", slug="other"))
        blog.dated_urls = True
        blog.save()
        # Late in the evening of the day before, elsewhere.
        make_post("Bread", slug="bread", date="2026-03-01T23:30Z")
        make_post("Plain", slug="plain", below=other)

        assert texts(read(), "s:loc") == [
            "http://localhost/blog/2026/03/02/bread/",
            "http://localhost/other/plain/",
        ]

    def test_of_a_class_of_the_sites_own_are_there(self, read, home):
        news = home.add_child(instance=StoryIndex(title="News", slug="news"))
        news.add_child(instance=Story(title="Story", slug="story"))

        index = read("/sitemap.xml")
        assert "http://localhost/sitemap-testapp.story.xml" in texts(index, "s:loc")
        assert texts(read("/sitemap-testapp.story.xml"), "s:loc") == [
            "http://localhost/news/story/"
        ]

    def test_that_say_themselves_where_they_are_are_asked(self, monkeypatch):
        assert not says_itself(Story)
        monkeypatch.setattr(Story, "get_url_parts", lambda self, request=None: None, raising=False)
        assert says_itself(Story)

    @pytest.mark.parametrize("number", [3, 9])
    def test_need_few_queries(
        self, read, client, make_post, number, monkeypatch, django_assert_max_num_queries
    ):
        image = picture()
        for _ in range(number):
            make_post(hero_image=image)
        read()

        with django_assert_max_num_queries(12):
            assert len(slugs(read())) == number

    def test_are_read_in_batches(self, read, make_post, monkeypatch, settings):
        monkeypatch.setattr(sitemaps, "BATCH", 2)
        settings.MKT_CORE = {"SEO_SITEMAP_PAGES": 3}
        for number in range(5):
            make_post(f"P{number}")

        assert slugs(read()) == ["p0", "p1", "p2"]
        assert slugs(read(POSTS.replace(".xml", "-2.xml"))) == ["p3", "p4"]

    def test_in_two_languages_name_each_other(self, read, home, make_post, german, settings):
        settings.WAGTAIL_I18N_ENABLED = True
        post = make_post("Bread", slug="bread")
        home.copy_for_translation(german).save_revision().publish()
        post.get_parent().copy_for_translation(german).save_revision().publish()
        post.copy_for_translation(german).save_revision().publish()
        cache.clear()

        links = read().xpath("//xhtml:link/@hreflang", namespaces=NS)
        assert {"en", "de"} <= set(links)


class TestNews:
    @pytest.fixture
    def news(self, blog):
        blog.news_sitemap = True
        blog.save()
        return blog

    def test_is_only_there_for_blogs_that_want_it(self, read, blog, make_post):
        make_post(date=timezone.now())
        assert not [url for url in texts(read("/sitemap.xml"), "s:loc") if "news" in url]

        blog.news_sitemap = True
        blog.save()
        assert [url for url in texts(read("/sitemap.xml"), "s:loc") if "mkt_blog_news" in url]

    def test_says_what_google_wants(self, read, news, make_post):
        now = timezone.now().replace(microsecond=0)
        make_post("Now & <then>", slug="now", date=now)

        tree = read(NEWS)

        assert texts(tree, "s:loc") == ["http://localhost/blog/now/"]
        assert texts(tree, "news:title") == ["Now & <then>"]
        assert texts(tree, "news:name") == ["Test"]
        assert texts(tree, "news:language") == ["en"]
        assert texts(tree, "news:publication_date") == [now.isoformat()]

    def test_has_the_last_two_days_alone(self, read, news, make_post):
        now = timezone.now()
        for title, date, more in (
            ("New", now - timedelta(hours=47), {}),
            ("Newest", now, {}),
            ("Old", now - timedelta(hours=49), {}),
            ("Later", now + timedelta(hours=1), {}),
            ("Draft", now, {"live": False}),
            ("Hidden", now, {"seo_noindex": True}),
        ):
            make_post(title, date=date, **more)
        PageViewRestriction.objects.create(
            page=make_post("Private", date=now), restriction_type="login"
        )

        assert slugs(read(NEWS)) == ["newest", "new"]

    def test_of_old_posts_is_empty_and_not_named(self, read, news, make_post):
        make_post()
        assert slugs(read(NEWS)) == []
        assert not [url for url in texts(read("/sitemap.xml"), "s:loc") if "news" in url]


class TestListings:
    def test_are_as_new_as_their_posts_and_show_their_pictures(
        self, read, client, make_post, food, baking, ann
    ):
        baking.image, ann.photo = picture("baking"), picture("ann")
        baking.save()
        ann.save()
        published = timezone.now().replace(microsecond=0)
        make_post(categories=[baking], authors=[ann], last_published_at=published)
        client.get("/blog/category/food/baking/")
        client.get("/blog/author/ann-other/")

        tree = read("/sitemap-mkt_blog_pages.blogindexpage.xml")

        urls = ["", "category/food/", "category/food/baking/", "author/ann-other/"]
        assert texts(tree, "s:loc") == [f"http://localhost/blog/{url}" for url in urls]
        assert texts(tree, "s:lastmod") == [published.isoformat()] * len(urls)
        assert [url.rpartition("/")[2].split(".")[0] for url in texts(tree, "image:loc")] == [
            "baking",
            "ann",
        ]

    def test_of_a_hidden_blog_are_hidden(self, read, blog, make_post, food):
        make_post(categories=[food])
        blog.seo_noindex = True
        blog.save()

        assert slugs(read("/sitemap-mkt_blog_pages.blogindexpage.xml")) == []
