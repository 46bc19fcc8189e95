"""Importing a Ghost export."""

import json
from html.parser import HTMLParser
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from PIL import Image as Pillow
from wagtail.contrib.redirects.models import Redirect
from wagtail.images import get_image_model

from mkt_blog.models import Author, ImportedPost
from mkt_blog.pages.models import BlogIndexPage, PostPage

from .ghost import export, link, post, tag, user

pytestmark = pytest.mark.django_db


@pytest.fixture
def run(blog, tmp_path):
    """Run the command on an export, a text or a path; returns what it printed."""

    def run(content, **options):
        path = tmp_path / "export.json"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        out = StringIO()
        options = {"blog": "blog", "stdout": out, "stderr": StringIO(), **options}
        call_command("mkt_blog_import_ghost", str(path), **options)
        return out.getvalue()

    return run


@pytest.fixture
def body(run):
    """The blocks of one post, as (name, value)."""

    def body(html="", **fields):
        run(export(post(html=html, **fields)))
        stored = PostPage.objects.get().body.raw_data
        return [(block["type"], block["value"]) for block in stored]

    return body


def lexical(*nodes):
    return json.dumps({"root": {"type": "root", "children": list(nodes)}})


def words(text, **fields):
    return {"type": "extended-text", "text": text, "format": 0, **fields}


class TestPost:
    def test_comes_with_all_that_it_has_here(self, run):
        run(
            export(
                post(
                    "Bread &amp; <em>butter</em>",
                    custom_excerpt="Short.",
                    featured=1,
                    meta_title="Old title",
                ),
                tags=[tag("t1", "Baking"), tag("t2", "Slow"), tag("t3", "#hidden")],
                users=[
                    user("u1", "Ann Other", bio="Bakes.", website="https://ann.example"),
                    user("u2", "Bea", website="javascript:alert(1)"),
                ],
                posts_tags=[link("tag", "1", "t2", 1), link("tag", "1", "t1", 0)]
                + [link("tag", "1", "t3", 2), link("tag", "1", "gone")],
                posts_authors=[link("author", "1", "u2", 1), link("author", "1", "u1", 0)],
                posts_meta=[
                    {
                        "post_id": "1",
                        "meta_title": "For search engines",
                        "meta_description": "About bread.",
                        "feature_image_alt": "A loaf",
                        "feature_image_caption": "<b>Loaf</b>",
                    }
                ],
            )
        )
        made = PostPage.objects.get()

        assert (made.title, made.slug, made.live) == ("Bread & butter", "a-post", True)
        assert made.date.isoformat() == "2020-02-03T09:00:00+00:00"
        assert made.first_published_at == made.date
        assert made.excerpt == "Short."
        assert made.featured
        assert sorted(made.tags.names()) == ["Baking", "Slow"]
        assert [author.name for author in made.authors] == ["Ann Other", "Bea"]
        assert (made.seo_title, made.search_description) == ("For search engines", "About bread.")
        assert (made.hero_alt, made.hero_caption) == ("A loaf", "Loaf")
        assert Author.objects.get(name="Ann Other").bio == "Bakes."
        assert Author.objects.get(name="Ann Other").url == "https://ann.example"
        assert Author.objects.get(name="Bea").url == ""

    @pytest.mark.parametrize(
        ("address", "expected"),
        [
            ("https://elsewhere.example/bread/", "https://elsewhere.example/bread/"),
            ("https://old.example/bread/", ""),
            ("__GHOST_URL__/bread/", ""),
            ("https://[bad", ""),
        ],
    )
    def test_says_where_else_it_was_first_but_not_on_the_old_site(self, run, address, expected):
        run(export(post(canonical_url=address)), url="https://old.example")

        assert PostPage.objects.get().seo_canonical == expected

    @pytest.mark.parametrize(
        ("fields", "live", "scheduled"),
        [
            ({"status": "draft", "published_at": None}, False, False),
            ({"status": "scheduled", "published_at": "2099-01-01T00:00:00.000Z"}, False, True),
            ({"status": "scheduled", "published_at": "2001-01-01 00:00:00"}, True, False),
            ({"status": "sent"}, False, False),
            ({"status": 7}, False, False),
            ({"published_at": 1580720400000}, True, False),
            ({"published_at": "junk", "created_at": {}}, True, False),
        ],
    )
    def test_is_live_scheduled_or_a_draft(self, run, fields, live, scheduled):
        run(export(post(**fields)))
        made = PostPage.objects.get()

        assert (made.live, made.go_live_at is not None) == (live, scheduled)

    @pytest.mark.parametrize("visibility", ["members", "paid", "tiers", "unheard of"])
    def test_that_is_not_for_everybody_is_behind_the_login(self, run, client, visibility):
        output = run(export(post(visibility=visibility)))

        assert client.get("/blog/a-post/").status_code == 302
        assert "a-post" not in client.get("/blog/").content.decode()
        assert "only for people who are logged in" in output

    def test_pages_and_hidden_tags_are_counted(self, run):
        output = run(
            export(
                post(),
                post(id="2", type="page"),
                post(id="3", type=None, page=1),
                tags=[tag("t", "#hidden")],
                posts_tags=[link("tag", "1", "t")],
            )
        )

        assert "page (2)" in output
        assert "#hidden (1)" in output
        assert PostPage.objects.count() == 1


