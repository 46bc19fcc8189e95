from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Revision
from wagtail.rich_text import RichText

from mkt_blog.headings import unique_anchors
from mkt_blog.pages.models import BlogIndexPage, PostPage
from mkt_blog.reading import picture_seconds, reading_minutes
from mkt_blog.recount import recount
from mkt_blog.text import summarise
from tests.testapp.models import Story, StoryIndex


def paragraph(text):
    return ("paragraph", RichText(f"<p>{text}</p>"))


def heading(text, level="h2"):
    return ("heading", {"text": text, "level": level})


class TestReadingTime:
    @pytest.mark.parametrize(
        ("language", "minutes"), [("en", 10), ("en-gb", 10), ("de", 13), ("ar", 17), ("xx", 10)]
    )
    def test_depends_on_the_language(self, language, minutes):
        assert reading_minutes("word " * 2280, language) == minutes

    @pytest.mark.parametrize(("language", "minutes"), [("zh-hans", 4), ("ja", 3), ("en", 4)])
    def test_chinese_and_japanese_are_counted_by_characters(self, language, minutes):
        assert reading_minutes("日" * 1000, language) == minutes

    def test_code_takes_twice_as_long(self):
        assert reading_minutes("", "en", code="word " * 2280) == 20

    @pytest.mark.parametrize(
        ("pictures", "seconds"), [(0, 0), (1, 12), (2, 23), (10, 75), (12, 81)]
    )
    def test_each_picture_takes_less_than_the_one_before(self, pictures, seconds):
        assert picture_seconds(pictures) == seconds

    def test_setting_holds_for_every_language(self, settings):
        settings.MKT_BLOG = {"WORDS_PER_MINUTE": 100}

        assert reading_minutes("word " * 1000, "de") == 10
        assert reading_minutes("日" * 2000, "zh") == 10

    def test_fits_into_its_column(self, settings):
        settings.MKT_BLOG = {"WORDS_PER_MINUTE": 1}

        assert reading_minutes("a " * 50_000, "en") == 32767
        assert reading_minutes("", "en") == 1


class TestAnchors:
    @pytest.mark.parametrize(
        ("texts", "anchors"),
        [
            (["What now?", "What now?", "what  NOW"], ["what-now", "what-now-2", "what-now-3"]),
            (
                ["Wie weiter", "Über uns", "日本語", "Что?"],
                ["wie-weiter", "über-uns", "日本語", "что"],
            ),
            (["A", "A 2", "A"], ["a", "a-2", "a-3"]),
            (["!!!", "???", " "], ["section", "section-2", ""]),
        ],
    )
    def test_are_slugs_that_differ(self, texts, anchors):
        assert list(unique_anchors(texts)) == anchors


@pytest.mark.django_db
class TestPost:
    def test_stores_its_headings(self, make_post):
        body = [heading("One & two"), paragraph("x"), heading("One & two", "h4"), heading("")]

        assert PostPage.objects.get(pk=make_post(body=body).pk).headings == [
            {"level": 2, "text": "One & two", "anchor": "one-two"},
            {"level": 4, "text": "One & two", "anchor": "one-two-2"},
        ]

    def test_renders_the_anchors_that_it_stores(self, make_post, client):
        make_post(body=[heading("Tea"), paragraph("x"), heading("Tea"), heading("Tea")], slug="tea")
        post = PostPage.objects.get()
        html = client.get("/blog/tea/").content.decode()

        for entry in post.headings:
            assert html.count(f'id="{entry["anchor"]}"') == 1
            # Beside the heading, and in the table of contents.
            assert html.count(f'href="#{entry["anchor"]}"') == 2
        # A feed, a preview or anything else that renders the blocks alone.
        assert 'id="tea-3"' in str(post.body)
        assert 'id="tea-3"' in PostPage.objects.get().body[3].render()

    def test_anchors_follow_a_change_of_the_body(self, make_post):
        post = make_post(body=[heading("Tea"), heading("Tea")])
        assert 'id="tea-2"' in str(post.body)
        del post.body[0]
        assert 'id="tea-2"' not in str(post.body)
        post.body.insert(0, heading("Coffee"))
        post.body[1] = heading("Coffee")
        assert 'id="coffee-2"' in str(post.body)

    def test_language_of_the_page_counts(self, home, make_post, german):
        home_de = home.copy_for_translation(german)
        blog = home_de.add_child(instance=BlogIndexPage(title="Blog", slug="blog", locale=german))
        body = [paragraph("wort " * 1790)]

        assert make_post(below=blog, body=body, locale=german).reading_minutes == 10
        assert make_post(body=body).reading_minutes == 8

    def test_a_draft_does_not_touch_what_readers_see(self, make_post):
        post = make_post(body=[paragraph("one two")])
        post.body = [paragraph("one two three"), heading("Four")]
        revision = post.save_revision()
        assert PostPage.objects.get().word_count == 2

        revision.publish()
        assert PostPage.objects.get().word_count == 4
        assert PostPage.objects.get().headings[0]["anchor"] == "four"


@pytest.mark.django_db
class TestRecount:
    def run(self, **options):
        out = StringIO()
        call_command("mkt_blog_recount", stdout=out, **options)
        return out.getvalue().strip()

    @pytest.fixture
    def posts(self, home, make_post):
        stories = home.add_child(instance=StoryIndex(title="Stories", slug="stories"))
        body = [heading("Tea"), paragraph("one two")]
        posts = [make_post(body=body) for _ in range(3)]
        posts += [make_post(model=Story, below=stories, body=body, live=False)]
        for model in (PostPage, Story):
            model.objects.update(word_count=0, headings=[], reading_minutes=9, body_summary="")
        return posts

    def test_fills_in_what_was_not_counted(self, posts, monkeypatch):
        monkeypatch.setattr("mkt_blog.recount.BATCH_POSTS", 2)
        before = list(PostPage.objects.values_list("pk", "last_published_at", "latest_revision"))

        assert self.run() == "4 posts counted, 4 changed."
        assert self.run() == "4 posts counted, 0 changed."
        for post in [*PostPage.objects.all(), Story.objects.get()]:
            assert (post.word_count, post.reading_minutes) == (3, 1)
            assert post.headings[0]["anchor"] == "tea"
            assert post.body_summary == "one two"
        after = list(PostPage.objects.values_list("pk", "last_published_at", "latest_revision"))
        assert after == before
        assert not Revision.objects.exists()

    def test_writes_nothing_on_a_dry_run(self, posts):
        assert self.run(dry_run=True) == "4 posts counted, 4 would change."
        assert PostPage.objects.filter(word_count=0).count() == 3

    def test_takes_one_blog(self, posts):
        assert self.run(blog="stories") == "1 post counted, 1 changed."
        with pytest.raises(CommandError, match="stories"):
            self.run(blog="nowhere")

    def test_queries_do_not_grow_with_the_posts(self, posts, django_assert_num_queries):
        recount()
        # Two classes with posts: the first batch, a savepoint, the end; and one without.
        with django_assert_num_queries(9):
            assert recount() == (4, 0)


class TestSummary:
    @pytest.mark.parametrize(
        ("text", "summary"),
        [
            ("short", "short"),
            ("word " * 60, "word " * 47 + "word…"),
            ("日" * 300, "日" * 239 + "…"),
        ],
    )
    def test_ends_between_words(self, text, summary):
        body = PostPage.body.field.stream_block.to_python(
            [{"type": "paragraph", "value": f"<p>{text}</p>", "id": "1"}]
        )

        assert summarise(body) == summary
