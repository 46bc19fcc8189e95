"""JSON-LD as a parser that is not ours reads it, with what search engines require of each type."""

from datetime import datetime
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from django.core.files.images import ImageFile
from extruct.jsonld import JsonLdExtractor
from PIL import Image as Picture
from wagtail.images import get_image_model

from mkt_blog.models import AuthorLink, Series

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.filterwarnings(
        "ignore:Exception ignored in.*SpooledTemporaryFile:pytest.PytestUnraisableExceptionWarning",
        "ignore:.*SpooledTemporaryFile:ResourceWarning",
    ),
]

# Of schema.org, as https://developers.google.com/search/docs/appearance/structured-data asks for it.
REQUIRED = {
    "Blog": {"name", "url"},
    "BlogPosting": {
        "headline",
        "datePublished",
        "dateModified",
        "author",
        "url",
        "mainEntityOfPage",
    },
    "BreadcrumbList": {"itemListElement"},
    "CollectionPage": {"name", "url"},
    "CreativeWorkSeries": {"name"},
    "ImageObject": {"url"},
    "ItemList": {"itemListElement"},
    "ListItem": {"position"},
    "Organization": {"name", "url"},
    "Person": {"name"},
    "ProfilePage": {"mainEntity"},
    "WebPage": {"name", "url"},
    "WebSite": {"name", "url"},
}
HOSTILE = '</script><script>alert(1)</script>"<!--'


@pytest.fixture
def picture(db):
    file = BytesIO()
    Picture.new("RGB", (1300, 800), "teal").save(file, "JPEG")
    return get_image_model().objects.create(
        title="Loaf", file=ImageFile(BytesIO(file.getvalue()), name="loaf.jpg")
    )


@pytest.fixture
def read(client):
    """All nodes of a page, also those inside of others, by type."""

    def read(path):
        response = client.get(path)
        assert response.status_code == 200
        found = JsonLdExtractor().extract(response.content.decode())
        assert found, "no JSON-LD"
        nodes = list(walk(found))
        for node in nodes:
            check(node)
        return {node["@type"]: node for node in reversed(nodes)}

    return read


def walk(value):
    if isinstance(value, list):
        for one in value:
            yield from walk(one)
    elif isinstance(value, dict):
        if "@type" in value:
            yield value
        for one in value.values():
            yield from walk(one)


def check(node):
    kind = node["@type"]
    assert kind in REQUIRED, f"no rule for {kind}"
    required = REQUIRED[kind]
    if kind == "BlogPosting" and "position" in node:
        # A part of a series, which has a page of its own.
        required = {"headline", "url"}
    missing = {name for name in required if not node.get(name)}
    if kind == "ListItem":
        assert node.get("name") or node.get("url")
    # A reference to a node of the same graph has only its @id.
    assert not missing or node.keys() <= {"@type", "@id"}, f"{kind} lacks {missing}"
    for name, value in node.items():
        if name.startswith("date"):
            assert datetime.fromisoformat(value).tzinfo
        if name in {"url", "item", "sameAs", "contentUrl"} and isinstance(value, str):
            assert urlsplit(value).scheme in {"http", "https"}, (name, value)


@pytest.fixture
def full(make_post, ann, food, baking, picture):
    series = Series.objects.create(title="Sourdough")
    AuthorLink.objects.create(author=ann, label="Mastodon", url="https://example.com/@ann")
    ann.photo = picture
    ann.save()
    return make_post(
        "Bread",
        slug="bread",
        hero_image=picture,
        authors=[ann],
        categories=[food, baking],
        primary_category=baking,
        tags=["rye"],
        series=series,
        series_position=1,
        excerpt="Short.",
    )


def test_a_post_has_all_that_is_required(read, full):
    nodes = read("/blog/bread/")
    post = nodes["BlogPosting"]

    assert post["headline"] == "Bread"
    assert post["image"]
    assert nodes["Person"]["name"] == "Ann Other"
    crumbs = nodes["BreadcrumbList"]["itemListElement"]
    assert [crumb["position"] for crumb in crumbs] == list(range(1, len(crumbs) + 1))
    # The last one may go without: it is the page itself.
    assert all(crumb.get("item") for crumb in crumbs[:-1])


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "Blog"),
        ("category/food/baking/", "CollectionPage"),
        ("tag/rye/", "CollectionPage"),
        ("author/ann-other/", "ProfilePage"),
        ("series/sourdough/", "CreativeWorkSeries"),
        ("2026/03/", "CollectionPage"),
    ],
)
def test_listings_have_all_that_is_required(read, full, path, kind):
    nodes = read(f"/blog/{path}")

    assert kind in nodes
    assert "BreadcrumbList" in nodes


def test_hostile_texts_stay_texts(read, make_post, ann):
    ann.name = HOSTILE
    ann.save()
    make_post(HOSTILE, slug="evil", authors=[ann], excerpt=HOSTILE, tags=[HOSTILE])
    nodes = read("/blog/evil/")

    assert nodes["BlogPosting"]["headline"] == HOSTILE
    assert nodes["Person"]["name"] == HOSTILE
