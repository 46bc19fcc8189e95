"""What search engines and social networks read of posts and listings."""

import json
import re
from io import BytesIO

import pytest
from django.core.cache import cache
from django.core.files.images import ImageFile
from lxml import html
from PIL import Image as Picture
from wagtail.images import get_image_model

from mkt_blog.models import Series
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

    def node(self, kind):
        (script,) = self.head.xpath("script[@type='application/ld+json']/text()")
        (found,) = [node for node in json.loads(script)["@graph"] if node["@type"] == kind]
        return found


def picture():
    data = BytesIO()
    Picture.new("RGB", (1200, 630), "teal").save(data, "PNG")
    file = ImageFile(BytesIO(data.getvalue()), name="hero.png")
    return get_image_model().objects.create(title="hero", file=file)


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
                "name": "Ann Other",
                "url": "http://localhost/blog/author/ann-other/",
            }
        ]
        assert node["image"]["url"] == head.metas("og:image")[0]
        assert (node["articleSection"], node["keywords"]) == (["Food"], ["rye"])
        names = [step["name"] for step in head.node("BreadcrumbList")["itemListElement"]]
        assert names[-2:] == ["Field notes", "Bread"]

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
        names = [step["name"] for step in head.node("BreadcrumbList")["itemListElement"]]
        assert names[-3:] == ["Field notes", "Food", "Baking"]

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

        with django_assert_num_queries(4):
            blog.get_sitemap_urls()

    def test_of_posts_leaves_out_those_to_come(self, blog, make_post):
        make_post("Now")
        make_post("Later", date="2999-01-01T00:00Z")

        shown = PostPage.mkt_core_indexed_pages(PostPage.objects.all())

        assert [post.title for post in shown] == ["Now"]
