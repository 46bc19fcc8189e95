"""``{% seo_head %}`` on pages of every kind."""

import pytest
from django.core.exceptions import ValidationError
from django.template import Context, Template
from django.test import RequestFactory
from wagtail.models import Site

from .conftest import Head
from .site.models import Article, ElsewherePage, LandingPage, PlainPage, RoutesPage

# Wagtail leaves the temporary file of a new rendition to the garbage collector.
pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
    "ignore:.*SpooledTemporaryFile:ResourceWarning",
)
HOSTILE = "</script><script>alert(1)</script><!-- \u2028 & \" ' é"


def add(parent, page):
    return parent.add_child(instance=page)


def render(text, page=None, request=None, **context):
    request = request or RequestFactory().get("/", headers={"host": "example.com"}, secure=True)
    template = Template("{% load mkt_seo %}" + text)
    return template.render(Context({"page": page, "request": request, **context}))


class TestTitle:
    def test_is_the_pages_own_with_the_sites_name(self, home, fetch):
        add(home, PlainPage(title="About us", slug="about"))

        assert fetch("/about/").title == "About us – Acme"

    def test_is_the_one_for_search_engines_if_there_is_one(self, home, fetch):
        add(home, PlainPage(title="About us", slug="about", seo_title="Who we are"))

        head = fetch("/about/")

        assert head.title == "Who we are – Acme"
        assert head.meta("og:title") == "Who we are"

    @pytest.mark.parametrize("title", ["Acme", "ACME", "The story of Acme"])
    def test_does_not_say_the_sites_name_twice(self, home, fetch, title):
        add(home, PlainPage(title=title, slug="about"))

        assert fetch("/about/").title == title

    def test_has_the_pattern_of_the_settings(self, home, fetch, settings):
        settings.MKT_CORE = {"SEO": {"TITLE": "{name}: {title}", "NAME": "Acme {title} Ltd"}}
        add(home, PlainPage(title="About", slug="about"))

        assert fetch("/about/").title == "Acme About Ltd: About"

    def test_of_the_tag_stands_above_all(self, home):
        page = add(home, PlainPage(title="About", slug="about", seo_title="Who we are"))

        assert render('{% seo_title title="Mine" %}', page) == "Mine – Acme"


class TestDescription:
    def test_is_the_editors(self, home, fetch):
        add(home, Article(title="A", slug="a", search_description=" Two\n words ", lead="Lead"))

        head = fetch("/a/")

        assert head.meta("description") == head.meta("og:description") == "Two words"

    def test_comes_from_the_page_type_otherwise(self, home, fetch):
        add(home, Article(title="A", slug="a", lead="Lead " * 100))

        description = fetch("/a/").meta("description")

        assert description.startswith("Lead Lead")
        assert len(description) == 300

    def test_comes_from_the_settings_at_last(self, home, fetch, settings):
        assert fetch("/").meta("description") is None

        settings.MKT_CORE = {"SEO": {"DESCRIPTION": "All about Acme."}}

        assert fetch("/").meta("description") == "All about Acme."


