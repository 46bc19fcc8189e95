"""From the content of a WordPress post to blocks. No database."""

from time import process_time

import pytest

from mkt_blog.importers.wordpress.body import BodyConverter
from mkt_blog.importers.wordpress.shortcodes import Picture, parse_attributes

YOUTUBE = "https://www.youtube.com/watch?v=SQEQr7c0-dw"
PICTURES = {
    "1": Picture("https://o.example/1.jpg", "One", "First"),
    "2": Picture("https://o.example/2.jpg"),
}


def convert(content):
    converter = BodyConverter(
        embeddable=lambda address: (
            "youtu" in address or "twitter.com" in address or "vimeo" in address
        ),
        base_url="https://old.example",
    )
    return converter.convert(content, lambda ids: [PICTURES[one] for one in ids or ["1", "2"]])


def blocks(content):
    return [(block["type"], block["value"]) for block in convert(content).blocks]


def rich(content):
    """The value of the only block, which is rich text."""
    [(kind, value)] = blocks(content)
    assert kind == "paragraph"
    return value


def html(content):
    [(kind, value)] = blocks(content)
    assert kind == "html"
    return value


class TestClassicParagraphs:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("One.\n\nTwo.", "<p>One.</p><p>Two.</p>"),
            ("One.\r\n\r\nTwo.", "<p>One.</p><p>Two.</p>"),
            ("One.\n \t\nTwo.", "<p>One.</p><p>Two.</p>"),
            ("One,\ntwo.", "<p>One,<br/>two.</p>"),
            ("One,<br />\ntwo.", "<p>One,<br/>two.</p>"),
            ("<p>One.</p>\n\n<p>Two.</p>", "<p>One.</p><p>Two.</p>"),
            ("<strong>One.\n\nTwo.</strong>", "<p><b>One.</b></p><p><b>Two.</b></p>"),
            ("One.\n\n&nbsp;\n\nTwo.", "<p>One.</p><p>Two.</p>"),
            ("One.<!--more-->\n\nTwo.<!--nextpage-->Three", "<p>One.</p><p>Two.Three</p>"),
            ("<div>One.\n\nTwo.</div>", "<p>One.</p><p>Two.</p>"),
            ("One <em>and\nonly</em>", "<p>One <i>and<br/>only</i></p>"),
            ("1 < 2 & 3 > 2", "<p>1 &lt; 2 &amp; 3 &gt; 2</p>"),
            ("Text<hr>more", "<p>Text</p><hr/><p>more</p>"),
            ("<ul>\n\t<li>One</li>\n\t<li>Two</li>\n</ul>", "<ul><li>One</li><li>Two</li></ul>"),
            ("Intro\n<ol><li>One</li></ol>\nEnd", "<p>Intro</p><ol><li>One</li></ol><p>End</p>"),
        ],
    )
    def test_line_breaks_mean_something(self, content, expected):
        assert rich(content) == expected

    @pytest.mark.parametrize(
        "content", ["", "  \n\n ", "<p>&nbsp;</p>", "<!-- a -->", "<div></div>"]
    )
    def test_nothing_gives_nothing(self, content):
        assert blocks(content) == []


class TestRichText:
    @pytest.mark.parametrize(
        ("content", "expected"),
        [
            ("<strong>a</strong> <b>b</b>", "<p><b>a</b> <b>b</b></p>"),
            ("<em>a</em> <cite>b</cite>", "<p><i>a</i> <i>b</i></p>"),
            ("<del>a</del> <strike>b</strike>", "<p><s>a</s> <s>b</s></p>"),
            ("<kbd>a</kbd> <tt>b</tt>", "<p><code>a</code> <code>b</code></p>"),
            ("H<sub>2</sub>O", "<p>H<sub>2</sub>O</p>"),
            ("<q>Yes</q>", "<p>“Yes”</p>"),
            ("<span style='color:red'><font>a</font></span>", "<p>a</p>"),
            (
                '<a href="/x?a=1&amp;b=2" target="_blank" title="t">a</a>',
                '<p><a href="/x?a=1&amp;b=2">a</a></p>',
            ),
            ("<a name='x'>a</a>", "<p>a</p>"),
            ('<a href="javascript:alert(1)">a</a>', "<p>a</p>"),
            ("a&nbsp;b", "<p>a&nbsp;b</p>"),
        ],
    )
    def test_inline_elements(self, content, expected):
        assert rich(content) == expected

    def test_nested_lists(self):
        content = (
            "<ol><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li><p>d</p><p>e</p></li></ol>"
        )

        assert rich(content) == (
            "<ol><li>a<ul><li>b<ol><li>c</li></ol></li></ul></li><li>d<br/>e</li></ol>"
        )

    def test_list_below_a_list_belongs_to_the_item_before(self):
        assert (
            rich("<ul><li>a</li><ul><li>b</li></ul></ul>")
            == "<ul><li>a<ul><li>b</li></ul></li></ul>"
        )

    def test_explained_abbreviation_keeps_its_explanation(self):
        value = html(
            '<p>The <abbr title="World Wide Web">WWW</abbr> and <acronym title="x">y</acronym></p>'
        )

        assert '<abbr title="World Wide Web">WWW</abbr>' in value
        assert '<abbr title="x">y</abbr>' in value


