"""The demo site from end to end: what `make demo` shows, with all four packages at work.

One module, because loading the demo content is most of the time it takes.
"""

import json
import time
from datetime import timedelta
from io import StringIO
from urllib.parse import urlsplit

import feedparser
import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django.db import connection
from django.utils import timezone
from lxml import etree
from wagtail.images import get_image_model
from wagtail.models import Page, Site

from home.models import HomePage
from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import PostPage

STRANGER = "203.0.113.9"


@pytest.fixture(autouse=True)
def _demo(demo_content, db):
    """Every test here reads the demo content."""


def load(**options):
    output = StringIO()
    call_command("load_demo_content", force=True, stdout=output, **options)
    return output.getvalue()


def every_row():
    """Everything in the database as it is stored, by table."""
    rows = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names():
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            rows[table] = sorted(map(repr, cursor.fetchall()))
    return rows


class TestContent:
    def test_is_as_much_as_a_real_blog_has(self):
        posts = PostPage.objects.published()
        dates = sorted(posts.values_list("date", flat=True))

        assert posts.count() >= 40
        assert dates[-1] - dates[0] >= timedelta(days=3 * 365)
        assert Author.objects.count() == 6
        assert Series.objects.count() == 2
        assert Category.objects.count() == 12

    def test_has_a_tree_of_categories(self):
        roots = set(Category.objects.roots())
        below = Category.objects.exclude(parent=None)

        assert 0 < len(roots) < 12
        assert below.exclude(parent__in=roots).exists(), "there is no third level"

    def test_gives_every_post_what_a_card_and_its_page_show(self):
        for post in PostPage.objects.published().for_listing():
            shown = [post.hero_image, post.hero_alt, post.summary]
            shown += [post.authors, post.category_list, post.tag_list]
            assert all(shown), post.slug

    def test_gives_every_author_a_face_and_a_biography(self):
        for author in Author.objects.all():
            assert all([author.bio, author.role, author.photo]), author.slug

    def test_keeps_series_in_reading_order(self):
        for series in Series.objects.all():
            parts = PostPage.objects.published().in_series(series)

            assert [part.series_position for part in parts] == list(range(1, len(parts) + 1))
            assert len(parts) > 1

    def test_survives_a_save_in_the_admin(self):
        post = PostPage.objects.exclude(hero_image=None).first()

        assert post.get_latest_revision_as_object().hero_image_id == post.hero_image_id

    def test_keeps_the_page_tree_sound(self):
        assert not any(Page.find_problems())


class TestSecondRun:
    def test_changes_nothing(self):
        before = every_row()

        load()

        assert every_row() == before

    def test_takes_no_time(self):
        started = time.process_time()

        load()

        assert time.process_time() - started < 3

    def test_leaves_what_was_edited_alone(self):
        post = PostPage.objects.published().first()
        post.title = post.hero_alt = "Edited"
        post.save_revision().publish()
        home = HomePage.objects.get()
        home.hero_title = "Our own words"
        home.save_revision().publish()

        load()

        post.refresh_from_db()
        assert (post.title, post.hero_alt) == ("Edited", "Edited")
        assert HomePage.objects.get().hero_title == "Our own words"

    def test_draws_no_picture_twice(self):
        titles = list(get_image_model().objects.values_list("title", flat=True))

        assert len(titles) == len(set(titles))


class TestLogin:
    def test_is_made_up_outside_of_development(self):
        get_user_model().objects.all().delete()

        output = load()

        password = output.rpartition("demo / ")[2].strip()
        assert len(password) >= 12
        assert get_user_model().objects.get(is_superuser=True).check_password(password)

    def test_is_well_known_in_development(self, settings):
        get_user_model().objects.all().delete()
        settings.DEBUG = True

        assert "Demo login: demo / demo" in load()

    def test_is_not_told_once_the_password_was_changed(self):
        assert "Demo login: demo (the password was set earlier)" in load()

    def test_production_is_refused_without_force(self):
        with pytest.raises(CommandError, match="--force"):
            call_command("load_demo_content")


