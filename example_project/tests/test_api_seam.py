"""mkt-api finds the blog's resource, and shows the posts that readers may see."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from urllib.parse import urlsplit

import pytest
from django.core.cache import cache
from django.test import override_settings
from django.utils import timezone
from jsonschema import Draft202012Validator
from openapi_spec_validator import validate
from rest_framework import serializers
from taggit.models import Tag
from wagtail.models import Page, PageViewRestriction, Site
from wagtail_factories import ImageFactory

from mkt_api.fields import Context, FieldError
from mkt_api.pages.api_fields import api_fields_of
from mkt_api.pages.serialised import Serialised
from mkt_api.registry import registry
from mkt_blog import mkt_api_resources
from mkt_blog.models import Author, Category, Series
from mkt_blog.pages.models import BlogIndexPage, PostPage

pytestmark = pytest.mark.django_db

LIST_KEYS = [
    *("id", "title", "slug", "url", "detail_url", "date", "updated_at", "subtitle", "summary"),
    *("reading_minutes", "word_count", "featured", "series_position", "primary_category"),
    *("hero_caption", "seo_canonical", "seo_noindex"),
    *("authors", "categories", "tags", "series", "hero_image"),
]
DETAIL_KEYS = {*LIST_KEYS, "headings", "body"}


@pytest.fixture(autouse=True)
def fresh_cache():
    """Wagtail caches where the sites begin; a rollback after the test before does not tell it."""
    cache.clear()


@pytest.fixture
def blog():
    root = Page.get_first_root_node()
    home = root.add_child(instance=Page(title="Home", slug="api-home"))
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": "testserver", "root_page": home}
    )
    return home.add_child(instance=BlogIndexPage(title="Blog", slug="blog"))


def add(parent, title, **values):
    values = {"date": datetime(2026, 1, 2, tzinfo=UTC), **values}
    return parent.add_child(instance=PostPage(title=title, slug=title.lower(), **values))


def add_full(parent, title):
    """A post with one of everything."""
    post = add(parent, title, body=[("paragraph", "<p>Some words.</p>"), ("html", "<hr>")])
    post.set_authors([Author.objects.create(name=f"{title} author") for _ in range(2)])
    post.categories = [Category.objects.create(name=f"{title} category")]
    post.tags.add(f"{title} tag")
    post.series = Series.objects.create(title=f"{title} series")
    post.save()
    return post


@pytest.fixture
def api(client):
    def get(path="", **parameters):
        response = client.get(f"/api/v1/posts/{path}", parameters)
        assert response.status_code == 200, response.content
        return response.json()

    return get


def titles(body):
    return sorted(item["title"] for item in body["items"])


class TestPost:
    def test_has_the_promised_keys(self, api, blog):
        post = add_full(blog, "Full")

        [item] = api()["items"]
        detail = api(f"{post.pk}/")

        assert list(item) == LIST_KEYS
        assert set(detail) == DETAIL_KEYS
        assert {key: detail[key] for key in LIST_KEYS} == item

    def test_shows_what_the_post_says(self, api, blog):
        post = add_full(blog, "Full")

        item = api(f"{post.pk}/")

        assert item["url"] == "http://testserver/blog/full/"
        assert item["detail_url"] == f"http://testserver/api/v1/posts/{post.pk}/"
        assert item["date"] == "2026-01-02T00:00:00Z"
        assert item["summary"] == post.summary == "Some words."
        assert item["reading_minutes"] == post.reading_minutes
        assert [author["id"] for author in item["authors"]] == [a.pk for a in post.authors]
        assert list(item["authors"][0]) == ["id", "name", "slug", "photo"]
        assert item["word_count"] == 2
        assert item["headings"] == post.headings
        assert (item["hero_caption"], item["seo_canonical"]) == ("", "")
        assert item["primary_category"] is None
        assert item["categories"][0]["path"] == "full-category"
        assert item["categories"][0]["image"] is None
        assert item["tags"] == [{"name": "Full tag", "slug": "full-tag"}]
        assert item["series"]["title"] == "Full series"
        assert item["hero_image"] is None
        assert [block["type"] for block in item["body"]] == ["paragraph", "html"]
        assert item["body"][0]["value"] == "<p>Some words.</p>"

    def test_prefers_the_posts_own_words_for_its_picture(self, api, demo_content):
        post = PostPage.objects.published().exclude(hero_image=None).first()

        image = api(f"{post.pk}/")["hero_image"]

        assert image["alt"] == post.hero_alt
        assert image["url"] == f"http://testserver{post.hero_image.file.url}"
        assert image["width"] == post.hero_image.width


class TestVisibility:
    @pytest.fixture
    def hidden(self, blog):
        """A draft, a post of tomorrow, one behind a password and one on another site."""
        private = blog.get_parent().add_child(
            instance=BlogIndexPage(title="Private", slug="private")
        )
        PageViewRestriction.objects.create(page=private, restriction_type="password", password="x")
        elsewhere = Page.get_first_root_node().add_child(
            instance=BlogIndexPage(title="Elsewhere", slug="elsewhere")
        )
        Site.objects.create(hostname="elsewhere.example", root_page=elsewhere)
        posts = [
            add_full(blog, "Draft"),
            add_full(blog, "Future"),
            add_full(private, "Private"),
            add_full(elsewhere, "Elsewhere"),
        ]
        posts[0].unpublish()
        PostPage.objects.filter(title="Future").update(date=timezone.now() + timedelta(hours=1))
        return posts

    def test_hides_them_from_list_and_count(self, api, blog, hidden):
        add(blog, "Shown")

        body = api(count="exact", fields="*")

        assert titles(body) == ["Shown"]
        assert body["count"] == 1

    def test_hides_them_from_detail(self, client, hidden):
        for post in hidden:
            response = client.get(f"/api/v1/posts/{post.pk}/")
            assert response.status_code == 404
            assert post.title not in response.text

    def test_hides_them_from_every_filter(self, api, hidden):
        for post in hidden:
            name = post.title.lower()
            for parameters in (
                {"slug": name},
                {"category": f"{name}-category"},
                {"tag": f"{name}-tag"},
                {"author": f"{name}-author"},
                {"series__slug": f"{name}-series"},
                {"date__gte": "2020-01-01"},
                {"featured": "false"},
            ):
                body = api(count="exact", **parameters)
                assert (body["items"], body["count"]) == ([], 0)

    def test_hides_them_from_a_made_up_cursor(self, api, blog, hidden):
        add(blog, "One")
        add(blog, "Two")

        first = api(limit=1, order="title")
        parts = urlsplit(first["next"])

        assert "next" in first
        assert "Draft" not in str(first)
        assert parts.path == "/api/v1/posts/"

    def test_shows_them_once_they_are_due(self, api, blog, hidden):
        PostPage.objects.filter(title="Future").update(date=timezone.now())

        assert titles(api()) == ["Future"]


class TestFilters:
    @pytest.fixture(autouse=True)
    def posts(self, blog):
        food = Category.objects.create(name="Food")
        baking = Category.objects.create(name="Baking", parent=food)
        bread = Category.objects.create(name="Bread", parent=baking)
        seafood = Category.objects.create(name="Seafood")
        for title, category in {
            "Food": food,
            "Bread": bread,
            "Seafood": seafood,
            "Baking": baking,
        }.items():
            post = add(blog, title)
            post.categories = [category]
            post.tags.add("Everyday", f"Only {title}")
            post.set_authors([Author.objects.create(name=f"By {title}")])
            post.save()

    @pytest.mark.parametrize(
        ("value", "found"),
        [
            ("food", ["Baking", "Bread", "Food"]),
            ("baking", ["Baking", "Bread"]),
            ("bread", ["Bread"]),
            ("food/baking", ["Baking", "Bread"]),
            ("food/baking/bread", ["Bread"]),
            ("baking/bread", []),
            ("foo", []),
            ("%", []),
            ("/", []),
        ],
    )
    def test_by_category_includes_those_below(self, api, value, found):
        assert titles(api(category=value)) == found

    def test_by_tag_author_and_slug(self, api):
        assert len(api(tag="everyday")["items"]) == 4
        assert titles(api(tag="only-bread")) == ["Bread"]
        assert titles(api(author="by-food")) == ["Food"]
        assert titles(api(slug__in="food,bread", category="baking")) == ["Bread"]

    def test_by_date(self, api, blog):
        add(blog, "Newer", date=datetime(2026, 2, 1, 12, tzinfo=UTC))

        assert titles(api(date="2026-02-01")) == ["Newer"]
        assert titles(api(date__gte="2026-02-01")) == ["Newer"]
        assert len(api(date__year="2026", date__month="1")["items"]) == 4

    def test_give_each_post_once(self, api, blog):
        post = PostPage.objects.get(slug="bread")
        post.categories = Category.objects.all()
        post.save()

        assert titles(api(category="food")).count("Bread") == 1
        assert Tag.objects.filter(slug="everyday").count() == 1


class TestManyPosts:
    @pytest.mark.parametrize("fields", [None, "*"])
    def test_take_the_same_queries_as_few(self, api, blog, django_assert_max_num_queries, fields):
        parameters = {"fields": fields} if fields else {}
        counts = []
        for batch in (2, 5):
            for number in range(batch):
                post = add_full(blog, f"Post-{batch}-{number}")
                post.hero_image = ImageFactory()
                post.save()
            api(**parameters)
            with django_assert_max_num_queries(10) as queries:
                items = api(**parameters)["items"]
            counts.append(len(queries))

        assert len(items) == 7
        assert items[0]["hero_image"]["url"].startswith("http://testserver/media/")
        assert counts[0] == counts[1]


class TestPagesEndpoint:
    """Posts among all other pages, as their resource shows them or, without one, as their ``api_fields`` say."""

    @pytest.fixture(params=["resource", "api_fields"])
    def shown_by(self, request, monkeypatch, settings):
        settings.MKT_API = {"CACHE_ANSWERS": False}
        monkeypatch.setattr(registry, "_page_plans", {})
        monkeypatch.setattr(registry, "_plans", {})
        if request.param == "api_fields":
            monkeypatch.setattr(registry, "resource_of", lambda model: None)
        return request.param

    def test_shows_a_post(self, client, blog, shown_by):
        post = add_full(blog, "Full")

        shown = client.get(f"/api/v1/pages/{post.pk}/").json()

        assert shown["summary"] == "Some words."
        assert shown["date"] == "2026-01-02T00:00:00Z"
        assert [block["type"] for block in shown["body"]] == ["paragraph", "html"]
        assert [category["name"] for category in shown["categories"]] == ["Full category"]
        assert [tag["name"] for tag in shown["tags"]] == ["Full tag"]
        assert shown["series"]["title"] == "Full series"
        authors = shown["authors" if shown_by == "resource" else "author_links"]
        assert "Full author" in str(authors)

    def test_takes_the_same_queries_for_many_posts_as_for_few(
        self, client, blog, django_assert_max_num_queries, shown_by
    ):
        parameters = {"type": "mkt_blog_pages.PostPage", "fields": "*"}
        counts = []
        for batch in (2, 5):
            for number in range(batch):
                post = add_full(blog, f"Post-{batch}-{number}")
                post.hero_image = ImageFactory()
                post.save()
            client.get("/api/v1/pages/", parameters)
            with django_assert_max_num_queries(30) as queries:
                response = client.get("/api/v1/pages/", parameters)
                counts.append(len(queries))
            assert response.status_code == 200, response.content

        assert len(response.json()["items"]) == 7
        assert counts[0] == counts[1]

    def test_nothing_of_the_fields_has_to_be_left_out(self):
        for model in (PostPage, BlogIndexPage):
            found = dict(api_fields_of(model, registry))
            assert set(found) == {field.name for field in model.api_fields}
            assert not [field for field in found.values() if isinstance(field, FieldError)]


class TestSeveralPostClasses:
    def named(self, monkeypatch, *classes):
        monkeypatch.setattr(mkt_api_resources, "post_models", lambda: list(classes))
        return list(mkt_api_resources.named_post_models())

    def post_class(self, label, plural):
        meta = SimpleNamespace(
            label_lower=label, verbose_name_plural=plural, model_name=label.split(".")[1]
        )
        return SimpleNamespace(_meta=meta)

    def test_have_a_list_each(self, monkeypatch):
        story = self.post_class("news.story", "Short stories")
        named = self.named(monkeypatch, story, PostPage)

        assert named == [("posts", PostPage), ("short-stories", story)]

    def test_without_the_ready_made_class_the_first_is_called_posts(self, monkeypatch):
        story = self.post_class("news.story", "stories")

        assert self.named(monkeypatch, story) == [("posts", story)]

    def test_without_any_there_is_no_list(self, monkeypatch):
        assert self.named(monkeypatch) == []


class TestDemoContent:
    def test_is_listed_completely_page_by_page(self, api, client, demo_content):
        ids, url = [], "/api/v1/posts/?limit=7&fields=id"
        while url:
            body = client.get(url).json()
            ids += [item["id"] for item in body["items"]]
            url = body["next"]

        expected = PostPage.objects.published().order_by("-date", "-pk")
        assert ids == list(expected.values_list("pk", flat=True))
        assert api(count="exact", fields="id")["count"] == len(ids) >= 40

    @pytest.mark.parametrize("fields", [None, "*"])
    def test_takes_the_same_queries_for_any_number_of_posts(
        self, api, demo_content, django_assert_max_num_queries, fields
    ):
        parameters = {"fields": fields} if fields else {}
        counts = []
        for limit in (10, 40):
            api(limit=limit, **parameters)
            with django_assert_max_num_queries(20) as queries:
                assert len(api(limit=limit, **parameters)["items"]) == limit
            counts.append(len(queries))

        assert counts[0] == counts[1]

    def test_every_post_has_a_detail(self, api, client, demo_content):
        for post in PostPage.objects.published():
            detail = api(f"{post.pk}/")
            assert len(detail["body"]) == len(post.body)
            assert client.get(detail["url"]).status_code == 200


class TestAnswersOfTheDemoContent:
    """Every answer is what the document says of it."""

    @pytest.fixture
    def check(self, client, demo_content):
        document = client.get("/api/v1/openapi.json").json()

        def check(path, /, key=None, **parameters):
            described = document["paths"][f"/api/v1/{path}"]["get"]["responses"]["200"]
            [content] = described["content"].values()
            schema = {**content["schema"], "components": document["components"]}
            url = f"/api/v1/{path}" if key is None else f"/api/v1/{path.format(id=key)}"
            response = client.get(url, parameters)
            assert response.status_code == 200, response.content
            validator = Draft202012Validator(schema)
            if path == "export/":
                lines = [json.loads(line) for line in response.getvalue().splitlines()]
                for line in lines:
                    validator.validate(line)
                return lines
            body = response.json()
            validator.validate(body)
            return body

        check.resources = [tag["name"] for tag in document["tags"] if tag["name"] != "site"]
        return check

    def test_fits_the_lists_and_their_first_objects(self, check):
        assert {"posts", "pages", "images", "categories", "locales", "sites"} <= set(
            check.resources
        )
        for name in check.resources:
            items = check(f"{name}/", fields="*", limit=100)["items"]
            for item in items[:5]:
                check(f"{name}/{{id}}/", key=item["id"])

    def test_fits_everything_else(self, check):
        lines = check("export/")
        for path in ("", "menus/", "settings/", "schema/"):
            check(path)
        # No word that PostgreSQL leaves out of its index.
        found = check("search/", q="harbour", fields="*", limit=100)
        for line in lines[:20]:
            assert check("by-path/", path=line["url"])["page"]["id"] == line["id"]
        synced = check("sync/", limit=100)

        assert len(lines) >= 40
        assert found["items"]
        assert synced["items"] == lines[: len(synced["items"])]


class TestOpenApi:
    def test_describes_the_posts(self, client):
        document = client.get("/api/v1/openapi.json").json()

        validate(document)
        item = document["components"]["schemas"]["PostsItem"]["properties"]
        assert set(item) == DETAIL_KEYS
        names = {p["name"] for p in document["paths"]["/api/v1/posts/"]["get"]["parameters"]}
        assert {"date", "category", "tag", "author", "cursor", "fields"} <= names
        assert "/admin" not in str(list(document["paths"]))

    def test_has_a_page_to_read_it(self, client):
        assert client.get("/api/v1/docs/").status_code == 200

    def test_can_be_closed(self, client):
        with override_settings(MKT_API={"DOCS": False}):
            assert client.get("/api/v1/openapi.json").status_code == 404


def test_unknown_parameter_is_a_problem(client):
    response = client.get("/api/v1/posts/?categroy=food")

    assert response.status_code == 400
    assert response["Content-Type"] == "application/problem+json"
    assert "“category”" in response.json()["errors"][0]["detail"]


def test_a_serializer_shows_no_post_before_its_date(blog, rf):
    class Title(serializers.Serializer):
        title = serializers.CharField()

    page = add(blog, "Page")
    field = Serialised("other", Title())
    context = Context(rf.get("/"), registry, "", "mkt_api")
    shown = []
    for title, date in (("Due", timezone.now()), ("Later", timezone.now() + timedelta(hours=1))):
        page.other = add(blog, title, date=date)
        shown += field.values([page], context)
        page.other = Page.objects.get(pk=page.other.pk)
        shown += field.values([page], context)

    assert shown == [{"title": "Due"}, {"title": "Due"}, None, None]