class TestHeadings:
    @pytest.mark.parametrize(
        ("tag", "level"),
        [("h1", "h2"), ("h2", "h2"), ("h3", "h3"), ("h4", "h4"), ("h5", "h4"), ("h6", "h4")],
    )
    def test_levels(self, tag, level):
        assert blocks(f"<{tag}>A <em>b</em></{tag}>") == [
            ("heading", {"text": "A b", "level": level})
        ]

    def test_empty_one_is_dropped(self):
        assert blocks("<h2>&nbsp;</h2>") == []

    def test_link_in_a_heading_is_not_lost(self):
        assert html('<h2><a href="/a/">A</a></h2>') == (
            '<h2><a href="/a/" rel="noopener noreferrer">A</a></h2>'
        )

    def test_paragraphs_around_are_separate_blocks(self):
        assert [kind for kind, _ in blocks("a\n\n<h2>b</h2>\n\nc")] == [
            "paragraph",
            "heading",
            "paragraph",
        ]


class TestQuotes:
    @pytest.mark.parametrize(
        ("content", "text", "attribution"),
        [
            ("<blockquote>Stay hungry.</blockquote>", "Stay hungry.", ""),
            ("<blockquote><p>One.</p><p>Two.</p></blockquote>", "One.\n\nTwo.", ""),
            ("<blockquote>One.\n\nTwo.\n<cite>Me</cite></blockquote>", "One.\n\nTwo.", "Me"),
            ("<blockquote><p>A</p><footer>— Me</footer></blockquote>", "A", "— Me"),
            ("<blockquote>In <cite>Ulysses</cite> he says</blockquote>", "In Ulysses he says", ""),
            (
                "<figure class='wp-block-pullquote'><blockquote><p>A</p><cite>B</cite></blockquote></figure>",
                "A",
                "B",
            ),
        ],
    )
    def test_words_and_speaker(self, content, text, attribution):
        assert blocks(content) == [("quote", {"text": text, "attribution": attribution})]

    def test_link_in_a_quote_is_not_lost(self):
        value = html('<blockquote>A<cite><a href="https://b.example">B</a></cite></blockquote>')

        assert 'href="https://b.example"' in value
        assert value.startswith("<blockquote>A")


class TestCode:
    def test_keeps_every_space(self):
        content = "Look:\n<pre>\n  a = 1\n\n    b &lt; 2\n</pre>\nDone"

        assert blocks(content)[1] == ("code", {"language": "", "code": "  a = 1\n\n    b < 2"})

    @pytest.mark.parametrize(
        ("content", "language"),
        [
            ('<pre class="language-python">a</pre>', "python"),
            ('<pre><code class="lang-js">a</code></pre>', "js"),
            ('<pre class="brush: php; gutter: false">a</pre>', "php"),
            ('<pre class="lang:c++ decode:true">a</pre>', "c++"),
            ('<pre class="EnlighterJSRAW" data-enlighter-language="ruby">a</pre>', "ruby"),
            ('[code language="css"]a[/code]', "css"),
            ("[php]a[/php]", "php"),
        ],
    )
    def test_language(self, content, language):
        assert blocks(content) == [("code", {"language": language, "code": "a"})]

    def test_shortcode_protects_markup_and_shortcodes(self):
        content = "[sourcecode]<b>a</b>\n\n[gallery]\n&amp;[/sourcecode]"

        assert blocks(content) == [
            ("code", {"language": "", "code": "<b>a</b>\n\n[gallery]\n&"}),
        ]

    def test_several_lines_of_inline_code_are_a_listing(self):
        assert blocks("See\n<code>a {\n\tb;\n}</code>\nend")[1] == (
            "code",
            {"language": "", "code": "a {\n\tb;\n}"},
        )

    def test_preformatted_block_of_the_block_editor(self):
        content = "<!-- wp:preformatted -->\n<pre>a<br>  b</pre>\n<!-- /wp:preformatted -->"

        assert blocks(content) == [("code", {"language": "", "code": "a\n  b"})]

    def test_verse_stays_a_verse(self):
        assert "wp-block-verse" in html('<pre class="wp-block-verse">a<br><em>b</em></pre>')