class TestBody:
    def test_paragraphs_headings_quotes_and_code_become_blocks(self, body):
        found = body(
            "<p>One <strong>two</strong></p><ul><li>three</li></ul><h2 id='x'>Four</h2>"
            "<blockquote>Five</blockquote><pre><code class='language-python'>six()</code></pre>"
        )

        assert found == [
            ("paragraph", "<p>One <b>two</b></p><ul><li>three</li></ul>"),
            ("heading", {"text": "Four", "level": "h2"}),
            ("quote", {"text": "Five", "attribution": ""}),
            ("code", {"language": "python", "code": "six()"}),
        ]

    def test_cards_become_blocks(self, body):
        found = body(
            '<div class="kg-card kg-callout-card"><div class="kg-callout-emoji">💡</div>'
            '<div class="kg-callout-text">Mind <b>it</b></div></div>'
            '<div class="kg-card kg-button-card"><a href="https://a.example/" class="kg-btn">Go</a></div>'
            '<figure class="kg-card kg-bookmark-card"><a class="kg-bookmark-container"'
            ' href="https://b.example/x"><div class="kg-bookmark-content"><div'
            ' class="kg-bookmark-title">Marked</div><div>Other</div></div></a></figure>'
            '<figure class="kg-card kg-embed-card"><iframe'
            ' src="https://www.youtube.com/embed/dQw4w9WgXcQ?x=1"></iframe></figure>'
            '<div class="kg-card kg-toggle-card"><div class="kg-toggle-heading"><h4'
            ' class="kg-toggle-heading-text">More</h4><button>+</button></div>'
            '<div class="kg-toggle-content"><p>Inside</p></div></div>'
        )

        assert found[0] == (
            "callout",
            {"kind": "note", "title": "", "text": "<p>💡 Mind <b>it</b></p>"},
        )
        assert found[1][0] == "button"
        assert found[1][1]["url"] == "https://a.example/"
        assert found[2] == ("paragraph", '<p><a href="https://b.example/x">Marked</a></p>')
        assert found[3] == (
            "embed",
            {"url": "https://www.youtube.com/watch?v=dQw4w9WgXcQ", "caption": ""},
        )
        assert found[4][0] == "html"
        assert "<summary>More</summary>" in found[4][1]

    def test_lexical_is_read_where_there_is_no_html(self, body):
        document = lexical(
            {
                "type": "paragraph",
                "children": [
                    words("a < b "),
                    words("bold", format=3),
                    {"type": "linebreak"},
                    {"type": "link", "url": "https://a.example", "children": [words("link")]},
                ],
            },
            {"type": "extended-heading", "tag": "h3", "children": [words("Head")]},
            {
                "type": "list",
                "listType": "number",
                "children": [{"type": "listitem", "children": [words("first")]}],
            },
            {"type": "codeblock", "language": "sql", "code": "select 1 < 2"},
            {"type": "callout", "calloutEmoji": "", "calloutText": "<p>Mind</p>"},
            {"type": "button", "buttonText": "Go", "buttonUrl": "/go/"},
            {"type": "signup", "header": "x"},
        )
        found = body(None, lexical=document)

        assert found == [
            (
                "paragraph",
                '<p>a &lt; b <i><b>bold</b></i><br/><a href="https://a.example">link</a></p>',
            ),
            ("heading", {"text": "Head", "level": "h3"}),
            ("paragraph", "<ol><li>first</li></ol>"),
            ("code", {"language": "sql", "code": "select 1 < 2"}),
            ("callout", {"kind": "note", "title": "", "text": "<p>Mind</p>"}),
            ("button", {"text": "Go", "page": None, "url": "/go/", "style": "primary"}),
        ]

    def test_mobiledoc_is_read_where_there_is_nothing_newer(self, body):
        document = {
            "version": "0.3.1",
            "markups": [["strong"], ["a", ["href", "https://a.example"]]],
            "atoms": [["soft-return", "", {}]],
            "cards": [["code", {"code": "x = 1", "language": "python"}], ["hr", {}], ["odd", {}]],
            "sections": [
                [
                    1,
                    "p",
                    [[0, [], 0, "One "], [0, [0], 1, "two"], [1, [], 0, 0], [0, [1], 1, "three"]],
                ],
                [3, "ul", [[[0, [], 0, "item"]]]],
                [10, 0],
                [10, 2],
                [1, "h2", [[0, [], 0, "Head"]]],
                [99],
            ],
        }
        found = body(None, mobiledoc=json.dumps(document))

        assert found == [
            (
                "paragraph",
                '<p>One <b>two</b><br/><a href="https://a.example">three</a></p><ul><li>item</li></ul>',
            ),
            ("code", {"language": "python", "code": "x = 1"}),
            ("heading", {"text": "Head", "level": "h2"}),
        ]

    def test_its_own_address_is_filled_in(self, run):
        html = '<p><a href="__GHOST_URL__/about/">x</a></p><img src="__GHOST_URL__/content/images/a.png">'
        run(export(post(html=html)), url="https://old.example/")
        text = str(PostPage.objects.get().body.raw_data[0]) + str(
            PostPage.objects.get().body.raw_data[1]
        )

        assert "https://old.example/about/" in text
        assert "https://old.example/content/images/a.png" in text
        assert "__GHOST_URL__" not in text


