"""What search engines and social networks read of posts and listings."""

import json
import re
from datetime import datetime
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.images import ImageFile
from lxml import html
from PIL import Image as Picture
from wagtail import hooks
from wagtail.images import get_image_model

from mkt_blog.models import AuthorLink, Category, Series
from mkt_blog.pages.models import PostPage

pytestmark = pytest.mark.filterwarnings(
    "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
    "ignore:.*SpooledTemporaryFile:ResourceWarning",
)


@pytest.fixture(autouse=True)
def _no_renditions_of_other_tests():
    cache.clear()


@pytest.fixture
def read(client):
    def read(path):
        response = client.get(path)
        assert response.status_code == 200
        return Head(response.content.decode())

    return read


class Head:
    def __init__(self, text):
        self.head = html.fromstring(text).find("head")

    def metas(self, name):
        names = ("name", "property")
        return [
            meta.get("content")
            for meta in self.head.iter("meta")
            if name in [meta.get(attribute) for attribute in names]
        ]

    def link(self, rel):
        (found,) = [link.get("href") for link in self.head.iter("link") if link.get("rel") == rel]
        return found

    def rels(self):
        return [link.get("rel") for link in self.head.iter("link")]

    def graph(self):
        (script,) = self.head.xpath("script[@type='application/ld+json']/text()")
        return json.loads(script)["@graph"]

    def node(self, kind):
        (found,) = [node for node in self.graph() if node["@type"] == kind]
        return found

    def trail(self):
        return [step["name"] for step in self.node("BreadcrumbList")["itemListElement"]]


def picture(name="hero"):
    data = BytesIO()
    Picture.new("RGB", (1200, 630), "teal").save(data, "PNG")
    file = ImageFile(BytesIO(data.getvalue()), name=f"{name}.png")
    return get_image_model().objects.create(title=name, file=file)


@pytest.mark.parametrize("base", ["base.html", "mkt_blog/base.html"])
class TestPost:
    """In a base template that knows nothing of ``{% seo_head %}``, and in ours."""

    @pytest.fixture(autouse=True)
    def _base(self, settings, base):
        settings.MKT_BLOG = {"BASE_TEMPLATE": base}

    def test_says_what_it_is(self, make_post, read, ann, food):
        make_post(
            "Bread", slug="bread", authors=[ann], categories=[food], tags=["rye"],
            excerpt="How to bake.", hero_image=picture(), hero_alt="A loaf",
        )  # fmt: skip

        head = read("/blog/bread/")

        assert head.metas("description") == head.metas("og:description") == ["How to bake."]
        assert head.metas("og:type") == ["article"]
        assert head.metas("og:image:alt") == ["A loaf"]
        assert head.metas("article:section") == ["Food"]
        assert head.metas("article:tag") == ["rye"]
        assert head.metas("article:published_time")[0].startswith("2026-03-01T")
        assert head.link("canonical") == "http://localhost/blog/bread/"
        node = head.node("BlogPosting")
        assert node["headline"] == "Bread"
        assert node["author"] == [
            {
                "@type": "Person",
                "@id": "http://localhost/blog/author/ann-other/#person",
                "name": "Ann Other",
                "url": "http://localhost/blog/author/ann-other/",
            }
        ]
        assert [image["url"] for image in node["image"]] == head.metas("og:image")
        assert (node["articleSection"], node["keywords"]) == (["Food"], ["rye"])
        assert head.trail()[-3:] == ["Field notes", "Food", "Bread"]

    def test_editors_have_the_last_word(self, make_post, read):
        make_post("Bread", slug="bread", excerpt="x", search_description="Mine", seo_title="Title")

        head = read("/blog/bread/")

        assert head.metas("description") == ["Mine"]
        assert head.metas("og:title") == ["Title"]


