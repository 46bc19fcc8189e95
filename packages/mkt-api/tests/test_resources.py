import pytest
import wagtail_factories
from wagtail.models import Locale, Page, PageViewRestriction, Site

from .factories import (
    MOMENT,
    ArticleFactory,
    CoinFactory,
    EntryFactory,
    TopicFactory,
    rich_article,
    root,
)
from .testapp.models import Article

pytestmark = pytest.mark.django_db


class TestList:
    def test_has_the_four_keys(self, api):
        ArticleFactory(parent=root())

        body = api("articles/").json()

        assert list(body) == ["items", "next", "previous", "count"]
        assert len(body["items"]) == 1
        assert body["next"] is body["previous"] is body["count"] is None

    def test_is_empty_without_objects(self, api):
        assert api("articles/").json()["items"] == []

    def test_counts_only_when_asked(self, api):
        ArticleFactory.create_batch(3, parent=root())

        assert api("articles/", limit=2).json()["count"] is None
        assert api("articles/", limit=2, count="none").json()["count"] is None
        assert api("articles/", limit=2, count="exact").json()["count"] == 3

    def test_leaves_the_body_to_the_detail(self, api):
        article = ArticleFactory(parent=root())

        [item] = api("articles/").json()["items"]

        assert "body" not in item
        assert "body" in api(f"articles/{article.pk}/").json()

    @pytest.mark.parametrize("fields", ["*", None])
    def test_issues_the_same_queries_for_any_number_of_items(
        self, api, django_assert_max_num_queries, fields
    ):
        parameters = {"fields": fields} if fields else {}
        counts = []
        for _ in range(2):
            for _ in range(3):
                rich_article()
            api("articles/", limit=100, **parameters)
            with django_assert_max_num_queries(100) as queries:
                body = api("articles/", limit=100, **parameters).json()
            counts.append(len(queries))

        assert len(body["items"]) == 12
        assert counts[0] == counts[1]

    def test_does_not_fetch_what_is_not_asked_for(self, api, django_assert_num_queries):
        rich_article()

        with django_assert_num_queries(3) as queries:
            api("articles/", fields="title")

        # The view restrictions behind public(), the site, the articles.
        sql = queries[2]["sql"]
        assert '"title"' in sql
        assert '"body"' not in sql
        assert '"intro"' not in sql

    def test_joins_one_related_object_without_a_query(self, api, django_assert_num_queries):
        rich_article()

        with django_assert_num_queries(3):
            [_, item] = api("articles/", fields="title,picture", order="title").json()["items"][
                ::-1
            ]

        assert item["picture"]["title"] == "A picture"


class TestItem:
    def test_shows_each_kind_of_field(self, api):
        article = rich_article(date=MOMENT, rank=7, words=1000, title="Main")
        other = article.see_also
        link = f'<p><a href="/{other.slug}/">other</a></p>'

        item = api(f"articles/{article.pk}/").json()

        assert item["id"] == article.pk
        assert item["title"] == "Main"
        assert item["url"] == f"http://localhost/{article.slug}/"
        assert item["detail_url"] == f"http://testserver/api/v1/articles/{article.pk}/"
        assert item["date"] == "2026-05-01T12:00:00Z"
        assert item["rank"] == 7
        assert item["minutes"] == 5
        assert item["intro"] == link
        assert [w["name"] for w in item["writers"]] == [
            row.writer.name for row in article.writer_links.all()
        ]
        assert list(item["writers"][0]) == ["id", "name", "slug"]
        assert [t["name"] for t in item["tags"]] == ["red", "green"]
        assert item["see_also"] == {
            "id": other.pk,
            "title": other.title,
            "slug": other.slug,
            "url": f"http://localhost/{other.slug}/",
            "detail_url": f"http://testserver/api/v1/articles/{other.pk}/",
        }
        assert item["picture"] == {
            "id": article.picture.pk,
            "title": "A picture",
            "alt": "A picture",
            "width": article.picture.width,
            "height": article.picture.height,
            "url": f"http://testserver{article.picture.file.url}",
        }

    def test_shows_blocks_as_their_api_representation_with_html(self, api):
        article = rich_article()
        link = f'<p><a href="/{article.see_also.slug}/">other</a></p>'

        body = api(f"articles/{article.pk}/", fields="body").json()["body"]

        assert [list(block) for block in body] == [["type", "value", "id"]] * 4
        assert [(block["type"], block["value"]) for block in body] == [
            ("paragraph", link),
            ("image", article.body[1].value.pk),
            ("shout", "HELLO"),
            ("box", {"text": link, "more": [link, "<p>plain</p>"]}),
        ]
        assert all(block["id"] for block in body)

    def test_shows_columns_of_every_type(self, api):
        topic = TopicFactory()
        entry = EntryFactory(
            score=1.5,
            price="12.50",
            day="2026-01-02",
            at=MOMENT,
            clock="10:30",
            data={"a": [1, None]},
            attachment="files/a b.pdf",
            topic=topic,
        )
        entry.topics.add(topic)
        entry.tags.add("blue")

        item = api(f"entries/{entry.pk}/").json()

        assert item["score"] == 1.5
        assert item["price"] == "12.50"
        assert item["day"] == "2026-01-02"
        assert item["at"] == "2026-05-01T12:00:00Z"
        assert item["clock"] == "10:30:00"
        assert item["key"] == str(entry.key)
        assert item["data"] == {"a": [1, None]}
        assert item["attachment"] == "http://testserver/media/files/a%20b.pdf"
        assert item["topic"] == topic.pk
        assert item["topics"] == [topic.pk]
        assert item["tags"] == [entry.tags.get().pk]
        assert item["url"] == f"http://testserver/entries/{entry.pk}/"

    def test_is_found_by_a_key_that_is_no_number(self, api):
        CoinFactory(code="EUR", name="Euro")

        assert api("coins/EUR/").json() == {"code": "EUR", "name": "Euro"}
        assert api("coins/XXX/").status_code == 404

    @pytest.mark.parametrize(
        "key", ["0", "-1", "abc", "1.5", "9" * 19, "9" * 30, "9" * 5000, "%00", "%ff", "1%0a"]
    )
    def test_is_not_found_by_a_key_that_does_not_exist(self, client, key):
        response = client.get(f"/api/v1/entries/{key}/")

        assert response.status_code == 404
        assert response["Content-Type"] == "application/problem+json"

    def test_uses_the_configured_origin(self, api, settings):
        settings.MKT_API = {"BASE_URL": "https://api.example.com/"}
        entry = EntryFactory()

        assert (
            api(f"entries/{entry.pk}/").json()["url"]
            == f"https://api.example.com/entries/{entry.pk}/"
        )


