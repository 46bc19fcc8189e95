"""The same content by Wagtail's API v2, its API v3 (Wagtail 8) and this one, field by field.

What is not equal is named here, and in docs/how-to/move-from-wagtail-api.md.
"""

import datetime
from decimal import Decimal

import pytest
import wagtail_factories
from django.utils.dateparse import parse_datetime
from wagtail.models import Locale, Page, PageViewRestriction, Site
from wagtail.rich_text import RichText

from mkt_core.compat import WAGTAIL_8

from .factories import root
from .testapp.models import Badge, EveryBlockPage, Step

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.compared_urls")]

APIS = ["v2", "v3"] if WAGTAIL_8 else ["v2"]
MOMENT = datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)
TABLE = {"data": [["a", "b"], ["1", "2"]], "first_row_is_table_header": True}

# Keys that stand in ``meta`` at Wagtail's, and how they are called here.
OF_META = {
    "type": "type",
    "html_url": "url",
    "slug": "slug",
    "locale": "locale",
    "first_published_at": "first_published_at",
    "show_in_menus": "show_in_menus",
    "seo_title": "seo_title",
    "search_description": "search_description",
}
# What only one of them has. The address in the API is of course another one.
ONLY_WAGTAIL = {"alias_of"}
ONLY_OURS = {"last_published_at", "ancestors", "alternates"}
# What is an object here, and a key with a type there.
OBJECTS = ("badge", "picture", "flyer", "next_page")


@pytest.fixture(autouse=True)
def three_languages(settings):
    settings.WAGTAIL_I18N_ENABLED = True
    settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [
        *(("en", "English"), ("de", "German"), ("fr", "French"))
    ]
    settings.ALLOWED_HOSTS = ["*"]
    Locale.objects.create(language_code="de")
    Locale.objects.create(language_code="fr")


def every_block(title="Every", parent=None):
    """A page with a value in each of its fields, and with every block."""
    image = wagtail_factories.ImageFactory()
    document = wagtail_factories.DocumentFactory(
        title="Flyer", file__filename="flyer.txt", file__data=b"text"
    )
    badges = [Badge.objects.create(name=name) for name in ("Gold", "Silver")]
    rich = f'<p>After <a linktype="page" id="{root().pk}">that</a></p>'
    page = EveryBlockPage(title=title, slug=title.lower(), subtitle="Below", intro=rich)
    page.day, page.at, page.clock = MOMENT.date(), MOMENT, datetime.time(12, 30)
    page.price, page.score, page.number = Decimal("9.50"), 1.5, 3
    page.data = {"a": [1, None]}
    page.badge, page.badges = badges[0], badges
    page.picture, page.flyer, page.next_page = image, document, root()
    page.tags.add("red", "green")
    page.steps = [Step(name="First"), Step(name="Second")]
    cell = {"type": "text", "value": "cell"}
    page.body = [
        *(("char", "c"), ("text", "t"), ("email", "a@example.com"), ("regex", "word")),
        *(("url", "https://example.com/"), ("integer", 3), ("float", 1.5)),
        *(("decimal", Decimal("2.50")), ("boolean", True), ("date", MOMENT.date())),
        *(("time", datetime.time(12, 30)), ("datetime", MOMENT), ("choice", "a")),
        *(("choices", ["a", "b"]), ("rich", RichText(rich)), ("raw", "<b>raw</b>")),
        *(("quote", "q"), ("static", None), ("embed", "https://example.com/v")),
        *(("page", root()), ("document", document), ("image", image), ("described", image)),
        *(("snippet", badges[0]), ("struct", {"name": "red", "shades": ["dark", "light"]})),
        *(("list", [{"name": "blue", "shades": []}]), ("table", TABLE)),
        ("stream", [("rich", RichText(rich))]),
    ]
    typed = EveryBlockPage.body.field.stream_block.child_blocks["typed"]
    table = {"columns": [{"type": "text", "heading": "A"}], "rows": [{"values": [cell["value"]]}]}
    page.body.append(("typed", typed.to_python({**table, "caption": "C"})))
    page.first_published_at = MOMENT
    (parent or root()).add_child(instance=page)
    return page


def wagtail_item(body):
    """An answer of Wagtail's with our names, and keys in the place of objects."""
    meta = body.pop("meta")
    assert set(meta) - set(OF_META) - {"detail_url", "parent"} == ONLY_WAGTAIL
    shown = {ours: meta[theirs] for theirs, ours in OF_META.items()}
    shown["parent"] = meta["parent"] and meta["parent"]["id"]
    shown |= body
    shown |= {name: body[name] and body[name]["id"] for name in OBJECTS}
    # API v3 has keys where v2 has keys with a type.
    shown["badges"] = [b["id"] if isinstance(b, dict) else b for b in body["badges"]]
    shown["steps"] = [(step["id"], step["name"]) for step in body["steps"]]
    return shown


