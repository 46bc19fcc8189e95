import json

import pytest

from mkt_api.fields.html_tree import parse
from mkt_api.fields.markdown import markdown_of
from mkt_api.http import CompactJSONRenderer

from .factories import MOMENT, ArticleFactory, TopicFactory, rich_article, root

pytestmark = pytest.mark.django_db


def errors(response):
    assert response.status_code == 400, response.content
    return {error["parameter"]: error["detail"] for error in response.json()["errors"]}


class TestFields:
    def test_choose_parts_of_related_objects(self, api):
        article = rich_article()

        item = api(f"articles/{article.pk}/", fields="id,topic(name),writers(slug),picture(-url)")

        assert item.json()["topic"] == {"name": article.topic.name}
        assert [list(writer) for writer in item.json()["writers"]] == [["slug"]] * 2
        assert list(item.json()["picture"]) == ["id", "title", "alt", "width", "height"]

    @pytest.mark.parametrize(
        "fields",
        [
            "topic(",
            "topic)",
            "topic(x)",
            "title(x)",
            "topic((((((((",
            "-topic(name)",
            "()",
            "topic()",
        ],
    )
    def test_refuse_brackets_that_mean_nothing(self, api, fields):
        assert "fields" in errors(api("articles/", fields=fields))

    def test_of_one_type_work_in_the_list_of_all(self, api):
        rich_article()

        items = api("pages/", fields="title,topic(name)").json()["items"]

        assert any(item.get("topic") and list(item["topic"]) == ["name"] for item in items)


class TestInclude:
    def test_shows_objects_where_keys_were(self, api):
        topic = TopicFactory()
        article = ArticleFactory(parent=root(), topic=topic, title="Shown")
        article.topics = [topic]
        article.save()

        keys = api(f"topics/{topic.pk}/").json()["articles"]
        objects = api(f"topics/{topic.pk}/", include="articles.topic").json()["articles"]

        assert keys == [article.pk]
        assert [item["title"] for item in objects] == ["Shown"]
        assert "body" not in objects[0]
        assert objects[0]["topic"]["name"] == topic.name

    @pytest.mark.parametrize(
        "include", ["nothing", "title", "a.b.c", ",", "topic.nothing", "topics," * 9]
    )
    def test_refuses_what_cannot_be_included(self, api, include):
        assert "include" in errors(api("articles/", include=include))

    def test_hides_what_may_not_be_seen(self, api):
        topic = TopicFactory()
        draft = ArticleFactory(parent=root(), live=False)
        draft.topics = [topic]
        draft.save()

        assert api(f"topics/{topic.pk}/", include="articles").json()["articles"] == []


class TestOr:
    def test_finds_what_meets_any_condition(self, api):
        first = ArticleFactory(parent=root(), rank=1, title="One")
        second = ArticleFactory(parent=root(), rank=2, title="Two")
        ArticleFactory(parent=root(), rank=3, title="Three")

        body = api("articles/", **{"or": "rank:1|title:Two", "fields": "id", "order": "rank"})

        assert body.json()["items"] == [{"id": first.pk}, {"id": second.pk}]

    def test_is_added_to_the_other_filters(self, api):
        ArticleFactory(parent=root(), rank=1, title="One")

        assert api("articles/", **{"or": "rank:1|rank:2", "title": "Two"}).json()["items"] == []

    @pytest.mark.parametrize(
        "text", ["", "rank", "rank:x", "nothing:1", "rank:1|", "|" * 20, "limit:1"]
    )
    def test_refuses_what_is_no_filter(self, api, text):
        assert "or" in errors(api("articles/", **{"or": text}))

    def test_does_not_find_drafts(self, api):
        ArticleFactory(parent=root(), live=False, rank=1)

        assert api("articles/", **{"or": "rank:1"}).json()["items"] == []


class TestPlaces:
    def walk(self, client, address):
        found = []
        while address:
            body = client.get(address).json()
            found.append([item["title"] for item in body["items"]])
            address, previous = body["next"], body["previous"]
        return found, previous

    @pytest.mark.parametrize(
        ("start", "previous"), [("page=1", "page=2"), ("offset=0", "offset=2")]
    )
    def test_are_walked_by_their_links(self, client, start, previous):
        for number in range(5):
            ArticleFactory(parent=root(), title=f"A{number}", date=MOMENT)

        found, before = self.walk(client, f"/api/v1/articles/?order=title&limit=2&{start}")

        assert found == [["A0", "A1"], ["A2", "A3"], ["A4"]]
        assert previous in before

    @pytest.mark.parametrize(
        "parameters",
        [
            {"offset": "-1"},
            {"offset": "100001"},
            {"page": "0"},
            {"page": "99999999"},
            {"page": "1", "offset": "1"},
            {"page": "1", "cursor": "x"},
        ],
    )
    def test_have_limits(self, api, parameters):
        assert errors(api("articles/", **parameters))


class TestCount:
    @pytest.mark.parametrize("how", ["exact", "estimate"])
    def test_is_right_for_short_lists(self, api, how):
        ArticleFactory.create_batch(3, parent=root())

        assert api("articles/", limit=1, count=how).json()["count"] == 3


class TestRichText:
    def test_comes_in_the_form_that_is_asked_for(self, api):
        article = rich_article()
        other = article.see_also

        def intro(form):
            return api(f"articles/{article.pk}/", fields="intro", richtext=form).json()["intro"]

        assert intro("html") == f'<p><a href="/{other.slug}/">other</a></p>'
        assert intro("raw") == article.intro
        assert intro("markdown") == f"[other](/{other.slug}/)"
        assert intro("json") == [
            {
                "tag": "p",
                "attributes": {},
                "children": [
                    {"tag": "a", "attributes": {"href": f"/{other.slug}/"}, "children": ["other"]}
                ],
            }
        ]

    def test_reaches_into_blocks(self, api):
        article = rich_article()

        body = api(f"articles/{article.pk}/", fields="body", richtext="markdown").json()["body"]

        assert body[0]["value"] == f"[other](/{article.see_also.slug}/)"

    def test_names_the_forms(self, api):
        assert "markdown" in errors(api("articles/", richtext="markdwon"))["richtext"]


@pytest.mark.parametrize(
    ("html", "markdown"),
    [
        (
            "<h2>Big</h2><p>Some <b>bold</b> and <i>thin</i></p>",
            "## Big\n\nSome **bold** and *thin*",
        ),
        ("<ul><li>a</li><li>b<ol><li>c</li></ol></li></ul>", "- a\n- b\n  1. c"),
        ("<p>1. no list</p><p># no title</p><p>*</p>", "1\\. no list\n\n\\# no title\n\n\\*"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<p>a<br/>b</p><hr/>", "a\\\nb\n\n---"),
        ('<p><img src="/a b.png" alt="x"></p>', "![x](/a%20b.png)"),
        ("<p><code>a_b</code> &lt;tag&gt;</p>", "`a_b` \\<tag\\>"),
        ("<p>open <b>never closed", "open **never closed**"),
        ("<div>" * 500, ""),
    ],
)
def test_html_as_markdown(html, markdown):
    assert markdown_of(parse(html)) == markdown


def test_json_is_the_same_without_the_optional_writer(api, monkeypatch):
    article = rich_article()
    fast = api(f"articles/{article.pk}/").content

    monkeypatch.setattr("mkt_api.http.orjson", None)

    assert json.loads(api(f"articles/{article.pk}/").content) == json.loads(fast)
    assert CompactJSONRenderer().render({"a": "\ud800"}) == b'{"a":"?"}'
