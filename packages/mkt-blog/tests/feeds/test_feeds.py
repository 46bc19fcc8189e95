"""What is in a feed, of every kind and of every axis."""

from datetime import timedelta

import feedparser
import pytest
from django.utils import timezone
from lxml import etree
from wagtail.models import PageViewRestriction

from mkt_blog.models import Author, Series

from .rules import ATOM, CONTENT, checked, titles

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
        "ignore:.*SpooledTemporaryFile:ResourceWarning",
    ),
]
# Once with the blog alone, once among others.
anywhere = pytest.mark.usefixtures("surroundings")
KINDS = ["rss", "atom", "json"]
DC = "{http://purl.org/dc/elements/1.1/}"
MEDIA = "{http://search.yahoo.com/mrss/}"


@pytest.fixture(params=KINDS)
def kind(request):
    return request.param


@pytest.fixture
def get(client):
    def get(path="", kind="rss", **headers):
        return client.get(f"/blog/{path}feed/{kind}/", headers=headers)

    return get


@pytest.fixture
def full_post(make_post, make_image, baking, food, ann):
    image = make_image()
    return make_post(
        "Bread & butter",
        excerpt="Short & <b>",
        categories=[baking, food],
        primary_category=food,
        authors=[ann, Author.objects.create(name="Bea")],
        tags=["slow"],
        hero_image=image,
        hero_alt="A loaf",
        hero_caption="Fresh",
        body=[
            ("heading", {"text": "Begin here", "level": "h2"}),
            ("paragraph", '<p>One <a href="/about/">two</a>.</p>'),
            ("code", {"language": "python", "code": "if a < b:\n\n    c"}),
            ("image", {"image": image, "caption": "Inside"}),
        ],
    )


@anywhere
class TestItem:
    def test_in_rss(self, get, full_post):
        item = checked(get()).find("item")

        assert item.findtext("title") == "Bread & butter"
        assert item.findtext("link") == "http://localhost/blog/bread-butter/"
        # Readers take it for HTML, where this is a "<".
        assert item.findtext("description") == "Short &amp; &lt;b&gt;"
        assert [creator.text for creator in item.findall(f"{DC}creator")] == ["Ann Other", "Bea"]
        assert [c.text for c in item.findall("category")] == ["Food", "Baking", "slow"]
        assert item.findtext("pubDate") == "Sun, 01 Mar 2026 11:01:00 +0000"
        enclosure = item.find("enclosure")
        assert enclosure.get("type") == "image/jpeg"
        rendition = full_post.hero_image.renditions.get(filter_spec="max-1200x1200|format-jpeg")
        assert int(enclosure.get("length")) == rendition.file.size
        media = item.find(f"{MEDIA}content")
        assert (media.get("width"), media.get("height")) == ("64", "48")
        assert media.findtext(f"{MEDIA}description") == "A loaf"

    def test_in_atom(self, get, full_post):
        entry = checked(get(kind="atom")).find(f"{ATOM}entry")

        authors = [author.findtext(f"{ATOM}uri") for author in entry.findall(f"{ATOM}author")]
        assert authors[0] == "http://localhost/blog/author/ann-other/"
        assert [c.get("term") for c in entry.findall(f"{ATOM}category")] == [
            "food",
            "food/baking",
            "slow",
        ]
        assert entry.find(f"{ATOM}link[@rel='enclosure']").get("type") == "image/jpeg"
        assert entry.findtext(f"{ATOM}summary") == "Short & <b>"

    def test_in_json(self, get, full_post):
        [item] = checked(get(kind="json"))["items"]

        assert item["url"] == "http://localhost/blog/bread-butter/"
        assert item["tags"] == ["Food", "Baking", "slow"]
        assert item["authors"][1]["name"] == "Bea"
        assert item["image"].startswith("http://localhost/media/images/hero.max-1200x1200")
        assert item["summary"] == "Short & <b>"

    def test_content_stands_by_itself(self, get, full_post):
        content = checked(get()).find("item").findtext(CONTENT)

        assert '<h2 id="begin-here">Begin here' in content
        assert '<a href="http://localhost/about/">two</a>' in content
        assert ">if a &lt; b:\n\n    c</code></pre>" in content
        assert "<figcaption>Fresh</figcaption>" in content
        assert 'src="http://localhost/media/images/hero' in content
        assert "class=" not in content

    def test_excerpts_alone_are_the_blogs_choice(self, blog, get, full_post, kind):
        blog.feed_full_text = False
        blog.save()

        response = get(kind=kind)

        assert b"Begin here" not in response.content
        assert titles(response) == ["Bread & butter"]

    def test_keeps_its_name_when_all_else_changes(self, get, full_post):
        before = checked(get()).find("item").findtext("guid")

        full_post.slug, full_post.title, full_post.date = "bun", "Bun", timezone.now()
        full_post.save()

        assert checked(get()).find("item").findtext("guid") == before
        assert checked(get(kind="json"))["items"][0]["id"] == before

    def test_without_anything_is_valid(self, make_post, get, kind):
        make_post("Bare")
        make_post("Later", updated_at=timezone.now())

        assert titles(get(kind=kind)) == ["Later", "Bare"]