class TestEmbeds:
    @pytest.mark.parametrize(
        "content",
        [
            YOUTUBE,
            f"<p>{YOUTUBE}</p>",
            f'<p><a href="{YOUTUBE}">{YOUTUBE}</a></p>',
            f"[embed]{YOUTUBE}[/embed]",
            f'[embed width="100"]{YOUTUBE}[/embed]',
            f"[youtube {YOUTUBE}]",
            f"[youtube={YOUTUBE}]",
            '<iframe src="//www.youtube.com/embed/SQEQr7c0-dw?rel=0"></iframe>',
            '<p><iframe src="https://www.youtube-nocookie.com/embed/SQEQr7c0-dw"></iframe></p>',
            '<object><param name="movie" value="http://www.youtube.com/v/SQEQr7c0-dw&hl=en"></object>',
            '<object><embed src="http://www.youtube.com/v/SQEQr7c0-dw"></object>',
            f"<!-- wp:embed -->\n<figure><div>\n{YOUTUBE}\n</div></figure>\n<!-- /wp:embed -->",
        ],
    )
    def test_video(self, content):
        assert blocks(content) == [("embed", {"url": YOUTUBE, "caption": ""})]

    def test_address_on_a_line_of_its_own(self):
        assert blocks(f"Look:\n{YOUTUBE}\nGood?") == [
            ("paragraph", "<p>Look:</p>"),
            ("embed", {"url": YOUTUBE, "caption": ""}),
            ("paragraph", "<p>Good?</p>"),
        ]

    def test_address_in_a_sentence_is_text(self):
        assert rich(f"See {YOUTUBE} now") == f"<p>See {YOUTUBE} now</p>"

    def test_caption(self):
        content = f"<figure class='wp-block-embed'><div>{YOUTUBE}</div><figcaption>A <b>cat</b></figcaption></figure>"

        assert blocks(content) == [("embed", {"url": YOUTUBE, "caption": "A cat"})]

    def test_link_in_a_caption_is_not_lost(self):
        content = (
            f"<figure><div>{YOUTUBE}</div><figcaption><a href='/a/'>A</a></figcaption></figure>"
        )

        assert blocks(content)[1] == ("paragraph", '<p><a href="/a/">A</a></p>')

    def test_unknown_address_becomes_a_link(self):
        assert rich("https://wordpress.tv/a/") == (
            '<p><a href="https://wordpress.tv/a/">https://wordpress.tv/a/</a></p>'
        )

    def test_vimeo(self):
        assert blocks('<iframe src="https://player.vimeo.com/video/123"></iframe>') == [
            ("embed", {"url": "https://vimeo.com/123", "caption": ""})
        ]

    def test_other_frames_stay_in_a_sandbox(self):
        value = html('<iframe src="https://maps.example/x" onload="a()" width="9">b</iframe>')

        assert value.startswith('<iframe src="https://maps.example/x" width="9" sandbox=')