class TestListing:
    def test_of_a_category_is_found_by_itself(self, blog, make_post, read, food, baking):
        blog.search_description = "About the blog."
        blog.save()
        make_post(categories=[baking])
        baking.description = "All of baking."
        baking.save()

        head = read("/blog/category/food/baking/")

        assert head.metas("og:title") == ["Baking"]
        assert head.metas("description") == ["All of baking."]
        assert head.link("canonical") == "http://localhost/blog/category/food/baking/"
        assert head.trail()[-3:] == ["Field notes", "Food", "Baking"]

    def test_pages_know_their_neighbours(self, blog, make_post, read, settings):
        settings.MKT_BLOG = {"POSTS_PER_PAGE": 1}
        for _ in range(3):
            make_post(tags=["rye"])

        first, second = read("/blog/tag/rye/"), read("/blog/tag/rye/?page=2&utm_source=x")

        assert first.link("canonical") == second.link("prev") == "http://localhost/blog/tag/rye/"
        assert second.link("canonical") == first.link("next")
        assert second.link("canonical") == "http://localhost/blog/tag/rye/?page=2"
        assert second.metas("og:title") == ["rye – page 2"]
        assert read("/blog/?page=2").link("canonical") == "http://localhost/blog/?page=2"
        assert read("/blog/?page=2").metas("og:title") == ["Field notes – page 2"]

    def test_the_blog_itself_is_the_editors(self, blog, make_post, read):
        make_post()
        assert read("/blog/").metas("description") == ["From us."]

        blog.seo_title, blog.search_description = "Our notes", "Written by us."
        blog.save()

        head = read("/blog/")
        assert head.metas("og:title") == ["Our notes"]
        assert head.metas("description") == ["Written by us."]
        assert head.node("Blog")["url"] == "http://localhost/blog/"

    @pytest.mark.parametrize(
        "path", ["/blog/search/?q=rye", "/blog/search/", "/blog/author/ann-other/"]
    )
    def test_without_a_lasting_content_is_not_to_be_found(self, blog, make_post, read, ann, path):
        make_post("rye", slug="rye")

        head = read(path)

        assert head.metas("robots") == ["noindex"]
        assert "canonical" not in head.rels()