def test_lost_file_costs_the_picture_alone(get, full_post, kind):
    full_post.hero_image.file.storage.delete(full_post.hero_image.file.name)

    response = get(kind=kind)

    assert titles(response) == ["Bread & butter"]
    assert b"enclosure" not in response.content


@pytest.mark.parametrize("kind", ["rss", "atom"])
@pytest.mark.parametrize("axis", ["", "category/food/baking/", "series/walks/"])
def test_feedparser_understands_all_of_it(get, full_post, kind, axis):
    full_post.series = Series.objects.create(title="Walks")
    full_post.save()

    found = feedparser.parse(get(axis, kind).content)

    assert not found.bozo
    assert found.version == {"rss": "rss20", "atom": "atom10"}[kind]
    [entry] = found.entries
    assert entry.title in ("Bread & butter", "Bread &amp; butter")
    assert [author.name for author in entry.authors] == ["Ann Other", "Bea"]
    assert [tag.label or tag.term for tag in entry.tags] == ["Food", "Baking", "slow"]
    assert "Begin here" in entry.content[0].value
    assert entry.published_parsed[:3] == (2026, 3, 1)
    assert entry.enclosures[0].type == "image/jpeg"


@anywhere
@pytest.mark.parametrize(
    "axis",
    ["category/food/baking", "category/food", "tag/slow", "author/ann-other", "series/walks"],
)
def test_every_axis_has_feeds_of_its_own_posts(get, make_post, baking, ann, axis, kind):
    series = Series.objects.create(title="Walks")
    make_post("In", categories=[baking], tags=["slow"], authors=[ann], series=series)
    make_post("Out")

    response = get(f"{axis}/", kind)

    assert titles(response) == ["In"]
    assert f"http://localhost/blog/{axis}/feed/{kind}/".encode() in response.content


@anywhere
def test_newest_come_first_whatever_is_pinned(get, make_post, settings, blog, kind):
    settings.MKT_BLOG = {"FEED_ITEMS": 2}
    for days in (3, 1, 2):
        make_post(f"{days} days", date=timezone.now() - timedelta(days=days), pinned=days == 3)

    assert titles(get(kind=kind)) == ["1 days", "2 days"]
    blog.feed_items = 1
    blog.save()
    assert titles(get(kind=kind)) == ["1 days"]


@anywhere
def test_what_nobody_may_see_is_not_in_it(get, make_post, kind):
    make_post("Draft", live=False)
    make_post("Future", date=timezone.now() + timedelta(days=1))
    private = make_post("Private")
    PageViewRestriction.objects.create(page=private, restriction_type="login")
    make_post("Seen")

    assert titles(get(kind=kind)) == ["Seen"]