class TestPictures:
    def test_stay_with_an_absolute_address(self):
        body = convert(
            '<img src="/wp-content/a.jpg" alt="A" class="alignleft size-full" onclick="x()">'
        )

        [block] = body.blocks
        assert block["value"] == (
            '<figure class="alignleft"><img src="https://old.example/wp-content/a.jpg" alt="A"'
            ' loading="lazy"></figure>'
        )
        assert body.remote_images == ["https://old.example/wp-content/a.jpg"]

    def test_leave_the_paragraph_they_float_in(self):
        content = '<p><a href="/big.jpg"><img src="//cdn.example/a.jpg"></a> Text <img src="b.jpg"> more</p>'

        kinds = blocks(content)

        assert [kind for kind, _ in kinds] == ["html", "paragraph", "html", "paragraph"]
        assert 'href="/big.jpg"' in kinds[0][1]
        assert "https://cdn.example/a.jpg" in kinds[0][1]
        assert kinds[1][1] == "<p>Text</p>"
        assert kinds[3][1] == "<p>more</p>"

    @pytest.mark.parametrize(
        "content",
        [
            '[caption id="x" align="alignleft" width="9"]<img src="/a.jpg" /> The <em>cat</em>[/caption]',
            '[caption align="alignleft" caption="The cat"]<img src="/a.jpg" />[/caption]',
            '[caption align="alignleft"]<a href="/b"><img src="/a.jpg" /></a> The cat[/caption]',
        ],
    )
    def test_caption_shortcode(self, content):
        value = html(content)

        assert value.startswith('<figure class="alignleft wp-caption">')
        assert "https://old.example/a.jpg" in value
        assert "cat</" in value
        assert "<figcaption>The" in value

    def test_gallery_by_ids(self):
        value = html('[gallery ids="2,1" columns="4"]')

        assert value.index("2.jpg") < value.index("1.jpg")
        assert (
            '<img src="https://o.example/1.jpg" alt="One" loading="lazy"><figcaption>First</figcaption>'
            in value
        )

    def test_gallery_of_what_is_attached(self):
        assert html("[gallery]").count("<img") == 2

    def test_gallery_without_pictures_is_said(self):
        converter = BodyConverter(embeddable=bool)

        body = converter.convert("[gallery]", lambda ids: [])

        assert body.blocks == []
        assert body.empty_galleries == 1

    def test_gallery_of_the_block_editor(self):
        value = html(
            '<!-- wp:gallery {"ids":[1]} --><figure class="wp-block-gallery columns-2"><ul><li>'
            '<figure><img src="https://o.example/1.jpg" srcset="javascript:x" data-id="1"></figure></li></ul>'
            "<figcaption>All</figcaption></figure><!-- /wp:gallery -->"
        )

        assert value == (
            '<figure class="wp-block-gallery"><figure><img src="https://o.example/1.jpg" loading="lazy">'
            "</figure><figcaption>All</figcaption></figure>"
        )

    def test_picture_behind_a_cover_is_not_lost(self):
        kinds = blocks(
            '<div class="wp-block-cover" style="background-image:url(https://o.example/c.jpg)"><p>Text</p></div>'
        )

        assert "https://o.example/c.jpg" in kinds[0][1]
        assert kinds[1] == ("paragraph", "<p>Text</p>")

    def test_pasted_picture_is_kept(self):
        assert "data:image/png;base64,iVBORw0KGgo=" in html(
            '<img src="data:image/png;base64,iVBORw0KGgo=">'
        )


class TestMedia:
    @pytest.mark.parametrize(
        "content",
        [
            "[audio https://o.example/a.mp3]",
            '[audio mp3="https://o.example/a.mp3"][/audio]',
            "[audio https://o.example/a.mp3|autoplay=yes]",
            '<audio src="https://o.example/a.mp3" autoplay onplay="x()"></audio>',
        ],
    )
    def test_player_has_buttons_and_does_not_start_by_itself(self, content):
        value = html(content)

        assert 'src="https://o.example/a.mp3"' in value
        assert 'controls=""' in value
        assert "autoplay" not in value

    def test_video_with_sources(self):
        value = html('<video poster="/p.jpg"><source src="/a.mp4" type="video/mp4"></video>')

        assert "https://old.example/p.jpg" in value
        assert '<source src="https://old.example/a.mp4" type="video/mp4">' in value


class TestTables:
    def test_stay_html_without_the_old_style(self):
        value = html(
            '<table class="x" style="color:red" border="1"><tr><td colspan="2">a\nb</td></tr></table>'
        )

        assert value == '<table><tbody><tr><td colspan="2">a<br>b</td></tr></tbody></table>'


class TestShortcodes:
    def test_unknown_ones_stay_and_are_counted(self):
        body = convert(
            '[contact-form-7 id="5"] and [box]in[/box] and [sic] and [a very simple boat]'
        )

        assert "[contact-form-7 id=" in body.blocks[0]["value"]
        assert dict(body.unknown_shortcodes) == {"contact-form-7": 1, "box": 2}

    def test_escaped_one_is_what_the_author_wanted_to_show(self):
        assert rich('Use [[gallery ids="1"]].') == '<p>Use [gallery ids="1"].</p>'

    def test_code_is_left_alone(self):
        assert rich("<code>[gallery]</code>") == "<p><code>[gallery]</code></p>"

    def test_attributes(self):
        assert parse_attributes(""" id="a b" align='left' width=3 "quoted" word /""") == {
            "id": "a b",
            "align": "left",
            "width": "3",
            "0": "quoted",
            "1": "word",
        }


