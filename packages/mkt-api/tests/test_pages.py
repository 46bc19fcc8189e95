from datetime import timedelta

import pytest
import wagtail_factories
from django.utils import timezone
from wagtail.models import Page, PageViewRestriction, Site

from .factories import ArticleFactory, TopicFactory, root
from .testapp.models import EventPage, PlainPage, Speaker

pytestmark = pytest.mark.django_db

CORE = ["id", "type", "title", "slug", "url", "detail_url", "locale"]
CORE += ["first_published_at", "last_published_at"]


def event(title="Party", parent=None, **kwargs):
    """An event with one of everything."""
    page = EventPage(title=title, slug=title.lower().replace(" ", "-"), **kwargs)
    (parent or root()).add_child(instance=page)
    topic, image = TopicFactory(), wagtail_factories.ImageFactory()
    linked = root().add_child(instance=PlainPage(title=f"See {title}", slug=f"see-{page.pk}"))
    page.topic, page.poster, page.after = topic, image, linked
    page.flyer = wagtail_factories.DocumentFactory(
        title="Flyer", file__filename="flyer.txt", file__data=b"text"
    )
    page.topics = [topic, TopicFactory()]
    page.speakers = [Speaker(name="Ada", topic=topic), Speaker(name="Bob")]
    page.intro = f'<p>After <a linktype="page" id="{linked.pk}">that</a></p>'
    page.body = [
        ("text", "words"),
        ("picture", image),
        ("page", linked),
        ("prose", page.intro),
        ("date", timezone.localdate()),
    ]
    page.save()
    return page


class TestList:
    def test_has_pages_of_every_type(self, api):
        ArticleFactory(parent=root())
        root().add_child(instance=PlainPage(title="Plain", slug="plain"))

        items = api("pages/").json()["items"]

        assert {"testapp.Article", "testapp.PlainPage", "wagtailcore.Page"} == {
            item["type"] for item in items
        }
        assert all(list(item) == CORE for item in items)

    def test_shows_what_each_type_shows(self, api):
        page = event()

        items = api("pages/", fields="*").json()["items"]

        by_type = {item["type"]: item for item in items}
        assert by_type["testapp.EventPage"]["topic_name"] == page.topic.name
        assert "topic_name" not in by_type["testapp.PlainPage"]
        assert "hidden_note" not in by_type["testapp.PlainPage"]
        assert "secret_plan" not in by_type["testapp.EventPage"]

    @pytest.mark.parametrize("parameters", [{}, {"fields": "*"}, {"type": "testapp.EventPage"}])
    def test_issues_the_same_queries_for_any_number_of_items(
        self, api, django_assert_max_num_queries, parameters
    ):
        counts = []
        for number in range(2):
            for position in range(3):
                event(f"Event {number} {position}")
            parameters = {"limit": 100, "fields": "*", **parameters}
            api("pages/", **parameters)
            with django_assert_max_num_queries(100) as queries:
                body = api("pages/", **parameters).json()
            counts.append(len(queries))

        assert sum(item["type"] == "testapp.EventPage" for item in body["items"]) == 6
        assert counts[0] == counts[1]

    def test_costs_one_query_besides_those_for_the_site(self, api, django_assert_num_queries):
        ArticleFactory(parent=root())

        # The site, what is private, the pages, their languages and where the sites begin.
        with django_assert_num_queries(5):
            api("pages/")

    def test_is_narrowed_to_types(self, api):
        event()

        items = api("pages/", type="testapp.EventPage,testapp.Article").json()["items"]

        assert [item["type"] for item in items] == ["testapp.EventPage"]

    def test_of_one_type_is_filtered_and_sorted_by_its_own_columns(self, api):
        event("First", starts="2026-01-01", price=5)
        event("Second", starts="2026-02-01", price=7)

        query = {"type": "testapp.EventPage", "fields": "title"}
        found = api("pages/", starts__gte="2026-01-15", **query).json()["items"]
        ordered = api("pages/", order="-price", **query).json()["items"]

        assert found == [{"title": "Second"}]
        assert [item["title"] for item in ordered] == ["Second", "First"]

    def test_names_the_nearest_type(self, api):
        response = api("pages/", type="testapp.EventPages")

        assert response.status_code == 400
        assert "testapp.EventPage" in response.json()["errors"][0]["detail"]

    def test_finds_children_and_descendants(self, api):
        parent = ArticleFactory(parent=root(), title="Parent")
        child = ArticleFactory(parent=parent, title="Child")
        ArticleFactory(parent=child, title="Grandchild")

        def titles(**parameters):
            items = api("pages/", fields="title", **parameters).json()["items"]
            return [item["title"] for item in items]

        assert titles(child_of=parent.pk) == ["Child"]
        assert titles(descendant_of=parent.pk) == ["Child", "Grandchild"]
        assert titles(child_of=10**15) == []

    def test_leaves_out_types_that_the_settings_exclude(self, api, settings):
        settings.MKT_API = {"EXCLUDE": ("testapp.PlainPage",)}
        page = root().add_child(instance=PlainPage(title="Plain", slug="plain"))

        assert "testapp.PlainPage" not in {i["type"] for i in api("pages/").json()["items"]}
        assert api(f"pages/{page.pk}/").status_code == 404


