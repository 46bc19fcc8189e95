import re
import sys
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from wagtail.embeds.exceptions import EmbedNotFoundException
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import PageViewRestriction, ReferenceIndex

import mkt_blog
from mkt_blog import highlight
from mkt_blog.blocks import ButtonBlock, CodeBlock, RelatedPostsBlock, TableBlock
from mkt_blog.blocks.button import is_safe_address
from mkt_blog.blocks.table import parse_rows
from mkt_blog.pages.models import PostPage
from mkt_blog.text import prose_text
from tests.testapp.models import Story, StoryIndex

HOSTILE = """</script><script>alert(1)</script><img src=x onerror=alert(1)>'"&{{ 7 }}"""


def stored(*blocks):
    """A body as it comes from the database."""
    return PostPage.body.field.stream_block.to_python(
        [{"type": name, "value": value, "id": str(n)} for n, (name, value) in enumerate(blocks)]
    )


def soup(body):
    return BeautifulSoup(str(body), "html.parser")


@pytest.fixture(autouse=True)
def no_provider(monkeypatch):
    def refuse(url, *args, **kwargs):
        raise EmbedNotFoundException

    monkeypatch.setattr("mkt_blog.blocks.embed.get_embed", refuse)


@pytest.mark.django_db
def test_hostile_text_comes_out_escaped(make_post, client):
    post = make_post(title=HOSTILE)
    image = get_image_model().objects.create(title="A", file=get_test_image_file())
    figure = {"image": {"image": image.pk, "alt_text": HOSTILE, "decorative": False}}
    body = stored(
        ("heading", {"text": HOSTILE, "level": '"><script>'}),
        ("image", {**figure, "caption": HOSTILE}),
        ("gallery", [{"type": "item", "value": {**figure, "caption": HOSTILE}, "id": "1"}]),
        ("quote", {"text": HOSTILE, "attribution": HOSTILE}),
        ("code", {"language": HOSTILE, "code": HOSTILE}),
        ("code", {"language": "html", "code": HOSTILE}),
        ("code", {"language": "python", "code": HOSTILE}),
        ("embed", {"url": f"https://a.example/{HOSTILE}", "caption": HOSTILE}),
        ("table", {"caption": HOSTILE, "headers": "both", "cells": f"{HOSTILE}|{HOSTILE}\na|b"}),
        ("callout", {"kind": '"><script>', "title": HOSTILE, "text": "<p>a</p>"}),
        ("button", {"text": HOSTILE, "url": f"https://a.example/{HOSTILE}", "style": '"><script>'}),
        ("button", {"text": "b", "url": "javascript:alert(1)", "style": "primary"}),
        ("related", {"title": HOSTILE, "posts": [{"type": "item", "value": post.pk, "id": "1"}]}),
    )
    html = str(body)
    page = soup(html)

    assert not page.find_all("script")
    assert not [tag for tag in page.find_all(True) if any(a.startswith("on") for a in tag.attrs)]
    assert "javascript:" not in html
    assert page.find_all("img")
    # Addresses with blanks or quotes make no button at all.
    assert not page.select(".mkt-button")
    assert len(page.select("pre")) == 3
    make_post(slug="hostile", body=body)
    assert client.get("/blog/hostile/").status_code == 200


class TestCode:
    def test_gets_classes_and_no_styles(self):
        html = soup(stored(("code", {"language": "python", "code": "if x:\n    return '<b>'\n"})))
        code = html.select_one("pre code")

        assert code.select_one(".tok-k").text == "if"
        assert code.text == "if x:\n    return '<b>'\n"
        assert "style" not in str(html)
        assert html.figcaption.text == "Python"

    @pytest.mark.parametrize("language", ["", "no-such-language"])
    def test_is_plain_without_a_known_language(self, language):
        html = soup(stored(("code", {"language": language, "code": "a < b\n\n"})))

        assert html.select_one("pre code").decode_contents() == "a &lt; b\n\n"

    def test_is_plain_without_pygments(self, monkeypatch):
        for module in ("pygments", "pygments.lexers"):
            monkeypatch.setitem(sys.modules, module, None)
        highlight._aliases.cache_clear()
        highlight._highlighted.cache_clear()

        assert highlight.highlight("if <x>", "python") == "if &lt;x&gt;"
        assert CodeBlock().clean({"language": "Anything", "code": "x"})["language"] == "anything"
        highlight._aliases.cache_clear()
        highlight._highlighted.cache_clear()

    def test_names_languages_like_an_unknown_one(self):
        with pytest.raises(ValidationError) as caught:
            CodeBlock().clean({"language": "pyhton", "code": "x"})

        assert "python" in str(caught.value.block_errors["language"])
        assert CodeBlock().clean({"language": " Python ", "code": "x"})["language"] == "python"

    def test_is_highlighted_once(self, monkeypatch):
        calls = []
        lexer = highlight._lexer
        monkeypatch.setattr(highlight, "_lexer", lambda name: calls.append(name) or lexer(name))
        for _ in range(3):
            highlight.highlight("print('only once')", "python")

        assert calls == ["python"]

    def test_very_long_code_is_shown_without_colours(self):
        assert "tok-" not in highlight.highlight("if x: pass\n" * 10_000, "python")