class TestBlockEditor:
    def test_line_breaks_mean_nothing_inside_of_blocks(self):
        content = "<!-- wp:paragraph -->\n<p>One\ntwo</p>\n<!-- /wp:paragraph -->"

        assert rich(content) == "<p>One two</p>"

    def test_classic_text_between_blocks_has_line_breaks(self):
        content = "<!-- wp:paragraph --><p>One</p><!-- /wp:paragraph -->\n\nTwo\nthree\n\nFour"

        assert rich(content) == "<p>One</p><p>Two<br/>three</p><p>Four</p>"

    def test_nested_blocks_are_unfolded(self):
        content = (
            '<!-- wp:columns {"a":{"b":"c"}} --><div class="wp-block-columns"><!-- wp:column -->'
            "<div><!-- wp:heading --><h2>A</h2><!-- /wp:heading --><!-- wp:paragraph --><p>b</p>"
            "<!-- /wp:paragraph --></div><!-- /wp:column --></div><!-- /wp:columns -->"
        )

        assert [kind for kind, _ in blocks(content)] == ["heading", "paragraph"]

    def test_blocks_that_wordpress_fills_are_counted(self):
        body = convert(
            "<!-- wp:paragraph --><p>a</p><!-- /wp:paragraph -->"
            '<!-- wp:latest-posts {"postsToShow":3} /--><!-- wp:block {"ref":17} /--><!-- wp:spacer /-->'
        )

        assert body.dynamic_blocks == ["latest-posts", "block 17"]

    def test_attributes_nested_beyond_reason_are_passed_over(self):
        body = convert('<!-- wp:block {"ref":' + "[" * 100_000 + "]" * 100_000 + "} /-->")

        assert body.dynamic_blocks == ["block"]

    @pytest.mark.parametrize("broken", ["<!-- ", "<!-- wp:html {", '<!-- wp:html {"a":1}'])
    def test_comment_without_an_end_takes_no_block_with_it(self, broken):
        content = f"<!-- wp:html -->{broken}<!-- /wp:html --><!-- wp:html --><p>a</p><!-- /wp:html --> -->"

        assert "a" in rich(content)

    def test_buttons_and_files_are_links(self):
        content = (
            '<!-- wp:file --><div class="wp-block-file"><a href="/a.pdf">A</a><a href="/a.pdf" download>'
            "Download</a></div><!-- /wp:file -->"
        )

        assert rich(content) == '<p><a href="/a.pdf">A</a> <a href="/a.pdf">Download</a></p>'

    def test_markup_in_attributes_of_a_block_is_no_content(self):
        content = '<!-- wp:x/y {"html":"<b>no</b>"} --><p>yes</p><!-- /wp:x/y -->'

        assert rich(content) == "<p>yes</p>"


def test_active_elements_are_counted():
    body = convert("<script>a()</script><SCRIPT>b()</SCRIPT><form>Name <input></form>")

    assert dict(body.active_elements) == {"script": 2, "form": 1}
    assert body.blocks == [{"type": "paragraph", "value": "<p>Name</p>"}]


@pytest.mark.parametrize(
    "content",
    [
        *(text * 8000 for text in ("<!-- wp:a {", '<!-- wp:a {"b":1} ', "<!-- wp:a ", "<!--")),
        *(text * 8000 for text in ("<pre>", "<pre ", "<code>", "<pre></code>", "<code></pre>")),
        *(text * 8000 for text in ("[gallery ", '[gallery "', "[audio src=a")),
        *(text * 8000 for text in ("[caption]", "[caption ", "[embed]")),
        *(text * 8000 for text in ("[code]", "[code ", "[CODE][php][/css]", "[caption][code]")),
        *(f"{text * 8000}]" for text in ("[code ", "[caption ", "[gallery ")),
        *(f"{text * 8000}[/code]" for text in ("[code ", "[caption ", "[code]")),
        "".join(f"[a{number}]" for number in range(8000)),
        "[" + "a" * 40_000,
        "[[" + "a" * 40_000,
        "a" + " " * 40_000 + "b",
    ],
    ids=lambda content: content[:20],
)
def test_what_is_never_closed_is_read_once(content):
    started = process_time()

    convert(content)

    # It took up to 13 seconds when each opening looked for its end. A machine may be several times slower than that.
    assert process_time() - started < 4


def test_hopeless_nesting_is_survived():
    content = "<div>" * 5000 + "<b>" * 5000 + "deep" + "</b>" * 5000

    assert "deep" in rich(content)
