"""Nothing that runs gets through, whatever it is wrapped in. No database."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mkt_blog.html import RICH_TEXT_TAGS, TAGS, clean_html, clean_rich_text
from mkt_blog.importers.wordpress.body import BodyConverter

HOSTILE = [
    "<script>alert(1)</script>",
    "<SCRIPT SRC=//evil.example/x.js></SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<img src='x' ONERROR = 'alert(1)'>",
    '<img src="javascript:alert(1)">',
    '<a href="javascript:alert(1)">x</a>',
    '<a href=" &#106;avascript:alert(1)">x</a>',
    '<a href="java\tscript:alert(1)">x</a>',
    '<a href="vbscript:x">x</a>',
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<svg onload=alert(1)><script>alert(1)</script></svg>",
    "<svg><a xlink:href='javascript:alert(1)'><text>x</text></a></svg>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "<iframe src='javascript:alert(1)'></iframe>",
    "<iframe src='data:text/html,x'></iframe>",
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<iframe><script>alert(1)</script></iframe>",
    "<iframe><img src=x onerror=alert(1)></iframe>",
    '<object data="javascript:alert(1)"></object>',
    '<embed src="javascript:alert(1)">',
    '<form action="javascript:alert(1)"><button formaction="javascript:x">y</button></form>',
    '<video poster="javascript:alert(1)"><source onerror="alert(1)"></video>',
    "<details open ontoggle=alert(1)>x</details>",
    '<p style="background:url(javascript:alert(1))">x</p>',
    "<style>@import 'javascript:alert(1)'</style>",
    '<meta http-equiv="refresh" content="0;url=javascript:alert(1)">',
    '<base href="javascript:alert(1)//">',
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<!--><script>alert(1)</script>-->",
    "<!--[if IE]><script>alert(1)</script><![endif]-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo '<script>alert(1)</script>'; ?>",
    '<img src="data:image/svg+xml;base64,PHN2Zz4=">',
    '<a href="//evil.example" target="_blank" onclick="x()">x</a>',
    "<p id='x' name='y' class='modal' data-x='y'>x</p>",
    '[caption caption="<script>alert(1)</script>"]<img src=x>[/caption]',
    "[caption align=\"x' onclick='alert(1)\"]<img src=x> a[/caption]",
    '[audio src="javascript:alert(1)"]',
    '[audio src="x&quot; onerror=&quot;alert(1)"]',
    '[code language="x\\" onclick=\\"y"]<script>alert(1)</script>[/code]',
    "[embed]javascript:alert(1)[/embed]",
    '<div class="wp-block-cover" style="background-image:url(javascript:alert(1))">x</div>',
    '<div class="wp-block-cover" style="background-image:url(&quot;x&quot; onerror=&quot;alert(1))">x</div>',
    "<!-- wp:html --><script>alert(1)</script><!-- /wp:html -->",
    '<pre class="language-x onclick=y"><img src=x onerror=alert(1)></pre>',
    "<b" * 200 + ">",
    "<a href='" + "&#x6a" * 50 + "'>",
]

ADDRESSES = {
    "action",
    "cite",
    "data",
    "formaction",
    "href",
    "poster",
    "src",
    "srcset",
    "xlink:href",
}
NEVER = {
    "script",
    "style",
    "object",
    "embed",
    "form",
    "input",
    "button",
    "svg",
    "math",
    "base",
    "meta",
}


class Inspector(HTMLParser):
    """Reads cleaned HTML as a simple-minded program would and objects to whatever could run."""

    def __init__(self, allowed):
        super().__init__()
        self.allowed = allowed

    def handle_starttag(self, tag, attrs):
        assert tag in self.allowed
        assert tag not in NEVER
        for name, value in attrs:
            assert not name.startswith("on")
            assert name not in {"style", "srcdoc", "id", "name", "srcset"}
            if name in ADDRESSES:
                address = re.sub(r"[\s\x00-\x20]", "", value or "").lower()
                assert not address.startswith(("javascript:", "vbscript:")), value
                if address.startswith("data:"):
                    assert tag == "img"
                    assert not address.startswith("data:image/svg")
                    assert address.startswith("data:image/")
                if tag == "iframe":
                    assert address.startswith(("http://", "https://", "//"))
        if tag == "iframe":
            assert "allow-top-navigation" not in dict(attrs)["sandbox"]


def inspect(html, allowed):
    inspector = Inspector(allowed)
    inspector.feed(html)
    inspector.close()
    assert "<script" not in html.lower()


def cleaned_blocks(content):
    converter = BodyConverter(embeddable=lambda address: False, base_url="https://old.example")
    for block in converter.convert(content, lambda ids: []).blocks:
        if block["type"] == "html":
            yield block["value"], TAGS
        elif block["type"] == "paragraph":
            yield block["value"], RICH_TEXT_TAGS


@pytest.mark.parametrize("content", HOSTILE)
class TestHostile:
    def test_html(self, content):
        inspect(clean_html(content), TAGS)

    def test_rich_text(self, content):
        inspect(clean_rich_text(content), RICH_TEXT_TAGS)

    def test_body(self, content):
        for value, allowed in cleaned_blocks(content):
            inspect(value, allowed)

    def test_body_of_the_block_editor(self, content):
        for value, allowed in cleaned_blocks(f"<!-- wp:html -->{content}<!-- /wp:html -->"):
            inspect(value, allowed)


FRAGMENTS = st.lists(
    st.one_of(
        st.sampled_from(HOSTILE),
        st.sampled_from(
            [
                "<p>",
                "</p>",
                "<b>",
                "</i>",
                "<li>",
                "<table>",
                "<td>",
                "<blockquote>",
                "<pre>",
                "</pre>",
            ]
            + [
                "<figure>",
                "<iframe>",
                "</iframe>",
                "<div data-classic>",
                "<!--",
                "-->",
                "]]>",
                "\n\n",
            ]
            + [
                '"',
                "'",
                "<",
                ">",
                "&",
                "&lt;script&gt;",
                "[gallery]",
                "[/caption]",
                "[[",
                "<!-- wp:a -->",
            ]
        ),
        st.text(max_size=20),
    ),
    max_size=12,
).map("".join)


class TestAnything:
    @given(FRAGMENTS)
    def test_html_is_clean(self, content):
        inspect(clean_html(content), TAGS)
        inspect(clean_html(clean_html(content)), TAGS)

    @given(FRAGMENTS)
    def test_rich_text_is_clean(self, content):
        inspect(clean_rich_text(content), RICH_TEXT_TAGS)

    @given(FRAGMENTS)
    def test_any_content_becomes_clean_blocks(self, content):
        for value, allowed in cleaned_blocks(content):
            inspect(value, allowed)

    @given(
        st.lists(st.text("abcdefghij", min_size=1, max_size=8), min_size=1, max_size=30), st.data()
    )
    def test_no_word_is_lost(self, words, data):
        tags = st.sampled_from(
            ["p", "b", "em", "div", "li", "h2", "blockquote", "td", "pre", "figure", "a"]
        )
        parts = []
        for word in words:
            tag = data.draw(tags)
            parts.append(
                data.draw(
                    st.sampled_from(
                        [word, f"<{tag}>{word}</{tag}>", f"<{tag}>{word}", f"\n\n{word}"]
                    )
                )
            )

        converter = BodyConverter(embeddable=lambda address: False)
        body = converter.convert(" ".join(parts), lambda ids: [])

        text = " ".join(
            map(str, (part for block in body.blocks for part in values(block["value"])))
        )
        assert re.findall(r"\w+", re.sub(r"<[^>]*>", " ", text)) == words


def values(value):
    """The texts of a block, as they follow each other."""
    if isinstance(value, str):
        return [value]
    return [value[name] for name in ("code", "text", "attribution", "url") if name in value]


class TestWhatIsKept:
    def test_text_tables_and_pictures(self):
        content = (
            '<table><tbody><tr><td colspan="2">a</td></tr></tbody></table>'
            '<figure class="alignleft"><img src="https://a.example/b.png" alt="c" loading="lazy"></figure>'
        )

        assert clean_html(content) == content

    def test_links_know_no_opener(self):
        assert clean_html('<a href="https://a.example" target="_blank">b</a>') == (
            '<a href="https://a.example" rel="noopener noreferrer">b</a>'
        )

    def test_unknown_elements_leave_their_text(self):
        assert clean_html("<blink>a</blink>") == clean_rich_text("<blink>a</blink>") == "a"

    def test_rich_text_is_as_wagtail_stores_it(self):
        assert clean_rich_text("<p>a<br>b</p><hr>") == "<p>a<br/>b</p><hr/>"

    @pytest.mark.parametrize("inside", ["", "<b>in</b>"])
    def test_text_between_two_frames(self, inside):
        frames = [f'<iframe src="https://a.example/{n}">{inside}</iframe>' for n in (1, 2)]

        cleaned = clean_html("<p>{} between {}</p>".format(*frames))

        assert "</iframe> between <iframe" in cleaned
        assert cleaned.count("https://a.example/") == 2
        assert "in</b>" not in cleaned