def contrast(one, other):
    """WCAG 2.2, contrast ratio."""

    def luminance(colour):
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    light, dark = sorted([luminance(one), luminance(other)], reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_colours_of_code_can_be_read_in_both_schemes():
    css = (Path(mkt_blog.__file__).parent / "static/mkt_blog/code.css").read_text()
    colours = re.findall(r"--_code-(\w+):.*?light-dark\((#\w{6}), (#\w{6})\)", css)
    schemes = {name: (light, dark) for name, light, dark in colours}
    background = schemes.pop("background")

    assert len(schemes) == 8
    for name, pair in schemes.items():
        for colour, behind in zip(pair, background, strict=True):
            assert contrast(colour, behind) >= 4.5, name
    used = set(re.findall(r"var\(--_code-(\w+)\)", css))
    assert used == {*schemes, "background"}


class TestTable:
    @pytest.mark.parametrize(
        ("text", "rows"),
        [
            ("a|b\nc|d", [["a", "b"], ["c", "d"]]),
            ("| a | b |\n|---|:-:|\n| c | d |", [["a", "b"], ["c", "d"]]),
            ("a\tb | c\n\n\n d\te", [["a", "b | c"], ["d", "e"]]),
            (r"a \| b | c", [["a | b", "c"]]),
            ("-|1", [["-", "1"]]),
            ("", []),
        ],
    )
    def test_reads_what_is_written_or_pasted(self, text, rows):
        assert parse_rows(text) == rows

    def test_headers_have_a_scope_and_rows_are_of_one_length(self):
        html = soup(
            stored(("table", {"caption": "Tea", "headers": "both", "cells": "|Hot|Cold\nGreen|1"}))
        )

        assert html.caption.text == "Tea"
        assert [th.text for th in html.select("thead th[scope=col]")] == ["Hot", "Cold"]
        assert [th.text for th in html.select("tbody th[scope=row]")] == ["Green"]
        assert [len(row.select("th, td")) for row in html.select("tr")] == [3, 3]

    @pytest.mark.parametrize(
        ("headers", "columns", "rows"), [("row", 2, 0), ("column", 0, 2), ("none", 0, 0)]
    )
    def test_headers_are_a_choice(self, headers, columns, rows):
        html = soup(stored(("table", {"caption": "T", "headers": headers, "cells": "a|b\nc|d"})))

        assert len(html.select("th[scope=col]")) == columns
        assert len(html.select("th[scope=row]")) == rows

    def test_is_searched_by_its_words(self):
        body = stored(("table", {"caption": "Tea", "headers": "both", "cells": "a|b\nc|d"}))

        assert prose_text(body) == "Tea a b c d"
        assert isinstance(body[0].block, TableBlock)


@pytest.mark.parametrize(
    ("address", "safe"),
    [
        ("https://a.example/x?y=1", True),
        ("/path/", True),
        ("#anchor", True),
        ("mailto:a@b.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("//evil.example", False),
        ("/\\evil.example", False),
        ("https://a.example/ x", False),
        ("path", False),
        ("/path/\n", False),
    ],
)
def test_addresses_of_buttons(address, safe):
    assert is_safe_address(address) is safe


@pytest.mark.django_db
class TestButton:
    def test_takes_a_page_or_an_address(self, make_post):
        post = make_post()
        block = ButtonBlock()
        for page, url in ((None, ""), (post, "/x/")):
            with pytest.raises(ValidationError):
                block.clean({"text": "Go", "page": page, "url": url, "style": "primary"})
        block.clean({"text": "Go", "page": post, "url": "", "style": "primary"})
        with pytest.raises(ValidationError):
            block.clean({"text": "Go", "page": None, "url": "javascript:x", "style": "primary"})

    def test_is_gone_when_its_page_is(self, make_post):
        post = make_post(slug="tea")
        block = ("button", {"text": "Go", "page": post.pk, "url": "", "style": "secondary"})
        assert soup(stored(block)).a["href"].endswith("/blog/tea/")

        post.unpublish()
        assert soup(stored(block)).a is None


def test_callout_has_a_name_whatever_its_kind():
    html = soup(stored(("callout", {"kind": "warning", "title": "", "text": "<p>Hot</p>"})))
    note = html.select_one("[role=note]")

    assert note["aria-label"] == "Warning"
    assert "mkt-callout--warning" in note["class"]
    assert "Hot" in note.text


@pytest.mark.django_db
class TestRelated:
    def block(self, *posts):
        keys = [{"type": "item", "value": post.pk, "id": str(post.pk)} for post in posts]
        return stored(("related", {"title": "", "posts": keys}))

    def test_shows_published_posts_in_the_editors_order(self, make_post, home):
        stories = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))
        story = make_post("Story", model=Story, below=stories)
        public, draft, secret = (
            make_post("Public"),
            make_post("Draft", live=False),
            make_post("Secret"),
        )
        PageViewRestriction.objects.create(page=secret, restriction_type="login")
        html = soup(self.block(public, draft, secret, story))

        assert [a.text for a in html.select("a")] == ["Public", "Story"]
        assert self.block(public)[0].render({"is_feed": True}).strip() == ""

    def test_nothing_is_shown_when_none_is_published(self, make_post):
        assert str(soup(self.block(make_post(live=False))).text).strip() == ""

    @pytest.mark.parametrize("number", [1, 5])
    def test_takes_two_queries(self, number, make_post, monkeypatch, django_assert_num_queries):
        monkeypatch.setattr("mkt_blog.post_models.post_models", lambda: [PostPage])
        posts = [make_post() for _ in range(number)]
        # The roots of the sites and the view of the page tree are kept.
        assert len(soup(self.block(*posts)).select("a")) == number

        with django_assert_num_queries(2):
            str(self.block(*posts))

    def test_is_noted_as_a_reference_and_not_searched(self, make_post):
        chosen = make_post("Chosen")
        post = make_post(body=self.block(chosen))

        assert ReferenceIndex.get_references_to(chosen).filter(object_id=str(post.pk)).exists()
        assert prose_text(PostPage.objects.get(pk=post.pk).body) == ""

    def test_is_cleaned_and_stored_as_keys(self, make_post):
        post = make_post()
        block = RelatedPostsBlock()
        cleaned = block.clean(block.normalize({"title": "", "posts": [post]}))

        assert block.get_prep_value(cleaned)["posts"][0]["value"] == post.pk