HOSTILE = [
    "<script>alert(1)</script><p>x</p>",
    "<p onclick='alert(1)'>x</p>",
    "<a href='javascript:alert(1)'>x</a>",
    "<img src=x onerror=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe><p>x</p>",
    "<div class='kg-callout-card'><div class='kg-callout-text'><img src=x onerror=alert(1)>x</div></div>",
    "<div class='kg-button-card'><a href='javascript:alert(1)'>x</a></div>",
    "<figure class='kg-bookmark-card'><a href='javascript:alert(1)'>x</a></figure>",
    (
        "<div class='kg-toggle-card'><h4 class='kg-toggle-heading-text'><script>1</script>x</h4>"
        "<div class='kg-toggle-content'><svg onload=alert(1)>x</div></div>"
    ),
    "<!--kg-card-begin: html--><form action='//evil'><input onfocus=alert(1) autofocus>x</form>",
]


class Dangers(HTMLParser):
    """What could run in a page."""

    def __init__(self):
        super().__init__()
        self.found = []

    def handle_starttag(self, tag, attrs):
        values = {name: (value or "").strip().lower() for name, value in attrs}
        if tag in {"form", "object", "embed", "svg"} and "alert" in str(values):
            self.found.append(tag)
        if tag == "script" and "src" not in values and "ld+json" not in values.get("type", ""):
            self.found.append("script")
        self.found += [f"{tag} {name}" for name in values if name.startswith("on")]
        self.found += [f"{tag} srcdoc" for name in values if name == "srcdoc"]
        self.found += [
            f"{tag} {value}" for value in values.values() if value.startswith("javascript:")
        ]


def dangers(html):
    parser = Dangers()
    parser.feed(html)
    parser.close()
    return parser.found