class TestAddress:
    def test_is_that_of_links_in_feeds(self, client):
        load(address="127.0.0.1:8123")

        assert b"<link>http://127.0.0.1:8123/blog/" in client.get("/blog/feed/rss/").content

    def test_that_somebody_has_set_stays(self):
        Site.objects.update(hostname="northing.example")
        load(address="127.0.0.1:8123")

        assert Site.objects.get().hostname == "northing.example"

    @pytest.mark.parametrize("address", ["127.0.0.1", "8000", "127.0.0.1:x"])
    def test_must_name_host_and_port(self, address):
        with pytest.raises(CommandError, match="is not an address like"):
            load(address=address)


class TestPages:
    @pytest.mark.parametrize(
        "address",
        [
            "/",
            "/blog/",
            "/blog/?page=2",
            "/blog/category/places/cities/transit/",
            "/blog/tag/trams/",
            "/blog/author/maren-ostby/",
            "/blog/series/the-slow-network/",
            "/blog/2024/",
            "/blog/2024/03/",
            "/blog/search/?q=tram",
            "/blog/search/?q=nothingatall",
            "/blog/search/",
            "/admin/login/",
            "/api/v1/docs/",
        ],
    )
    def test_answers(self, client, address):
        assert client.get(address).status_code == 200

    def test_every_post_and_every_link_in_it_answers(self, client):
        for post in PostPage.objects.published():
            page = client.get(post.url).content.decode()
            assert 'class="site-header"' in page, post.slug
            assert page.count("<h1") == 1, post.slug

            links = etree.HTML(page).xpath(
                "//div[@class='mkt-body']//a[starts-with(@href, '/')]/@href"
            )
            for link in links:
                assert client.get(link).status_code == 200, f"{post.url} -> {link}"

    def test_a_post_links_to_its_series_its_author_and_its_neighbours(self, client):
        page = client.get("/blog/a-bus-stop-is-a-room/").content.decode()

        assert "Part 2 of 5" in page
        assert 'href="/blog/series/the-slow-network/"' in page
        assert 'href="/blog/author/ines-haldane/"' in page
        assert 'rel="prev"' in page
        assert 'rel="next"' in page

    def test_a_category_shows_the_way_down_to_it(self, client):
        tree = etree.HTML(client.get("/blog/category/places/cities/transit/").content)

        crumbs = tree.xpath("//nav[@class='mkt-crumbs']//li//text()[normalize-space()]")
        current = tree.xpath("//nav[@class='mkt-cats']//a[@aria-current]/@aria-current")
        assert [text.strip() for text in crumbs] == ["Journal", "Places", "Cities", "Transit"]
        assert current == ["true", "true", "page"]

    @pytest.mark.parametrize(
        ("slug", "pictures"),
        [("the-line-that-was-drawn-with-a-ruler", 1), ("how-we-make-northing", 3)],
    )
    def test_pictures_in_a_text_have_a_description_and_a_caption(self, client, slug, pictures):
        tree = etree.HTML(client.get(f"/blog/{slug}/").content)

        figures = tree.xpath("//div[@class='mkt-body']//figure[@class='mkt-figure']")
        assert len(figures) == pictures
        assert all(
            figure.find("img").get("alt") and figure.find("figcaption") is not None
            for figure in figures
        )

    def test_drafts_are_nowhere(self, client):
        drafts = PostPage.objects.not_live()

        assert drafts.exists()
        for draft in drafts:
            assert client.get(f"/blog/{draft.slug}/").status_code == 404
            assert draft.title not in client.get("/blog/feed/rss/").content.decode()

    def test_the_front_page_costs_a_fixed_number_of_queries(
        self, client, django_assert_max_num_queries
    ):
        client.get("/")
        with django_assert_max_num_queries(22):
            client.get("/")