class FakeEmbed:
    title = "A talk"
    provider_name = "Tube"
    is_responsive = False
    html = '<iframe src="https://tube.example/1"></iframe>'


class TestEmbed:
    def show(self, monkeypatch, html, caption=""):
        embed = FakeEmbed()
        embed.html = html
        monkeypatch.setattr("mkt_blog.blocks.embed.get_embed", lambda url: embed)
        return soup(stored(("embed", {"url": "https://tube.example/1", "caption": caption})))

    @pytest.mark.parametrize(
        ("html", "caption", "title"),
        [
            ('<iframe src="https://tube.example/1"></iframe>', "", "A talk"),
            ('<iframe src="https://tube.example/1" title=""></iframe>', "<b>", "<b>"),
            ("<iframe title='Theirs' src=\"https://tube.example/1\"></iframe>", "x", "Theirs"),
        ],
    )
    def test_frame_is_lazy_and_has_a_title(self, monkeypatch, html, caption, title):
        frame = self.show(monkeypatch, html, caption).iframe

        assert frame["loading"] == "lazy"
        assert frame["title"] == title
        assert frame["src"] == "https://tube.example/1"

    def test_html_that_is_known_is_not_asked_for(self):
        body = stored(("embed", {"url": "https://tube.example/1", "caption": "A talk"}))
        vars(body[0].value["url"])["html"] = "<iframe src='/x'></iframe>"

        assert soup(body).iframe["title"] == "A talk"

    @pytest.mark.parametrize("error", [EmbedNotFoundException, TimeoutError, KeyError])
    def test_a_link_takes_the_place_of_what_does_not_come(self, monkeypatch, error):
        def fail(url):
            raise error

        monkeypatch.setattr("mkt_blog.blocks.embed.get_embed", fail)
        html = soup(stored(("embed", {"url": "https://tube.example/1", "caption": ""})))

        assert html.iframe is None
        assert html.a["href"] == "https://tube.example/1"


def test_names_of_languages_and_kinds_are_not_searched():
    body = stored(
        ("heading", {"text": "Tea", "level": "h3"}),
        ("code", {"language": "python", "code": "x"}),
        ("callout", {"kind": "warning", "title": "Hot", "text": "<p>water</p>"}),
        ("button", {"text": "Go", "url": "/x/", "style": "primary"}),
    )
    block = body.stream_block

    assert " ".join(block.get_searchable_content(body)).split() == [
        "Tea",
        "x",
        "Hot",
        "water",
        "Go",
    ]