class TestHostile:
    @pytest.mark.parametrize("html", HOSTILE)
    def test_html_is_cleaned(self, run, client, html):
        run(export(post(html=html)))

        assert PostPage.objects.exists()
        assert dangers(client.get("/blog/a-post/").content.decode()) == []

    @pytest.mark.parametrize("html", HOSTILE)
    def test_cards_of_lexical_and_mobiledoc_are_cleaned(self, run, client, html):
        nodes = [
            {"type": "html", "html": html},
            {"type": "callout", "calloutText": html, "calloutEmoji": html},
            {"type": "toggle", "heading": html, "content": html},
            {"type": "image", "src": 'x" onerror="alert(1)', "caption": html, "alt": html},
            {"type": "button", "buttonText": html, "buttonUrl": "javascript:alert(1)"},
            {"type": "link", "url": "javascript:alert(1)", "children": [words(html)]},
        ]
        cards = [["html", {"html": html}], ["embed", {"html": html}]]
        mobiledoc = json.dumps({"cards": cards, "sections": [[10, 0], [10, 1]], "markups": []})
        run(
            export(
                post(html=None, lexical=lexical(*nodes)),
                post(html=None, mobiledoc=mobiledoc, id="2", slug="b"),
            )
        )
        for made in PostPage.objects.all():
            for block in made.body.raw_data:
                assert dangers(json.dumps(block["value"]).replace('\\"', '"')) == []
            assert not dangers(client.get(made.url).content.decode())

    @pytest.mark.parametrize(
        ("content", "message"),
        [
            ("", "is empty"),
            ("{", "is not a JSON file"),
            ("[]", "is not an export of Ghost"),
            ('{"db": []}', "is not an export of Ghost"),
            ('{"db": [{"data": {"posts": 7}}]}', "is not an export of Ghost"),
            ("[" * 100_000, "is not a JSON file"),
            (b"\xff\xfe\x00", "is not a JSON file"),
        ],
    )
    def test_a_file_that_is_no_export_is_refused(self, run, content, message):
        with pytest.raises(CommandError, match=message):
            run(content)

    def test_a_missing_file_is_named(self, blog, tmp_path):
        with pytest.raises(CommandError, match="There is no file"):
            call_command("mkt_blog_import_ghost", str(tmp_path / "none.json"), blog="blog")

    def test_values_of_any_type_break_nothing(self, run):
        junk = [None, True, 7, 1.5, "x", [], {}, [[]], {"a": {}}, "9" * 400, "\ud800", "\0"]
        posts = [
            {**post(id=str(number), slug=f"p{number}"), name: value}
            for number, (name, value) in enumerate(
                (name, value)
                for name in ("title", "html", "lexical", "status", "slug", "uuid")
                for value in junk
            )
        ]
        odd = json.loads(export(*posts))
        odd["db"][0]["data"] |= {"tags": [7, {}], "users": 3, "posts_tags": [{"post_id": []}, None]}
        output = run(json.dumps(odd))

        assert "failed: 0" in output

    def test_a_deeply_nested_document_is_read_as_far_as_it_goes(self, run):
        node = words("deep")
        for _ in range(200):
            node = {"type": "paragraph", "children": [node]}
        output = run(export(post(html=None, lexical=lexical(node))))

        assert "imported: 1" in output


class TestAgain:
    def test_changes_nothing(self, run):
        content = export(post(), post(id="2", slug="b"))
        run(content)
        before = list(PostPage.objects.order_by("pk").values())

        output = run(content)

        assert "imported: 0\n  changed: 0\n  unchanged: 2" in output
        assert list(PostPage.objects.order_by("pk").values()) == before

    def test_updates_in_place_and_respects_editors(self, run):
        run(export(post("Old"), post("Other", id="2", slug="b")))
        edited = PostPage.objects.get(slug="b")
        edited.title = "Mine"
        edited.save_revision().publish()
        new = export(post("New"), post("Theirs", id="2", slug="b"))

        output = run(new)

        assert set(PostPage.objects.values_list("title", flat=True)) == {"New", "Mine"}
        assert "edited on this site since its import" in output
        run(new, overwrite=True)
        assert set(PostPage.objects.values_list("title", flat=True)) == {"New", "Theirs"}

    def test_a_dry_run_writes_nothing(self, run):
        output = run(export(post()), dry_run=True)

        assert "Dry run" in output
        assert "imported: 1" in output
        assert not PostPage.objects.exists()
        assert not ImportedPost.objects.exists()

    def test_goes_on_where_it_was_killed(self, run, monkeypatch):
        monkeypatch.setattr("mkt_blog.importers.importer.BATCH_POSTS", 2)
        content = export(*(post(id=str(n), slug=f"p{n}") for n in range(5)))
        from mkt_blog.importers.wordpress.writer import Writer

        create, calls = Writer.create, []

        def interrupted(self, *arguments):
            calls.append(1)
            if len(calls) == 4:
                raise KeyboardInterrupt
            return create(self, *arguments)

        monkeypatch.setattr(Writer, "create", interrupted)
        with pytest.raises(CommandError, match="interrupted"):
            run(content)
        assert PostPage.objects.count() == 2

        output = run(content)

        assert "imported: 3\n  changed: 0\n  unchanged: 2" in output

    def test_the_same_post_twice_is_imported_once(self, run):
        output = run(export(post(), post()))

        assert "it is in the export twice" in output
        assert PostPage.objects.count() == 1