@anywhere
def test_what_is_not_there_is_not_found(client, make_post, ann):
    make_post(tags=["other"], live=False)

    for path in ("tag/other", "tag/none", "category/none", "author/none", "series/none", "search"):
        assert client.get(f"/blog/{path}/feed/atom/").status_code == 404
    assert client.get("/blog/feed/xml/").status_code == 404
    assert client.get("/blog/author/ann-other/feed/rss/").status_code == 200
    assert client.post("/blog/feed/rss/").status_code == 405


HOSTILE = "x</script><script>alert(1)</script>]]>\x00\x0b\ud800\ufffe\x1b&<>\"'"


def test_hostile_texts_stay_texts(get, make_post, blog, kind):
    # What a database without constraints may hold; PostgreSQL would refuse some of it.
    text = HOSTILE.replace("\x00", "").replace("\ud800", "")
    author = Author.objects.create(name=text, slug="x")
    make_post(text, slug="p", excerpt=text, authors=[author], tags=["<b>"], hero_caption=text)
    blog.title = blog.intro = text
    blog.save()

    response = get(kind=kind)

    assert len(titles(response)) == 1
    assert b"\x0b" not in response.content
    assert b"\x1b" not in response.content
    if kind != "json":
        assert b"<script" not in response.content


def test_writers_take_what_no_database_would_hold():
    from mkt_blog.feeds import atom, json_feed, rss
    from mkt_blog.feeds.values import Feed, FeedItem, Label, Person

    from .rules import check_atom, check_json, check_rss

    now = timezone.now()
    person = Person(name=HOSTILE, url="http://localhost/")
    label = Label(term=HOSTILE, name=HOSTILE, scheme="http://localhost/")
    item = FeedItem(
        id="urn:uuid:1", url="http://localhost/1/", title=HOSTILE, summary=HOSTILE,
        published=now, updated=now, authors=[person], labels=[label],
    )  # fmt: skip
    feed = Feed(
        id="urn:uuid:0", url="http://localhost/", feed_url="http://localhost/feed/", title=HOSTILE,
        description=HOSTILE, language="en", updated=now, author=person, items=[item],
    )  # fmt: skip

    check_rss(rss.write_rss(feed))
    check_atom(atom.write_atom(feed))
    check_json(json_feed.write_json(feed))


@anywhere
class TestDiscovery:
    def links(self, client, path):
        document = etree.HTML(client.get(path).content)
        found = document.findall(".//link[@rel='alternate']")
        return [link.get("href") for link in found if "hreflang" not in link.attrib]

    @pytest.mark.parametrize(
        ("page", "feeds"),
        [
            ("/blog/", "/blog/"),
            ("/blog/bread/", "/blog/"),
            ("/blog/tag/rye/", "/blog/tag/rye/"),
            ("/blog/category/food/baking/", "/blog/category/food/baking/"),
        ],
    )
    def test_pages_name_all_three(self, client, make_post, baking, page, feeds):
        make_post("Bread", slug="bread", tags=["rye"], categories=[baking])

        assert self.links(client, page) == [f"{feeds}feed/{kind}/" for kind in KINDS]

    def test_a_search_has_none(self, client, make_post):
        assert self.links(client, "/blog/search/?q=x") == []


class TestStylesheet:
    def test_is_named_and_there(self, get, make_post):
        from django.contrib.staticfiles import finders

        document = etree.ElementTree(etree.fromstring(get().content))
        found = document.xpath("/processing-instruction('xml-stylesheet')")

        (node,) = found
        assert node.get("type") == "text/css"
        assert finders.find(node.get("href").removeprefix("/static/"))

    def test_on_another_host_is_left_out(self, get, make_post, settings):
        settings.STATIC_URL = "https://cdn.example.com/"

        assert b"xml-stylesheet" not in get().content
