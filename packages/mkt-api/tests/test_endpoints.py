import json

import pytest
import wagtail_factories
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Collection, CollectionViewRestriction, Locale, Site

from .factories import ArticleFactory, TopicFactory, root

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(client):
    """The answer for a path."""

    def get(path=None, **parameters):
        given = {} if path is None else {"path": path}
        return client.get("/api/v1/by-path/", given | parameters)

    return get


class TestByPath:
    def test_finds_a_page(self, at, django_assert_max_num_queries):
        parent = ArticleFactory(parent=root(), slug="parent")
        child = ArticleFactory(parent=parent, slug="child")

        with django_assert_max_num_queries(20):
            body = at("/parent/child/").json()

        assert body["kind"] == "page"
        assert body["redirect"] is None
        assert body["page"]["id"] == child.pk
        assert "body" in body["page"]

    @pytest.mark.parametrize("path", ["parent", "/parent", "https://site.example/parent/?x=1#y"])
    def test_takes_any_way_to_write_a_path(self, at, path):
        page = ArticleFactory(parent=root(), slug="parent")

        assert at(path, fields="id").json()["page"] == {"id": page.pk}

    def test_finds_the_front_page(self, at):
        assert at("/", fields="id").json()["page"] == {"id": root().pk}

    def test_finds_a_redirect(self, at):
        page = ArticleFactory(parent=root(), slug="new")
        Redirect.add_redirect("/old/", redirect_to=page)
        Redirect.add_redirect(
            "/gone/", redirect_to="https://elsewhere.example/", is_permanent=False
        )

        assert at("/old/").json() == {
            "kind": "redirect",
            "page": None,
            "redirect": {"to": "http://localhost/new/", "is_permanent": True},
        }
        redirect = at("/gone").json()["redirect"]
        assert redirect == {"to": "https://elsewhere.example/", "is_permanent": False}

    def test_finds_nothing_that_may_not_be_seen(self, at):
        draft = ArticleFactory(parent=root(), slug="draft", live=False)
        Redirect.add_redirect("/old/", redirect_to=draft)

        assert at("/draft/").status_code == 404
        assert at("/old/").status_code == 404

    @pytest.mark.parametrize("path", ["/%00", "//[", "\x00", "/" * 900, "%ff%fe", "http://[::1"])
    def test_never_fails(self, at, path):
        assert at(path).status_code in (200, 400, 404)

    def test_needs_a_path(self, at):
        assert at().status_code == 400


class TestMenus:
    def test_is_a_tree_in_one_query(self, api, django_assert_max_num_queries):
        parent = ArticleFactory(parent=root(), title="Parent", show_in_menus=True)
        ArticleFactory(parent=parent, title="Child", show_in_menus=True)
        ArticleFactory(parent=root(), title="Not in menus")
        hidden = ArticleFactory(parent=root(), title="Hidden", live=False, show_in_menus=True)
        ArticleFactory(parent=hidden, title="Below hidden", show_in_menus=True)

        with django_assert_max_num_queries(5):
            items = api("menus/").json()["items"]

        assert [item["title"] for item in items] == ["Parent"]
        assert [child["title"] for child in items[0]["children"]] == ["Child"]
        assert api("menus/", depth=1).json()["items"][0]["children"] == []


class TestMedia:
    @pytest.fixture
    def private(self):
        collection = Collection.get_first_root_node().add_child(instance=Collection(name="Private"))
        CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
        return collection.add_child(instance=Collection(name="Below"))

    def test_shows_images_with_renditions(self, api, settings, django_assert_num_queries):
        settings.MKT_API = {"RENDITIONS": {"card": ("width-10", "width-20"), "icon": "fill-5x5"}}
        image = wagtail_factories.ImageFactory(title="Shown")
        api("images/")

        # What is private, the images, their renditions and tags.
        with django_assert_num_queries(4):
            [item] = api("images/").json()["items"]

        card = item["renditions"]["card"]
        assert (item["id"], item["alt"], item["focal_point"]) == (image.pk, "Shown", None)
        assert card["width"] == image.get_rendition("width-10").width
        assert card["srcset"].count("w") >= 2
        assert item["renditions"]["icon"]["url"].startswith("http://testserver/media/")

    def test_hides_private_collections(self, api, private):
        image = wagtail_factories.ImageFactory(collection=private)
        document = wagtail_factories.DocumentFactory(
            collection=private, file__filename="a.txt", file__data=b"text"
        )
        article = ArticleFactory(parent=root(), picture=image)

        assert api("images/", count="exact").json()["count"] == 0
        assert api("documents/", count="exact").json()["count"] == 0
        assert api(f"images/{image.pk}/").status_code == 404
        assert api(f"documents/{document.pk}/").status_code == 404
        assert api(f"articles/{article.pk}/").json()["picture"] is None

    def test_shows_documents(self, api):
        document = wagtail_factories.DocumentFactory(
            title="Terms", file__filename="terms.txt", file__data=b"text"
        )

        [item] = api("documents/").json()["items"]

        assert item["title"] == "Terms"
        assert item["filename"] == document.filename
        assert item["tags"] == []