def our_item(body):
    """An answer of ours, with keys in the place of objects."""
    assert set(body) >= ONLY_OURS
    shown = {name: v for name, v in body.items() if name not in {*ONLY_OURS, "detail_url"}}
    shown |= {name: body[name] and body[name]["id"] for name in (*OBJECTS, "parent")}
    shown["badges"] = [badge["id"] for badge in body["badges"]]
    shown["steps"] = [(step["id"], step["name"]) for step in body["steps"]]
    shown["tags"] = [tag["name"] for tag in body["tags"]]
    return shown


def comparable(item):
    """Without what is only written otherwise.

    API v3 writes the number of a DecimalBlock as text, API v2 moments in the site's time zone and tags in any order.
    """
    for block in item["body"]:
        if block["type"] == "decimal":
            block["value"] = Decimal(block["value"])
    for name in ("at", "first_published_at"):
        item[name] = item[name] and parse_datetime(item[name])
    return {**item, "tags": sorted(item["tags"])}


@pytest.mark.parametrize("api", APIS)
class TestFields:
    def test_are_equal_with_rich_text_as_it_is_stored(self, client, api):
        page = every_block()

        theirs = client.get(f"/{api}/pages/{page.pk}/").json()
        ours = client.get(f"/api/v1/pages/{page.pk}/?richtext=raw").json()

        assert {b["type"] for b in ours["body"]} == set(page.body.stream_block.child_blocks)
        assert comparable(our_item(ours)) == comparable(wagtail_item(theirs))

    def test_are_null_in_both_where_there_is_nothing(self, client, api):
        page = root().add_child(instance=EveryBlockPage(title="Empty", slug="empty"))

        theirs = client.get(f"/{api}/pages/{page.pk}/").json()
        ours = client.get(f"/api/v1/pages/{page.pk}/").json()

        assert ours["badge"] is None
        assert our_item(ours) == wagtail_item(theirs)


def rich_texts(body):
    by_type = {block["type"]: block["value"] for block in body["body"]}
    return body["intro"], by_type["rich"], by_type["stream"][0]["value"]


@pytest.mark.skipif(not WAGTAIL_8, reason="Wagtail 7 knows stored rich text only")
@pytest.mark.parametrize("api", APIS)
def test_rich_text_as_html_is_equal(client, api):
    page = every_block()

    theirs = client.get(f"/{api}/pages/{page.pk}/?rich_text_format=html").json()
    ours = client.get(f"/api/v1/pages/{page.pk}/").json()

    assert "<a href=" in ours["intro"]
    assert rich_texts(ours) == rich_texts(theirs)


@pytest.fixture
def two_sites():
    """Nested pages, drafts and private sections on two sites in three languages; their keys by name."""
    home = root()
    pages = {"home": home}

    def add(name, parent, **kwargs):
        pages[name] = parent.add_child(instance=EveryBlockPage(title=name, slug=name, **kwargs))
        return pages[name]

    section = add("section", home)
    add("nested", add("child", section))
    add("draft", section, live=False)
    add("below-draft", pages["draft"])
    add("below-private", add("private", home))
    PageViewRestriction.objects.create(page=pages["private"], restriction_type="login")
    for language in ("de", "fr"):
        locale = Locale.objects.get(language_code=language)
        pages[f"home-{language}"] = home.copy_for_translation(locale)
        pages[f"home-{language}"].save_revision().publish()
        add(f"child-{language}", pages[f"home-{language}"], locale=locale)
    other = Page.objects.get(depth=1).add_child(instance=Page(title="Other", slug="other"))
    pages["other"] = other
    Site.objects.create(hostname="other.example", root_page=other)
    add("other-child", other)
    return pages


def seen(client, api, host, pages):
    """Names of the pages in the list, in it by language, and of those that are there by themselves."""
    names = {page.pk: name for name, page in pages.items()}
    headers = {"host": host}

    def listed(query=""):
        items = client.get(f"/{api}/pages/?limit=20{query}", headers=headers).json()["items"]
        return {names[item["id"]] for item in items}

    statuses = {
        name: client.get(f"/{api}/pages/{page.pk}/", headers=headers).status_code
        for name, page in pages.items()
    }
    languages = {code: listed(f"&locale={code}") for code in ("en", "de", "fr")}
    return listed(), languages, {name for name, status in statuses.items() if status == 200}


@pytest.mark.parametrize("api", APIS)
@pytest.mark.parametrize("host", ["localhost", "other.example"])
def test_the_same_pages_are_seen(client, api, host, two_sites):
    ours = seen(client, "api/v1", host, two_sites)

    assert ours == seen(client, api, host, two_sites)
    everything, languages, _single = ours
    assert not everything & {"draft", "private", "below-private"}
    assert everything == set().union(*languages.values())
    assert ("other-child" in everything) is (host == "other.example")