class TestCanonical:
    def test_is_absolute_and_without_tracking(self, home, fetch):
        add(home, PlainPage(title="About", slug="about"))

        head = fetch("/about/?utm_source=x&fbclid=1&page=3")

        assert head.link("canonical") == "https://example.com/about/?page=3"
        assert head.meta("og:url") == "https://example.com/about/?page=3"

    @pytest.mark.parametrize("number", ["1", "0", "-2", "x", "²", "1" * 20, '3"><script>'])
    def test_has_no_page_number_that_makes_no_other_page(self, home, fetch, number):
        add(home, PlainPage(title="About", slug="about"))

        assert fetch("/about/", data={"page": number}).link("canonical") == (
            "https://example.com/about/"
        )

    def test_is_the_same_on_every_host(self, home, fetch):
        add(home, PlainPage(title="About", slug="about"))

        assert fetch("/about/", host="www.example.org").link("canonical") == (
            "https://example.com/about/"
        )

    @pytest.mark.parametrize(
        ("given", "shown"),
        [
            ("https://other.example/x/?a=1", "https://other.example/x/?a=1"),
            ("/elsewhere/", "https://example.com/elsewhere/"),
        ],
    )
    def test_is_what_the_editor_says(self, home, fetch, given, shown):
        add(home, LandingPage(title="About", slug="about", seo_canonical=given))

        assert fetch("/about/?page=2").link("canonical") == shown

    def test_of_the_tag_leaves_the_page_its_title(self, home):
        page = add(home, PlainPage(title="About", slug="about"))

        text = render('{% seo_head canonical="/x/" %}', page)

        assert 'rel="canonical" href="https://example.com/x/"' in text
        assert 'property="og:title" content="About"' in text

    @pytest.mark.parametrize("text", ["javascript:alert(1)", "//evil.example", "x", "/a b/"])
    def test_that_is_no_address_is_refused(self, home, text):
        page = LandingPage(title="About", slug="about", seo_canonical=text)

        with pytest.raises(ValidationError, match="Write an address"):
            add(home, page)

    def test_to_itself_is_none(self, home, fetch):
        page = add(home, LandingPage(title="About", slug="about"))
        for own in ("https://example.com/about/", " /about/ "):
            page.seo_canonical = own
            page.save()

            assert page.seo_canonical == ""

    def test_of_an_alias_is_its_original(self, home, fetch):
        original = add(home, PlainPage(title="About", slug="about"))
        original.create_alias(update_slug="copy")

        assert fetch("/copy/").link("canonical") == "https://example.com/about/"

    def test_of_an_alias_whose_original_is_gone_is_its_own(self, home, fetch):
        original = add(home, PlainPage(title="About", slug="about"))
        original.create_alias(update_slug="copy")
        PlainPage.objects.filter(pk=original.pk).update(live=False)

        assert fetch("/copy/").link("canonical") == "https://example.com/copy/"

    def test_is_where_a_page_says_that_it_is(self, home):
        page = add(home, ElsewherePage(title="About", slug="about"))

        head = Head(f"<html><head>{render('{% seo_head %}', page)}</head></html>")

        assert head.link("canonical") == "https://example.com/elsewhere/about/"

    def test_is_https_when_the_request_was_or_the_settings_say_so(self, home, settings):
        Site.objects.update(port=80)
        Site.clear_site_root_paths_cache()
        plain = RequestFactory().get("/", headers={"host": "example.com"})

        assert '"http://example.com/"' in render("{% seo_head %}", home, plain)
        assert '"https://example.com/"' in render("{% seo_head %}", home)
        settings.MKT_CORE = {"SEO_HTTPS": True}
        assert '"https://example.com/"' in render("{% seo_head %}", home, plain)

    def test_of_a_slug_in_another_script_is_as_wagtail_writes_it(self, home, fetch):
        page = add(home, PlainPage(title="Über", slug="über-straße"))

        assert fetch(page.url).link("canonical") == page.full_url


class TestRoutes:
    """Pages that show several things below their own address."""

    @pytest.fixture
    def routes(self, home):
        return add(
            home, RoutesPage(title="Topics", slug="topics", search_description="Of everything.")
        )

    def test_a_route_is_not_the_page(self, routes, fetch):
        assert fetch("/topics/plain/").link("canonical") == "https://example.com/topics/plain/"
        assert fetch("/topics/").link("canonical") == "https://example.com/topics/"

    def test_a_view_says_what_it_shows(self, routes, fetch):
        head = fetch("/topics/topic/art/")

        assert head.title == "Art – Acme"
        assert head.meta("description") is None
        assert head.link("canonical") == "https://example.com/topics/topic/art/"
        assert head.link("prev") == "https://example.com/topics/topic/art/"
        assert head.link("next") == "https://example.com/topics/topic/art/?page=3"
        assert [step["name"] for step in head.json_ld["BreadcrumbList"]["itemListElement"]] == [
            "Home",
            "Topics",
            "Art",
        ]

    def test_a_view_without_a_page(self, home, fetch):
        head = fetch("/search/?q=secret&page=2")

        assert head.title == "Search – Acme"
        assert head.link("canonical") == "https://example.com/search/?page=2"

    def test_a_response_that_says_nothing_has_no_address(self, home, fetch):
        head = fetch("/anonymous/")

        assert head.title == "Acme"
        assert head.link("canonical") is None


