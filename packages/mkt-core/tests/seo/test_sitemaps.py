"""``/sitemap.xml`` and the files that it names."""

import datetime
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import clear_url_caches
from lxml import etree
from wagtail.models import Locale, Page, PageViewRestriction, Site

from mkt_core.seo import sitemaps
from mkt_core.seo.head import build_head
from mkt_core.seo.sitemaps import Section, Url, views
from mkt_core.seo.sitemaps.sections import Extent

from .site.models import Article, ElsewherePage, LandingPage, PlainPage, RoutesPage

pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
    "ignore:.*SpooledTemporaryFile:ResourceWarning",
)
SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).with_name("sitemap.xsd")))
NS = {
    "s": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "image": "http://www.google.com/schemas/sitemap-image/1.1",
    "xhtml": "http://www.w3.org/1999/xhtml",
}
MOMENT = datetime.datetime(2026, 3, 1, 12, 30, tzinfo=datetime.UTC)


class Sitemap:
    def __init__(self, body):
        self.tree = etree.fromstring(body)
        SCHEMA.assertValid(self.tree)

    @property
    def locations(self):
        return self.tree.xpath("s:*/s:loc/text()", namespaces=NS)

    def entry(self, location):
        (found,) = self.tree.xpath(f"s:*[s:loc='{location}']", namespaces=NS)
        return found

    def of(self, location, expression):
        return self.entry(location).xpath(expression, namespaces=NS)

    def languages(self, location):
        return {link.get("hreflang"): link.get("href") for link in self.of(location, "xhtml:link")}


@pytest.fixture
def get(client):
    def get(path="/sitemap.xml", host="example.com", **headers):
        return client.get(path, headers={"host": host, **headers}, secure=True)

    return get


@pytest.fixture
def read(get):
    def read(path="/sitemap.xml", host="example.com"):
        response = get(path, host)
        assert response.status_code == 200
        assert response["Content-Type"] == "application/xml; charset=utf-8"
        return Sitemap(b"".join(response))

    return read


def section(name):
    return f"/sitemap-seo_site.{name}.xml"


def add(parent, page):
    return parent.add_child(instance=page)


@pytest.fixture
def german(home, settings):
    """The site in German, below /de/."""
    settings.WAGTAIL_I18N_ENABLED = True
    settings.LANGUAGE_CODE = "en"
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [("en", "English"), ("de", "German")]
    settings.MIDDLEWARE = [*settings.MIDDLEWARE, "django.middleware.locale.LocaleMiddleware"]
    clear_url_caches()
    Site.clear_site_root_paths_cache()
    return Locale.objects.create(language_code="de")


def translated(page, locale, **values):
    copy = page.copy_for_translation(locale)
    copy.live = True
    for name, value in values.items():
        setattr(copy, name, value)
    copy.save()
    return copy