class TestSchema:
    """The graph of each kind of page, as schema.org and Google's guides want it."""

    PAGES = [
        "bread/",
        "",
        "category/food/",
        "tag/rye/",
        "author/ann-other/",
        "series/basics/",
        "2026/",
    ]

    @pytest.fixture
    def post(self, make_post, ann, food):
        ann.role, ann.bio, ann.url = "Baker", "Bakes.", "https://ann.example/"
        ann.photo = picture("ann")
        ann.links.add(
            AuthorLink(label="Here", url="https://social.example/@ann"),
            AuthorLink(label="Again", url="https://ann.example/"),
            AuthorLink(label="Bad", url="javascript:alert(1)"),
        )
        ann.save()
        series = Series.objects.create(title="Basics", description="From the start.")
        return make_post(
            "Bread", slug="bread", authors=[ann], categories=[food], tags=["rye"], excerpt="How.",
            hero_image=picture(), series=series, series_position=3, body=[("paragraph", "words")],
        )  # fmt: skip

    @pytest.mark.parametrize("path", PAGES)
    def test_is_valid(self, read, post, path):
        head = read(f"/blog/{path}")

        check_graph(head.graph())
        for node in head.graph():
            # Each node is of the page, not of its address with other arguments.
            assert node.get("url", "http://localhost/").startswith("http://localhost/")

    def test_of_a_post_has_it_all(self, read, post):
        node = read("/blog/bread/").node("BlogPosting")

        assert node["wordCount"] == 1
        assert node["timeRequired"] == "PT1M"
        assert node["position"] == 3
        assert [(part["@type"], part["name"]) for part in node["isPartOf"]] == [
            ("Blog", "Field notes"),
            ("CreativeWorkSeries", "Basics"),
        ]
        assert node["author"][0]["jobTitle"] == "Baker"
        assert "articleBody" not in node

    def test_of_a_post_without_authors_names_the_site(self, read, make_post):
        make_post(slug="alone")

        [author] = read("/blog/alone/").node("BlogPosting")["author"]
        assert (author["@type"], author["name"]) == ("Organization", "Test")

    def test_of_an_author_is_a_profile(self, read, post):
        page = read("/blog/author/ann-other/").node("ProfilePage")
        person = page["mainEntity"]

        assert person["name"] == "Ann Other"
        assert person["description"] == "Bakes."
        assert person["sameAs"] == ["https://ann.example/", "https://social.example/@ann"]
        assert "ann" in person["image"]
        assert person["@id"] == "http://localhost/blog/author/ann-other/#person"

    def test_of_a_series_has_its_posts_in_order(self, read, post, make_post):
        make_post("Start", slug="start", series=post.series, series_position=1)

        node = read("/blog/series/basics/").node("CreativeWorkSeries")

        assert node["description"] == "From the start."
        parts = [(part["position"], part["headline"]) for part in node["hasPart"]]
        assert parts == [(1, "Start"), (3, "Bread")]

    @pytest.mark.parametrize("path", ["category/food/", "tag/rye/", "2026/"])
    def test_of_a_listing_names_its_posts(self, read, post, path):
        node = read(f"/blog/{path}").node("CollectionPage")

        assert node["isPartOf"]["@id"] == "http://localhost/blog/#blog"
        [item] = node["mainEntity"]["itemListElement"]
        assert item["url"] == "http://localhost/blog/bread/"

    def test_goes_on_counting_on_the_second_page(self, read, make_post, settings):
        settings.MKT_BLOG = {"POSTS_PER_PAGE": 1}
        for _ in range(2):
            make_post(tags=["rye"])

        node = read("/blog/tag/rye/?page=2").node("CollectionPage")
        assert node["mainEntity"]["itemListElement"][0]["position"] == 2
        assert node["url"] == "http://localhost/blog/tag/rye/?page=2"

    def test_crumbs_name_the_main_category(self, read, make_post, food, baking):
        travel = Category.objects.create(name="Travel")
        make_post("Bread", slug="bread", categories=[food, travel], primary_category=travel)

        head = read("/blog/bread/")

        assert head.trail()[-3:] == ["Field notes", "Travel", "Bread"]
        assert head.metas("article:section") == ["Travel"]
        assert head.node("BlogPosting")["articleSection"] == ["Travel", "Food"]

    @pytest.mark.parametrize("path", PAGES)
    def test_hostile_texts_stay_in_the_script(self, read, client, post, blog, path):
        evil = "</script><script>alert(1)</script><!--"
        for thing, names in (
            (post, ["title", "subtitle", "excerpt", "hero_alt"]),
            (post.series, ["title", "description"]),
            (post.authors[0], ["name", "role", "bio"]),
            (post.category_list[0], ["name", "description"]),
            (post.tag_list[0], ["name"]),
            (blog, ["title", "intro"]),
        ):
            for name in names:
                setattr(thing, name, evil)
            thing.save()

        check_graph(read(f"/blog/{path}").graph())
        assert "<script>alert(1)" not in client.get(f"/blog/{path}").content.decode()


class TestHook:
    """``mkt_blog_json_ld`` of a site."""

    def test_changes_the_node_of_a_post(self, read, make_post):
        make_post("Bread", slug="bread")

        def change(node, post, request):
            return {**node, "@type": "NewsArticle", "alternateName": post.title + request.path}

        with hooks.register_temporarily("mkt_blog_json_ld", change):
            node = read("/blog/bread/").node("NewsArticle")

        assert node["alternateName"] == "Bread/blog/bread/"

    def test_leaves_it_out(self, read, make_post):
        make_post(slug="bread")

        with hooks.register_temporarily("mkt_blog_json_ld", lambda *args: None):
            kinds = {node["@type"] for node in read("/blog/bread/").graph()}

        assert "BlogPosting" not in kinds
        assert "BreadcrumbList" in kinds

    def test_at_fault_is_not_passed_over(self, client, make_post):
        make_post(slug="bread")

        def fail(node, post, request):
            raise RuntimeError("hook at fault")

        with (
            hooks.register_temporarily("mkt_blog_json_ld", fail),
            pytest.raises(RuntimeError, match="hook at fault"),
        ):
            client.get("/blog/bread/")