class TestRobots:
    def test_allow_large_previews(self, home, fetch):
        assert fetch("/").meta("robots") == "max-image-preview:large"

    def test_of_a_hidden_page(self, home, fetch):
        add(home, LandingPage(title="Hidden", slug="hidden", seo_noindex=True))

        head = fetch("/hidden/")

        assert head.meta("robots") == "noindex"
        assert head.link("canonical") is None
        assert head.json_ld == {}
        assert head.meta("og:title") == "Hidden"

    def test_of_a_preview(self, home):
        request = RequestFactory().get("/", headers={"host": "example.com"})
        request.is_preview = True

        assert 'content="noindex"' in render("{% seo_head %}", home, request)

    def test_of_a_preview_of_a_page_that_was_never_saved(self, home):
        request = RequestFactory().get("/", headers={"host": "example.com"})
        request.is_preview = True

        assert "New" in render("{% seo_head %}", LandingPage(title="New"), request)

    def test_of_a_site_that_is_not_to_be_found(self, home, fetch, settings):
        settings.MKT_CORE = {"SEO_SITES": {"example.com": {"NOINDEX": True}}}

        assert fetch("/").meta("robots") == "noindex, nofollow"

    def test_of_the_tag_stand_above_the_pages(self, home):
        page = add(home, LandingPage(title="Hidden", slug="hidden", seo_noindex=True))

        assert "noindex" not in render("{% seo_head noindex=False %}", page)


class TestImage:
    def test_is_the_editors_cut_to_size(self, home, fetch, picture):
        add(
            home,
            Article(
                title="A", slug="a", hero=picture("Hero"), social_image=picture("Social"),
                social_image_alt="", hero_alt="The hero",
            ),
        )  # fmt: skip

        head = fetch("/a/")

        assert head.meta("og:image").startswith("https://example.com/media/images/picture")
        assert (head.meta("og:image:width"), head.meta("og:image:height")) == ("1200", "630")
        assert head.meta("og:image:type") == "image/jpeg"
        # Not the other picture's description.
        assert head.meta("og:image:alt") == "Social"
        assert head.meta("twitter:card") == "summary_large_image"

    def test_is_the_page_types_otherwise(self, home, fetch, picture):
        add(home, Article(title="A", slug="a", hero=picture("Hero"), hero_alt="The hero"))

        assert fetch("/a/").meta("og:image:alt") == "The hero"

    def test_comes_from_the_settings_at_last(self, home, fetch, settings):
        settings.MKT_CORE = {"SEO": {"IMAGE": "brand/card.png", "IMAGE_ALT": "Our logo"}}

        head = fetch("/")

        assert head.meta("og:image") == "https://example.com/static/brand/card.png"
        assert head.meta("og:image:type") == "image/png"
        assert head.meta("og:image:alt") == "Our logo"

    def test_whose_file_is_gone_does_not_break_the_page(self, home, fetch, picture, caplog):
        image = picture()
        image.file.storage.delete(image.file.name)
        add(home, LandingPage(title="A", slug="a", social_image=image))

        head = fetch("/a/")

        assert head.meta("og:image") is None
        assert head.meta("twitter:card") == "summary"
        assert "cannot be shown" in caplog.text

    def test_small_ones_are_not_blown_up(self, home, fetch, picture):
        add(home, LandingPage(title="A", slug="a", social_image=picture(size=(300, 300))))

        assert fetch("/a/").meta("og:image:width") == "300"