class TestIndex:
    def test_names_a_file_for_each_page_type(self, home, read):
        add(home, PlainPage(title="A", slug="a", last_published_at=MOMENT))
        add(home, PlainPage(title="B", slug="b"))

        index = read()

        assert index.tree.tag == f"{{{NS['s']}}}sitemapindex"
        assert index.locations == [
            "https://example.com/sitemap-seo_site.landingpage.xml",
            "https://example.com/sitemap-seo_site.plainpage.xml",
        ]
        assert index.of(index.locations[1], "s:lastmod/text()") == ["2026-03-01T12:30:00+00:00"]
        assert read(section("plainpage")).locations == [
            "https://example.com/a/",
            "https://example.com/b/",
        ]

    def test_has_several_files_for_many_pages(self, home, read, get, settings):
        settings.MKT_CORE = {"SEO_SITEMAP_PAGES": 2}
        for n in range(5):
            add(home, PlainPage(title=f"{n}", slug=f"p{n}", last_published_at=MOMENT))

        files = [location for location in read().locations if "plainpage" in location]

        assert [file.rpartition("/")[2] for file in files] == [
            "sitemap-seo_site.plainpage.xml",
            "sitemap-seo_site.plainpage-2.xml",
            "sitemap-seo_site.plainpage-3.xml",
        ]
        found = [read(file.removeprefix("https://example.com")).locations for file in files]
        assert [len(locations) for locations in found] == [2, 2, 1]
        assert [url for locations in found for url in locations] == [
            f"https://example.com/p{n}/" for n in range(5)
        ]
        assert get("/sitemap-seo_site.plainpage-4.xml").status_code == 404
        assert get("/sitemap-seo_site.plainpage-0.xml").status_code == 404

    @pytest.mark.parametrize("path", ["/sitemap-x.xml", "/sitemap-auth.user.xml"])
    def test_knows_no_other_files(self, home, get, path):
        assert get(path).status_code == 404

    def test_is_empty_for_a_site_that_is_not_to_be_found(self, home, read, get, settings):
        settings.MKT_CORE = {"SEO": {"NOINDEX": True}}

        assert read().locations == []
        assert get(section("landingpage")).status_code == 404

    def test_without_any_site_is_not_there(self, home, get):
        Site.objects.all().delete()

        assert get().status_code == 404


class TestPages:
    def test_are_those_that_everybody_may_find(self, home, read, picture):
        add(home, PlainPage(title="Draft", slug="draft", live=False))
        private = add(home, PlainPage(title="Private", slug="private"))
        add(private, PlainPage(title="Below", slug="below"))
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        add(home, Article(title="Hidden", slug="hidden", seo_noindex=True))
        add(home, Article(title="Moved", slug="moved", seo_canonical="https://other.example/"))
        add(home, Article(title="Not yet", slug="not-yet", is_ready=False))
        shown = add(home, Article(title="Shown", slug="shown"))
        shown.create_alias(update_slug="alias")
        add(home, PlainPage(title="Plain", slug="plain"))

        assert read(section("article")).locations == ["https://example.com/shown/"]
        assert read(section("plainpage")).locations == ["https://example.com/plain/"]

    def test_have_the_moment_of_their_last_change(self, home, read):
        """Drafts are none: nobody sees them."""
        later = MOMENT + datetime.timedelta(days=1)
        add(
            home, PlainPage(title="A", slug="a", last_published_at=MOMENT, first_published_at=later)
        )
        add(
            home,
            PlainPage(
                title="B", slug="b", first_published_at=MOMENT, latest_revision_created_at=later
            ),
        )
        add(home, PlainPage(title="C", slug="c"))

        found = read(section("plainpage"))

        assert [found.of(f"https://example.com/{slug}/", "s:lastmod/text()") for slug in "abc"] == [
            ["2026-03-01T12:30:00+00:00"],
            ["2026-03-01T12:30:00+00:00"],
            [],
        ]

    def test_have_the_picture_that_social_networks_show(self, home, read, picture, rf):
        page = add(home, Article(title="A", slug="a", hero=picture(), last_published_at=MOMENT))
        request = rf.get("/a/", headers={"host": "example.com"}, secure=True)
        images = "image:image/image:loc/text()"

        assert read(section("article")).of("https://example.com/a/", images) == []

        shown = build_head(page, request).image.url

        assert read(section("article")).of("https://example.com/a/", images) == [shown]

    def test_say_themselves_where_they_are(self, home, read):
        add(home, RoutesPage(title="Topics", slug="topics"))
        add(home, ElsewherePage(title="E", slug="e"))

        assert read(section("routespage")).locations == [
            "https://example.com/topics/",
            "https://example.com/topics/topic/art/",
        ]
        assert read(section("elsewherepage")).locations == ["https://example.com/elsewhere/e/"]

    def test_have_the_addresses_that_wagtail_gives_them(self, home, read):
        pages = [
            add(home, PlainPage(title="x", slug=slug))
            for slug in ("plain", "über-straße", "日本語", "a_b", "a" * 200)
        ]

        assert read(section("plainpage")).locations == [page.full_url for page in pages]