class TestSeams:
    @pytest.mark.parametrize(
        "address",
        ["/blog/feed/rss/", "/blog/author/maren-ostby/feed/rss/", "/blog/tag/trams/feed/rss/"],
    )
    def test_feeds_can_be_parsed(self, client, address):
        feed = feedparser.parse(client.get(address).content)

        assert not feed.bozo
        assert feed.entries
        assert all(entry.title and entry.link and entry.published_parsed for entry in feed.entries)

    def test_the_api_lists_the_posts(self, client):
        body = client.get("/api/v1/posts/").json()

        assert set(body) == {"items", "next", "previous", "count"}
        newest = PostPage.objects.published().newest_first().first()
        assert newest.title in [item["title"] for item in body["items"]]

    def test_the_api_refuses_an_unknown_parameter(self, client):
        response = client.get("/api/v1/posts/?nonsense=1")

        assert response.status_code == 400
        assert response["Content-Type"].startswith("application/problem+json")

    def test_the_api_describes_itself(self, client):
        response = client.get("/api/v1/openapi.json")

        assert response.status_code == 200
        assert json.loads(response.content)["openapi"].startswith("3.1")

    def test_a_page_view_is_counted_under_its_page_type(self, client):
        client.get("/blog/")

        metrics = client.get("/metrics").content.decode()

        assert 'wagtail_page_type="mkt_blog_pages.blogindexpage"' in metrics

    def test_metrics_are_for_this_machine_only(self, client):
        assert client.get("/metrics").status_code == 200
        assert client.get("/metrics", REMOTE_ADDR=STRANGER).status_code == 404

    @pytest.mark.parametrize("probe", ["live", "ready", "startup"])
    def test_health(self, client, probe):
        assert client.get(f"/health/{probe}").status_code == 200

    @pytest.mark.parametrize("probe", ["live", "ready", "startup"])
    def test_health_by_address_and_without_tls(self, client, settings, probe):
        settings.ALLOWED_HOSTS = ["www.example.org"]
        settings.SECURE_SSL_REDIRECT = True

        response = client.get(f"/health/{probe}", headers={"host": "10.42.0.17:8000"})

        assert response.status_code == 200

    def test_the_sitemap_names_the_posts(self, client):
        index = etree.fromstring(client.get("/sitemap.xml").content)
        files = [urlsplit(element.text).path for element in index.iter("{*}loc")]
        locations = [
            element.text
            for file in files
            for element in etree.fromstring(client.get(file).content).iter("{*}loc")
        ]

        paths = [urlsplit(location).path for location in locations]
        assert {"/", "/blog/", "/blog/a-bus-stop-is-a-room/", "/blog/tag/trams/"} <= {*paths}
        assert len(paths) == len({*paths})

    def test_robots_txt_names_the_sitemap(self, client):
        lines = client.get("/robots.txt").content.decode().splitlines()

        assert "Disallow: /admin/" in lines
        assert lines[-1].endswith("/sitemap.xml")

    @pytest.mark.parametrize(
        "address",
        ["/", "/blog/", "/blog/?page=2", "/blog/tag/trams/", "/blog/a-bus-stop-is-a-room/"],
    )
    def test_every_head_says_everything_once(self, client, address):
        head = etree.HTML(client.get(address).content).find("head")

        for path in (
            "title",
            "meta[@name='description']",
            "meta[@name='robots']",
            "link[@rel='canonical']",
            "meta[@property='og:title']",
            "meta[@property='og:url']",
            "script[@type='application/ld+json']",
        ):
            # Tags have no description of their own.
            wanted = 0 if "description" in path and "/tag/" in address else 1
            assert len(head.findall(path)) == wanted, path
        assert head.find("link[@rel='canonical']").get("href").endswith(address)
        assert head.findtext("title").endswith("Northing")

    def test_every_response_carries_a_request_id(self, client):
        assert client.get("/blog/")["X-Request-ID"]


def test_a_post_of_tomorrow_waits(client):
    post = PostPage.objects.published().newest_first().first()
    PostPage.objects.filter(pk=post.pk).update(date=timezone.now() + timedelta(days=1))

    assert post.title not in client.get("/blog/").content.decode()