class TestSite:
    def test_says_who_publishes_it(self, home, fetch, settings):
        settings.MKT_CORE = {
            "SEO": {
                "ORGANIZATION": "Acme Ltd",
                "ORGANIZATION_TYPE": "NewsMediaOrganization",
                "LOGO": "brand/logo.svg",
                "PROFILES": ["https://social.example/@acme"],
                "TWITTER": "@acme",
                "VERIFICATION": {"google-site-verification": "abc"},
                "SEARCH": "/search/?q={query}",
                "LOCALES": {"en-us": "en_GB"},
            }
        }

        head = fetch("/")

        assert head.json_ld["NewsMediaOrganization"] == {
            "@type": "NewsMediaOrganization",
            "@id": "https://example.com/#organization",
            "name": "Acme Ltd",
            "url": "https://example.com/",
            "logo": {"@type": "ImageObject", "url": "https://example.com/static/brand/logo.svg"},
            "sameAs": ["https://social.example/@acme"],
        }
        assert head.json_ld["WebSite"]["name"] == "Acme"
        assert head.json_ld["WebSite"]["potentialAction"]["target"]["urlTemplate"] == (
            "https://example.com/search/?q={search_term_string}"
        )
        assert head.meta("twitter:site") == "@acme"
        assert head.meta("google-site-verification") == "abc"
        assert head.meta("og:site_name") == "Acme"
        assert head.meta("og:type") == "website"

    def test_each_has_its_own_values(self, home, fetch, settings):
        settings.MKT_CORE = {
            "SEO": {"TWITTER": "@acme", "ORGANIZATION": "Acme"},
            "SEO_SITES": {"example.com": {"TWITTER": "@example"}},
        }

        head = fetch("/")

        assert head.meta("twitter:site") == "@example"
        assert head.json_ld["Organization"]["name"] == "Acme"

    def test_a_function_may_change_them(self, home, fetch, settings):
        settings.MKT_CORE = {"SEO_VALUES": "tests.seo.test_head.values_of_editors"}

        assert fetch("/").meta("twitter:site") == "@Acme"

    @pytest.mark.parametrize("name", ["values_that_fail", "values_forgotten"])
    def test_a_function_that_fails_does_not_break_the_page(
        self, home, fetch, settings, caplog, name
    ):
        settings.MKT_CORE = {"SEO_VALUES": f"tests.seo.test_head.{name}"}

        assert fetch("/").title == "Home – Acme"
        assert "SEO_VALUES" in caplog.text


def values_of_editors(values, site, request):
    from dataclasses import replace

    return replace(values, TWITTER=f"@{site.site_name}")


def values_that_fail(values, site, request):
    raise RuntimeError("the table is not there yet")


def values_forgotten(values, site, request):
    """Returns nothing."""