class TestSites:
    def test_list_their_own_pages(self, home, read):
        other = add(Page.get_first_root_node(), LandingPage(title="Other", slug="other"))
        add(other, PlainPage(title="There", slug="there"))
        inner = add(home, LandingPage(title="Inner", slug="inner"))
        add(inner, PlainPage(title="Inside", slug="inside"))
        add(home, PlainPage(title="Here", slug="here"))
        Site.objects.create(hostname="other.example", port=443, root_page=other)
        Site.objects.create(hostname="inner.example", port=443, root_page=inner)

        assert read(section("plainpage")).locations == ["https://example.com/here/"]
        assert read(section("plainpage"), "other.example").locations == [
            "https://other.example/there/"
        ]
        assert read(section("plainpage"), "inner.example").locations == [
            "https://inner.example/inside/"
        ]
        assert read(host="inner.example").locations == [
            "https://inner.example/sitemap-seo_site.landingpage.xml",
            "https://inner.example/sitemap-seo_site.plainpage.xml",
        ]


class TestLanguages:
    def test_name_each_other(self, home, german, read, fetch):
        page = add(home, PlainPage(title="About", slug="about"))
        translated(home, german)
        translated(page, german, slug="ueber")
        add(home, PlainPage(title="Only English", slug="only"))
        group = {
            "de": "https://example.com/de/ueber/",
            "en": "https://example.com/about/",
            "x-default": "https://example.com/about/",
        }

        found = read(section("plainpage"))

        for location in ("https://example.com/about/", "https://example.com/de/ueber/"):
            assert found.languages(location) == group
        assert found.languages("https://example.com/only/") == {}
        head = fetch("/de/ueber/")
        assert head.languages == fetch("/about/").languages == group
        assert head.link("canonical") == "https://example.com/de/ueber/"
        assert (head.meta("og:locale"), head.meta("og:locale:alternate")) == ("de", "en")
        assert fetch("/only/").languages == {}

    def test_leave_out_what_nobody_shall_find(self, home, german, read, fetch):
        translated(home, german)
        pages = {
            slug: add(home, LandingPage(title=slug, slug=slug))
            for slug in ("draft", "hidden", "private", "alias")
        }
        translated(pages["draft"], german, live=False)
        translated(pages["hidden"], german, seo_noindex=True)
        private = translated(pages["private"], german)
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        pages["alias"].copy_for_translation(german, alias=True)

        found = read(section("landingpage"))

        for slug in pages:
            assert found.languages(f"https://example.com/{slug}/") == {}
            assert fetch(f"/{slug}/").languages == {}

    def test_live_on_hosts_of_their_own(self, home, german, read, fetch):
        page = add(home, PlainPage(title="About", slug="about"))
        root = translated(home, german)
        translated(page, german, slug="ueber")
        Site.objects.create(hostname="beispiel.example", port=443, root_page=root)
        group = {
            "de": "https://beispiel.example/de/ueber/",
            "en": "https://example.com/about/",
            "x-default": "https://example.com/about/",
        }

        assert read(section("plainpage")).locations == ["https://example.com/about/"]
        german_pages = read(section("plainpage"), "beispiel.example")
        assert german_pages.locations == ["https://beispiel.example/de/ueber/"]
        assert german_pages.languages("https://beispiel.example/de/ueber/") == group
        # However a visitor came, search engines see one address.
        for host in ("example.com", "beispiel.example"):
            head = fetch("/de/ueber/", host=host)
            assert head.link("canonical") == "https://beispiel.example/de/ueber/"
            assert head.languages == group

    def test_need_a_fixed_number_of_queries(self, home, german, rf, django_assert_num_queries):
        translated(home, german)
        page = add(home, PlainPage(title="About", slug="about"))
        translated(page, german, slug="ueber")
        request = rf.get("/about/", headers={"host": "example.com"}, secure=True)
        page = PlainPage.objects.get(pk=page.pk)
        build_head(page, request)

        # Translations, view restrictions, ancestors; the site is known by now.
        with django_assert_num_queries(3):
            build_head(page, request)