class TestPicture:
    """For social networks: the first that there is."""

    def test_of_a_post(self, blog, make_post, read, settings):
        settings.MKT_CORE = {"SEO": {"IMAGE": "/card.png"}}
        post = make_post(slug="bread")
        found = []
        for thing, name in (
            (None, ""),
            (blog, "default_image"),
            (post, "hero_image"),
            (post, "social_image"),
        ):
            if thing is not None:
                setattr(thing, name, picture(name))
                thing.save()
            found += read("/blog/bread/").metas("og:image")

        names = ["/card.png", "default_image", "hero_image", "social_image"]
        assert len(found) == len(names)
        assert all(name in url for name, url in zip(names, found, strict=True))

    def test_of_terms_is_their_own(self, blog, make_post, read, food, ann):
        series = Series.objects.create(title="Basics")
        make_post(authors=[ann], categories=[food], series=series, tags=["rye"])
        blog.default_image = picture("blog")
        blog.save()
        pages = {
            "author/ann-other/": (ann, "photo"),
            "category/food/": (food, "image"),
            "series/basics/": (series, "image"),
        }
        for path, (term, field) in pages.items():
            assert "blog" in read(f"/blog/{path}").metas("og:image")[0]
            setattr(term, field, picture(f"of-{term.slug}"))
            term.save()
            assert f"of-{term.slug}" in read(f"/blog/{path}").metas("og:image")[0]
        assert "blog" in read("/blog/tag/rye/").metas("og:image")[0]


REQUIRED = {
    "BlogPosting": {"headline", "datePublished", "dateModified", "author", "url"},
    "Blog": {"name", "url"},
    "BreadcrumbList": {"itemListElement"},
    "CollectionPage": {"name", "url", "mainEntity"},
    "CreativeWorkSeries": {"name", "url"},
    "ImageObject": {"url"},
    "ItemList": {"itemListElement"},
    "ListItem": {"position"},
    "Organization": {"name", "url"},
    "Person": {"name"},
    "ProfilePage": {"mainEntity"},
    "WebSite": {"name", "url"},
}
BRIEF = {"BlogPosting": {"headline", "url"}}
URLS = {"url", "item", "mainEntityOfPage", "@id"}
MOMENTS = {"datePublished", "dateModified"}


def check_graph(graph):
    """Required properties, absolute addresses, moments with a zone, no name twice."""
    ids = [node["@id"] for node in graph if "@id" in node]
    assert len(ids) == len(set(ids))
    assert "BreadcrumbList" in {node["@type"] for node in graph}
    for node in graph:
        check_node(node, REQUIRED)


def check_node(node, required):
    kind = node.get("@type")
    assert kind or set(node) == {"@id"}, node
    assert required.get(kind, set()) <= set(node), node
    for name, value in node.items():
        assert value not in ("", [], None, {})
        if name in URLS:
            assert value.startswith("http://localhost/"), value
        if name in MOMENTS:
            assert datetime.fromisoformat(value).tzinfo
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, dict):
                check_node(child, REQUIRED | BRIEF)


class TestSitemap:
    def test_lists_what_holds_posts(self, blog, make_post, food, baking, ann):
        series = Series.objects.create(title="Basics")
        make_post(categories=[baking], tags=["Rye bread"], authors=[ann], series=series)
        make_post(live=False, tags=["secret"])
        make_post("Later", date="2999-01-01T00:00Z", tags=["later"])

        locations = [entry["location"] for entry in blog.get_sitemap_urls()]

        base = "http://localhost/blog/"
        assert locations == [
            base,
            f"{base}category/food/",
            f"{base}category/food/baking/",
            f"{base}tag/rye-bread/",
            f"{base}author/ann-other/",
            f"{base}series/basics/",
        ]

    def test_every_address_in_it_answers(self, blog, make_post, food, ann, client):
        make_post(categories=[food], tags=["ünï"], authors=[ann])

        for entry in blog.get_sitemap_urls():
            assert client.get(re.sub("^http://localhost", "", entry["location"])).status_code == 200

    def test_needs_a_fixed_number_of_queries(self, blog, make_post, ann, django_assert_num_queries):
        for n in range(4):
            make_post(tags=[f"tag {n}"], authors=[ann])
        blog.get_sitemap_urls()

        with django_assert_num_queries(5):
            blog.get_sitemap_urls()

    def test_of_posts_leaves_out_those_to_come(self, blog, make_post):
        make_post("Now")
        make_post("Later", date="2999-01-01T00:00Z")

        shown = PostPage.mkt_core_indexed_pages(PostPage.objects.all())

        assert [post.title for post in shown] == ["Now"]