class TestJsonLd:
    def test_has_the_way_to_the_page(self, home, fetch):
        parent = add(home, PlainPage(title="About", slug="about"))
        draft = add(parent, PlainPage(title="Draft", slug="draft", live=False))
        add(draft, PlainPage(title="Team", slug="team"))

        items = fetch("/about/draft/team/").json_ld["BreadcrumbList"]["itemListElement"]

        assert [(item["position"], item["name"], item["item"]) for item in items] == [
            (1, "Home", "https://example.com/"),
            (2, "About", "https://example.com/about/"),
            (3, "Team", "https://example.com/about/draft/team/"),
        ]

    def test_has_the_addresses_that_pages_on_the_way_have(self, home, django_assert_num_queries):
        parent = add(home, ElsewherePage(title="About", slug="about"))
        other = add(parent, ElsewherePage(title="We", slug="we"))
        # As a view finds it that Wagtail has not led there, page by page.
        page = PlainPage.objects.get(pk=add(other, PlainPage(title="Team", slug="team")).pk)
        render("{% seo_head %}", page)

        # Site, ancestors, and those of them that have addresses of their own.
        with django_assert_num_queries(3):
            text = render("{% seo_head %}", page)

        items = Head(f"<html><head>{text}</head></html>").json_ld["BreadcrumbList"][
            "itemListElement"
        ]
        assert [item["item"] for item in items] == [
            "https://example.com/",
            "https://example.com/elsewhere/about/",
            "https://example.com/elsewhere/we/",
            "https://example.com/about/we/team/",
        ]

    def test_asks_for_no_page_that_the_way_has_led_by(self, home, django_assert_num_queries):
        parent = add(home, PlainPage(title="About", slug="about"))
        draft = add(parent, PlainPage(title="Draft", slug="draft", live=False))
        page = add(draft, PlainPage(title="Team", slug="team"))
        render("{% seo_head %}", page)

        # The site.
        with django_assert_num_queries(1):
            text = render("{% seo_head %}", page)

        items = Head(f"<html><head>{text}</head></html>").json_ld["BreadcrumbList"][
            "itemListElement"
        ]
        assert [item["name"] for item in items] == ["Home", "About", "Team"]

    def test_has_no_way_to_the_front_page(self, home, fetch):
        assert "BreadcrumbList" not in fetch("/").json_ld

    def test_has_what_the_page_type_says(self, home, fetch):
        add(home, Article(title="A", slug="a"))

        head = fetch("/a/")

        assert head.json_ld["Article"]["url"] == "https://example.com/a/"
        assert head.json_ld["Article"]["publisher"] == {"@id": head.json_ld["Organization"]["@id"]}
        assert head.meta("og:type") == "article"
        assert head.meta("article:section") == "News"

    def test_hostile_texts_stay_texts(self, home, fetch, settings):
        settings.MKT_CORE = {"SEO": {"ORGANIZATION": HOSTILE, "NAME": HOSTILE}}
        parent = add(home, Article(title=HOSTILE, slug="a", search_description=HOSTILE))
        add(parent, Article(title=HOSTILE, slug="b"))

        head = fetch("/a/b/")

        assert head.text.count("<script") == head.text.count("</script>") == 1
        assert "<!--" not in head.text
        script = head.text.partition("ld+json")[2].partition("</script>")[0]
        assert "\u2028" not in script
        assert head.json_ld["Article"]["headline"] == HOSTILE
        assert head.json_ld["Organization"]["name"] == HOSTILE
        assert head.meta("og:title") == HOSTILE


class TestOnce:
    def test_however_often_a_template_asks(self, home, fetch):
        # The template asks twice, and an included one once more.
        assert len(fetch("/").all("og:title")) == 1

    def test_with_the_values_of_the_tag(self, home):
        text = render(
            '<title>{% seo_title %}</title>{% seo_head description="Mine" type="product" %}', home
        )

        head = Head(f"<html><head>{text}</head></html>")
        assert head.meta("description") == "Mine"
        assert head.meta("og:type") == "product"

    def test_a_paginators_page_is_no_page(self, home):
        from django.core.paginator import Paginator

        assert render("{% seo_title %}", Paginator([1], 1).page(1)) == "Acme"

    def test_works_without_a_request(self, home):
        template = Template("{% load mkt_seo %}{% seo_title %} {% seo_head %}")

        text = template.render(Context({"page": home}))

        assert "Home – Acme" in text
        assert "https://example.com/" in text


class TestQueries:
    def test_are_few_and_depend_on_nothing(self, home, picture, django_assert_num_queries):
        page = home
        for n in range(5):
            page = add(page, Article(title=f"A{n}", slug="a", social_image=picture()))
        page = Article.objects.get(pk=page.pk)
        render("{% seo_head %}", page)

        # Site, picture, ancestors; Wagtail keeps renditions in the cache.
        with django_assert_num_queries(3):
            assert "A4" in render("{% seo_title %}{% seo_head %}", _fresh(page))

    def test_of_a_plain_front_page(self, home, django_assert_num_queries):
        render("{% seo_head %}", home)

        # Site.
        with django_assert_num_queries(1):
            render("{% seo_head %}", home)


def _fresh(page):
    for field in ("social_image", "hero", "locale", "alias_of"):
        page._state.fields_cache.pop(field, None)
    return page