class TestVisibility:
    def hidden(self):
        draft = ArticleFactory(parent=root(), title="Draft", live=False)
        section = ArticleFactory(parent=root(), title="Section")
        private = ArticleFactory(parent=section, title="Private")
        PageViewRestriction.objects.create(page=section, restriction_type="password", password="x")
        return draft, section, private

    def test_covers_list_count_and_detail(self, api):
        hidden = self.hidden()
        shown = ArticleFactory(parent=root())

        body = api("articles/", count="exact", fields="id").json()

        assert body["items"] == [{"id": shown.pk}]
        assert body["count"] == 1
        for article in hidden:
            assert api(f"articles/{article.pk}/").status_code == 404
            assert api("articles/", title=article.title).json()["items"] == []

    def test_ends_at_the_border_of_the_site(self, api, client, settings):
        settings.ALLOWED_HOSTS = ["other.example", "testserver"]
        other_root = ArticleFactory(parent=Page.objects.get(depth=1), title="Other home")
        Site.objects.create(hostname="other.example", root_page=other_root)
        there = ArticleFactory(parent=other_root)
        here = ArticleFactory(parent=root())

        host = {"Host": "other.example"}
        found = client.get("/api/v1/articles/?fields=id&order=title", headers=host).json()

        assert api("articles/", fields="id").json()["items"] == [{"id": here.pk}]
        assert api(f"articles/{there.pk}/").status_code == 404
        assert {item["id"] for item in found["items"]} == {other_root.pk, there.pk}
        url = client.get(f"/api/v1/articles/{there.pk}/", headers=host).json()["url"]
        assert url == f"http://other.example/{there.slug}/"

    def test_is_nothing_without_a_site(self, api):
        ArticleFactory(parent=root())
        Site.objects.all().delete()

        assert api("articles/").json()["items"] == []

    def test_covers_all_languages_of_the_site(self, api, settings):
        settings.WAGTAIL_I18N_ENABLED = True
        settings.LANGUAGES = settings.WAGTAIL_CONTENT_LANGUAGES = [
            ("en", "English"),
            ("de", "Deutsch"),
        ]
        german = Locale.objects.create(language_code="de")
        home = ArticleFactory(parent=Page.objects.get(depth=1), title="Home")
        Site.objects.update(root_page=home)
        translated = home.copy_for_translation(german)
        translated.save_revision().publish()

        items = api("articles/", fields="id").json()["items"]

        assert {item["id"] for item in items} == {home.pk, translated.pk}

    def test_covers_relations(self, api):
        for article in self.hidden():
            pointing = ArticleFactory(parent=root(), see_also=article)

            assert api(f"articles/{pointing.pk}/").json()["see_also"] is None

    def test_covers_objects_with_a_resource_of_their_own(self, api):
        hidden = TopicFactory(hidden=True)
        shown = TopicFactory()
        article = ArticleFactory(parent=root(), topic=hidden)
        article.topics = [hidden, shown]
        article.save()

        item = api(f"articles/{article.pk}/", fields="topic,topics").json()

        assert item["topic"] is None
        assert [topic["id"] for topic in item["topics"]] == [shown.pk]

    def test_covers_lists_of_keys(self, api):
        topic = TopicFactory()
        draft = ArticleFactory(parent=root(), live=False)
        shown = ArticleFactory(parent=root())
        for article in (draft, shown):
            article.topics = [topic]
            article.save()

        assert api(f"topics/{topic.pk}/").json()["articles"] == [shown.pk]


def test_image_with_its_own_alternative_text(api):
    image = wagtail_factories.ImageFactory(title="Title", description="What it shows")
    article = ArticleFactory(parent=root(), picture=image)

    assert api(f"articles/{article.pk}/").json()["picture"]["alt"] == "What it shows"


def test_rows_are_not_changed_by_reading(api):
    article = rich_article()
    before = Article.objects.get(pk=article.pk).body.raw_data

    api(f"articles/{article.pk}/")

    assert list(Article.objects.get(pk=article.pk).body.raw_data) == list(before)