class TestDetail:
    def test_shows_the_api_fields_of_the_type(self, api):
        page = event(starts="2026-03-01", price="9.50", place="Hall")

        item = api(f"pages/{page.pk}/").json()

        assert item["type"] == "testapp.EventPage"
        assert (item["starts"], item["price"], item["place"]) == ("2026-03-01", "9.50", "Hall")
        assert item["intro"] == f'<p>After <a href="/{page.after.slug}/">that</a></p>'
        assert item["topic"]["name"] == page.topic.name
        assert item["poster"]["url"] == f"http://testserver{page.poster.file.url}"
        assert item["poster_small"]["width"] == page.poster.get_rendition("width-10").width
        assert item["flyer"]["title"] == "Flyer"
        assert item["after"]["title"] == page.after.title
        assert [topic["id"] for topic in item["topics"]] == [t.pk for t in page.topics.all()]
        assert [speaker["name"] for speaker in item["speakers"]] == ["Ada", "Bob"]
        assert item["speakers"][0]["topic"]["name"] == page.topic.name
        assert item["topic_name"] == page.topic.name
        assert item["loud"] == f"{page.topic.name}!"

    def test_shows_blocks_as_wagtail_would(self, api):
        page = event()

        body = api(f"pages/{page.pk}/", fields="body").json()["body"]

        stored = EventPage.objects.get(pk=page.pk).body
        own = stored.stream_block.get_api_representation(stored)
        date = own[4].pop("value").isoformat()
        assert body[:3] == own[:3]
        assert body[1]["value"]["image"] == page.poster.pk
        assert body[3]["value"].startswith("<p>After <a href=")
        assert body[4] == {**own[4], "value": date}

    def test_shows_chosen_objects_where_they_are_included(self, api):
        page = event()

        body = api(f"pages/{page.pk}/", fields="body", include="body").json()["body"]

        assert body[1]["value"]["image"]["url"].startswith("http://testserver/media/")
        assert body[2]["value"]["title"] == page.after.title

    def test_shows_where_it_stands(self, api):
        parent = ArticleFactory(parent=root(), title="Parent")
        child = ArticleFactory(parent=parent, title="Child")

        item = api(f"pages/{child.pk}/").json()

        assert item["parent"]["title"] == "Parent"
        assert [page["title"] for page in item["ancestors"]][1:] == ["Parent"]
        assert item["alternates"] == []

    def test_costs_few_queries(self, api, django_assert_max_num_queries):
        page = root().add_child(instance=PlainPage(title="Plain", slug="plain"))

        with django_assert_max_num_queries(8):
            api(f"pages/{page.pk}/")


class TestVisibility:
    def test_covers_the_dates_of_publication(self, api):
        now = timezone.now()
        expired = ArticleFactory(parent=root(), expire_at=now - timedelta(hours=1))
        early = ArticleFactory(parent=root(), go_live_at=now + timedelta(hours=1))
        shown = ArticleFactory(parent=root(), expire_at=now + timedelta(hours=1))

        items = api("pages/", type="testapp.Article", fields="id", count="exact").json()

        assert items["items"] == [{"id": shown.pk}]
        assert items["count"] == 1
        for page in (expired, early):
            assert api(f"pages/{page.pk}/").status_code == 404

    def test_covers_aliases_of_private_pages(self, api):
        private = ArticleFactory(parent=root(), title="Private")
        alias = private.create_alias(update_slug="alias", parent=root())
        PageViewRestriction.objects.create(page=private, restriction_type="login")

        assert api("pages/", type="testapp.Article").json()["items"] == []
        assert api(f"pages/{alias.pk}/").status_code == 404

    def test_covers_parents_and_ancestors(self, api):
        draft = ArticleFactory(parent=root(), live=False)
        child = ArticleFactory(parent=draft)

        item = api(f"pages/{child.pk}/").json()

        assert item["parent"] is None
        assert draft.pk not in [page["id"] for page in item["ancestors"]]

    def test_ends_at_the_border_of_the_site(self, api):
        elsewhere = Page.objects.get(depth=1).add_child(instance=Page(title="Elsewhere", slug="e"))
        Site.objects.create(hostname="elsewhere.example", root_page=elsewhere)
        page = event(after=None)
        page.after = elsewhere
        page.save()

        assert api(f"pages/{elsewhere.pk}/").status_code == 404
        assert api(f"pages/{page.pk}/", fields="after").json()["after"] is None
        assert elsewhere.pk not in [item["id"] for item in api("pages/").json()["items"]]