class TestOldAddresses:
    def test_lead_to_the_new_ones(self, run, client):
        run(export(post(), post(id="2", slug="draft", status="draft")), redirects=True)

        assert [(one.old_path, one.redirect_page.slug) for one in Redirect.objects.all()] == [
            ("/a-post", "a-post")
        ]
        moved = client.get("/a-post/")
        assert (moved.status_code, moved.url) == (301, "/blog/a-post/")

    def test_follow_a_pattern(self, run, client):
        content = export(post(), tags=[tag("t", "Slow")], posts_tags=[link("tag", "1", "t")])
        run(content, redirects=True, permalink="/{primary_tag}/{year}/{month}/{slug}/")

        assert client.get("/slow/2020/02/a-post/").url == "/blog/a-post/"

    def test_of_an_editor_stay(self, run):
        Redirect.add_redirect("/a-post/", "/elsewhere/")
        run(export(post()), redirects=True)

        assert [one.redirect_link for one in Redirect.objects.filter(site=None)] == ["/elsewhere/"]

    def test_that_are_the_same_need_none(self, run, home):
        home.add_child(instance=BlogIndexPage(title="Other", slug="other"))
        run(export(post()), redirects=True, permalink="/blog/{slug}/")

        assert not Redirect.objects.exists()

    @pytest.mark.parametrize("pattern", ["{slug}", "/{secret}/", "/{year}/", "/x/"])
    def test_need_a_usable_pattern(self, run, pattern):
        with pytest.raises(CommandError, match="is no pattern"):
            run(export(post()), permalink=pattern)

    def test_need_the_app(self, run, monkeypatch):
        monkeypatch.setattr(
            "mkt_blog.importers.old_addresses.apps.is_installed",
            lambda name: name != "wagtail.contrib.redirects",
        )
        with pytest.raises(CommandError, match=r"wagtail\.contrib\.redirects"):
            run(export(post()), redirects=True)


class TestFeatureImages:
    @pytest.fixture
    def folder(self, tmp_path):
        folder = tmp_path / "content" / "images"
        (folder / "2020" / "02").mkdir(parents=True)
        Pillow.new("RGB", (32, 20), "teal").save(folder / "2020" / "02" / "loaf.png")
        (folder / "bad.png").write_text("<script>")
        (tmp_path / "secret.png").write_bytes((folder / "2020" / "02" / "loaf.png").read_bytes())
        return folder

    def test_come_from_the_folder_and_are_stored_once(self, run, folder):
        address = "__GHOST_URL__/content/images/2020/02/loaf.png"
        other = "https://old.example/content/images/size/w600/2020/02/loaf.png"
        output = run(
            export(post(feature_image=address), post(id="2", slug="b", feature_image=other)),
            images=folder,
        )

        image = get_image_model().objects.get()
        assert image.title == "loaf"
        assert [one.hero_image for one in PostPage.objects.all()] == [image, image]
        assert "add by hand" not in output

    def test_are_listed_where_they_cannot_be_found(self, run, folder):
        output = run(
            export(
                post(feature_image="https://cdn.example/x.png"),
                post(id="2", slug="b", feature_image="/content/images/../../secret.png"),
                post(id="3", slug="c", feature_image="/content/images/%2e%2e/%2e%2e/secret.png"),
            ),
            images=folder,
        )

        assert output.count("secret.png") == 2
        assert "https://cdn.example/x.png" in output
        assert not get_image_model().objects.exists()

    def test_that_are_no_pictures_cost_no_post(self, run, folder):
        output = run(export(post(feature_image="/content/images/bad.png")), images=folder)

        assert "imported: 1" in output
        assert "bad.png was refused" in output
        assert PostPage.objects.get().hero_image is None

    def test_come_later_with_a_folder(self, run, folder):
        content = export(post(feature_image="/content/images/2020/02/loaf.png"))
        run(content)

        output = run(content, images=folder)

        assert "changed: 1" in output
        assert PostPage.objects.get().hero_image.title == "loaf"

    def test_need_a_folder_that_is_there(self, run, tmp_path):
        with pytest.raises(CommandError, match="There is no folder"):
            run(export(post()), images=tmp_path / "none")