class TestQueries:
    def test_are_three_for_a_thousand_pages(self, home, german, rf, picture):
        for n in range(3):
            add(home, Article(title=f"{n}", slug=f"p{n}", hero=picture()))
        found, request = views.page_sections(Site.objects.get(), rf.get("/")), rf.get("/")
        articles = found["seo_site.article"]
        list(articles.urls(articles.tree.site, request, 0, 2))

        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert len(list(articles.urls(articles.tree.site, request, 0, 10_000))) == 3

        assert len(queries) == 3

    def test_of_the_whole_file_do_not_grow(self, home, get, django_assert_num_queries):
        get(section("plainpage"))
        counts = []
        for n in range(2):
            for m in range(5):
                add(home, PlainPage(title="x", slug=f"p{n}{m}"))
            with CaptureQueriesContext(connection) as queries:
                get(section("plainpage"))
            counts.append(len(queries))

        assert counts[0] == counts[1] <= 7


class TestHttp:
    def test_an_unchanged_file_is_not_sent_again(self, home, get):
        first = get(section("landingpage"))
        again = get(section("landingpage"), **{"if-none-match": first["ETag"]})
        add(home, LandingPage(title="New", slug="new"))
        changed = get(section("landingpage"), **{"if-none-match": first["ETag"]})

        assert (first.status_code, again.status_code, changed.status_code) == (200, 304, 200)
        assert first["Cache-Control"] == "max-age=3600"
        assert first["X-Robots-Tag"] == "noindex"

    def test_a_large_file_is_sent_while_it_is_made(self, home, get, monkeypatch):
        monkeypatch.setattr(views, "MAX_BUFFER_BYTES", 500)
        for n in range(9):
            add(home, PlainPage(title="x", slug=f"p{n}"))

        response = get(section("plainpage"))

        assert response.streaming
        assert len(Sitemap(b"".join(response)).locations) == 9

    @pytest.mark.django_db(transaction=False)
    def test_refuses_what_changes_something(self, home, client):
        assert client.post("/sitemap.xml").status_code == 405


class Products(Section):
    def extent(self, site, request):
        return Extent(3, datetime.date(2026, 3, 1))

    def urls(self, site, request, start, stop):
        for n in range(3)[start:stop]:
            yield Url(
                f"https://shop.example/p/?a={n}&b=<\"'>",
                datetime.date(2026, 3, n + 1),
                images=["https://shop.example/a&b.jpg"],
                alternates=[("de", 'https://shop.example/?a="&b')],
            )
        yield Url("javascript:alert(1)")
        yield Url("https://shop.example/" + "x" * 3000)


class TestOwnSections:
    @pytest.fixture(autouse=True)
    def _products(self):
        sitemaps.register("products", Products())
        yield
        sitemaps.unregister("products")

    def test_stand_beside_the_pages(self, home, read):
        index = read()
        location = "https://example.com/sitemap-products.xml"

        assert index.of(location, "s:lastmod/text()") == ["2026-03-01"]
        products = read("/sitemap-products.xml")
        assert products.locations == [f"https://shop.example/p/?a={n}&b=<\"'>" for n in range(3)]
        assert products.tree.xpath("//image:loc/text()", namespaces=NS)[0] == (
            "https://shop.example/a&b.jpg"
        )
        assert products.tree.xpath("//xhtml:link/@href", namespaces=NS)[0] == (
            'https://shop.example/?a="&b'
        )

    @pytest.mark.parametrize("name", ["", "A", "a-2", "a/b", "a b"])
    def test_need_a_name_for_an_address(self, name):
        with pytest.raises(ValueError, match="no name of a section"):
            sitemaps.register(name, Products())