class TestRedirects:
    def test_lists_those_that_lead_somewhere(self, api):
        page = ArticleFactory(parent=root(), slug="new")
        draft = ArticleFactory(parent=root(), slug="draft", live=False)
        Redirect.add_redirect("/a/", redirect_to=page)
        Redirect.add_redirect("/b/", redirect_to=draft)
        elsewhere = Site.objects.create(hostname="b.example", root_page=page)
        Redirect.add_redirect("/c/", redirect_to="https://c.example/", site=elsewhere)

        items = api("redirects/").json()["items"]

        assert [(item["from"], item["to"]) for item in items] == [("/a", "http://localhost/new/")]


class TestSitesAndLocales:
    def test_shows_the_site_that_is_asked_only(self, api):
        Site.objects.create(hostname="b.example", root_page=ArticleFactory(parent=root()))

        assert [site["hostname"] for site in api("sites/").json()["items"]] == ["localhost"]

    def test_shows_the_languages(self, api):
        Locale.objects.create(language_code="de")

        codes = [item["language_code"] for item in api("locales/").json()["items"]]

        assert sorted(codes) == ["de", "en"]


class TestSettings:
    def test_shows_named_fields_only(self, api, settings):
        settings.MKT_API = {"SETTINGS": {"testapp.Topic": ("name",)}}

        assert api("settings/").json() == {"testapp.topic": None}
        TopicFactory(name="News")
        assert api("settings/").json() == {"testapp.topic": {"name": "News"}}

    def test_shows_nothing_by_default(self, api):
        assert api("settings/").json() == {}


class TestSearch:
    def test_finds_visible_pages_and_takes_filters(self, api):
        found = ArticleFactory(parent=root(), title="Violet evening")
        ArticleFactory(parent=root(), title="Violet draft", live=False)

        assert [i["id"] for i in api("search/", q="violet").json()["items"]] == [found.pk]
        assert api("search/", q="violet", type="testapp.EventPage").json()["items"] == []
        assert api("search/", q="violet", slug=found.slug).json()["items"][0]["id"] == found.pk

    def test_counts_and_pages_the_hits(self, api):
        for number in range(3):
            ArticleFactory(parent=root(), title=f"Violet {number}")

        body = api("search/", q="violet", limit=2, count="exact").json()
        rest = api("search/", q="violet", limit=2, page=2).json()

        assert body["count"] == 3
        assert "offset=2" in body["next"]
        assert len(rest["items"]) == 1
        assert rest["next"] is None

    @pytest.mark.parametrize("words", ["", " ", "\x00", "x" * 300])
    def test_refuses_what_is_no_word(self, api, words):
        assert api("search/", q=words).status_code == 400

    @pytest.mark.parametrize("words", ["'", '"', "a & | !", "%", "\\", "(", "😀", "-", "*:*"])
    def test_never_fails(self, api, words):
        assert api("search/", q=words).status_code in (200, 400)


class TestExport:
    def lines(self, response):
        assert response.status_code == 200
        return [json.loads(line) for line in b"".join(response.streaming_content).splitlines()]

    def test_gives_every_visible_page_on_a_line(self, api):
        shown = [ArticleFactory(parent=root()).pk for _ in range(3)]
        ArticleFactory(parent=root(), live=False)

        response = api("export/", type="testapp.Article", fields="id,body")

        assert response["Content-Type"] == "application/x-ndjson"
        assert self.lines(response) == [{"id": pk, "body": []} for pk in shown]

    def test_reads_in_chunks(self, api, monkeypatch):
        monkeypatch.setattr("mkt_api.endpoints.export.CHUNK", 2)
        ArticleFactory.create_batch(5, parent=root())

        assert len(self.lines(api("export/", type="testapp.Article"))) == 5

    def test_refuses_what_it_does_not_know(self, api):
        assert api("export/", limit=5).status_code == 400
