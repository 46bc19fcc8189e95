"""The streaming reader. No database."""

import subprocess
import sys
import textwrap
from io import StringIO
from time import process_time

import pytest
from django.core.management.base import OutputWrapper

from mkt_blog.importers.wordpress.items import AuthorDefinition, Item, TermDefinition
from mkt_blog.importers.wordpress.progress import ProgressBar
from mkt_blog.importers.wordpress.reader import Reader
from mkt_blog.importers.wordpress.survey import survey_export

from .exports import HEAD, TAIL, author, category, export, item, term


def read(path):
    return list(Reader(path))


class TestRecords:
    def test_come_in_the_order_of_the_file(self, write_export):
        path = write_export(author("ann", "Ann"), category("food"), item("One"))

        assert [type(record) for record in read(path)] == [AuthorDefinition, TermDefinition, Item]

    def test_item_holds_its_texts(self, write_export):
        [post] = read(
            write_export(
                item(
                    "A",
                    "x ]]> y",
                    meta={"_thumbnail_id": "7", "_secret": "1"},
                    terms=term("category", "c", "C"),
                )
            )
        )

        assert post.get("title") == "A"
        assert post.get("content:encoded") == "x ]]> y"
        assert post.meta == {"_thumbnail_id": "7"}
        assert [(t.domain, t.slug, t.name) for t in post.terms] == [("category", "c", "C")]
        assert post.line == 13

    @pytest.mark.parametrize("version", ["1.0", "1.1", "1.2"])
    def test_versions(self, write_export, version):
        reader = Reader(write_export(item(), version=version))

        assert len(list(reader)) == 1
        assert reader.version == version

    def test_prefixes_may_differ(self, write_export):
        content = export(item()).replace("xmlns:wp", "xmlns:ns1").replace("<wp:", "<ns1:")

        [post] = read(write_export(whole=content.replace("</wp:", "</ns1:")))

        assert post.get("wp:post_name") == "a-post"

    def test_comments_are_counted_and_not_taken_for_the_post(self, write_export):
        comment = "<wp:comment><wp:comment_id>1</wp:comment_id><title>no</title></wp:comment>"

        [post] = read(write_export(item("Yes", terms=comment)))

        assert post.get("title") == "Yes"
        assert post.comments == 1

    def test_what_follows_a_comment_is_read(self, write_export):
        comments = "<wp:comment><wp:comment>a</wp:comment><title>no</title></wp:comment>"

        [post] = read(write_export(item(terms=comments, meta={"_thumbnail_id": "7"})))

        assert post.get("title") == "A post"
        assert post.meta == {"_thumbnail_id": "7"}

    def test_categories_of_newer_exports_are_terms(self, write_export):
        definition = (
            "<wp:term><wp:term_taxonomy>category</wp:term_taxonomy><wp:term_slug>a</wp:term_slug>"
            "<wp:term_parent>b</wp:term_parent><wp:term_name>A</wp:term_name></wp:term>"
        )

        [record] = read(write_export(definition))

        assert (record.slug, record.parent, record.name) == ("a", "b", "A")

    def test_nothing_but_a_head_is_an_empty_export(self, write_export):
        assert read(write_export()) == []


class TestSurvey:
    def test_finds_what_stands_behind_the_post(self, write_export):
        survey = survey_export(
            write_export(
                item(post_id="1"),
                item(
                    post_id="9",
                    post_type="attachment",
                    post_parent="1",
                    attachment_url="https://o.example/a.jpg",
                    excerpt="Caption",
                    meta={"_wp_attachment_image_alt": "Alt"},
                ),
                category("food"),
            )
        )

        [picture] = survey.gallery("1", [])
        assert (picture.url, picture.alt, picture.caption) == (
            "https://o.example/a.jpg",
            "Alt",
            "Caption",
        )
        assert survey.gallery("2", ["9", "10"]) == [picture]
        assert "food" in survey.categories

    def test_follows_a_long_line_of_parents_once(self, write_export):
        path = write_export(
            *(category(f"c{number}", parent=f"c{number - 1}") for number in range(1, 10_001)),
            category("c0", parent="c3"),
        )
        started = process_time()

        survey = survey_export(path)

        # Nearly all of it is the reading; the lines alone took seven seconds.
        assert process_time() - started < 2
        assert survey.broken_cycles == ["C0"]

    def test_leaves_the_texts_alone(self, write_export):
        reader = Reader(write_export(item(content="x" * 1000)), with_bodies=False)

        [post] = list(reader)

        assert post.get("content:encoded") == ""


class Terminal(StringIO):
    tty = True

    def isatty(self):
        return self.tty


class TestProgressBar:
    def test_is_drawn_on_a_terminal(self):
        terminal = Terminal()
        bar = ProgressBar(OutputWrapper(terminal))

        bar(1, 2)
        bar(2, 2)
        bar.finish()

        assert "] 2/2" in terminal.getvalue()
        assert terminal.getvalue().endswith("\n")

    @pytest.mark.parametrize(("tty", "enabled"), [(False, True), (True, False)])
    def test_is_silent_otherwise(self, tty, enabled):
        terminal = Terminal()
        terminal.tty = tty
        bar = ProgressBar(OutputWrapper(terminal), enabled=enabled)

        bar(1, 2)
        bar.finish()

        assert terminal.getvalue() == ""


# Reads a file in a process of its own and prints the growth of its memory in kibibytes.
MEASURE = textwrap.dedent(
    """
    import resource, sys
    from pathlib import Path
    import django
    from django.conf import settings
    settings.configure(USE_TZ=True)
    from mkt_blog.importers.wordpress.reader import Reader
    def peak():
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    small, large = map(Path, sys.argv[1:])
    assert sum(1 for record in Reader(small))
    before = peak()
    count = sum(1 for record in Reader(large))
    count += sum(1 for record in Reader(large, with_bodies=False))
    print(count, peak() - before)
    """
)


def write_large(path, megabytes):
    text = "Some words that go on and on. " * 330
    with path.open("w") as file:
        file.write(HEAD.format(version="1.2"))
        posts = megabytes * 100
        for number in range(posts):
            file.write(item(f"Post {number}", text, post_id=str(number)))
        file.write(TAIL)
    return posts


@pytest.mark.skipif(sys.platform == "win32", reason="memory is measured with getrusage()")
@pytest.mark.parametrize("megabytes", [5, 50])
def test_memory_does_not_depend_on_the_size_of_the_file(tmp_path, megabytes):
    write_large(tmp_path / "small.xml", 1)
    posts = write_large(tmp_path / "large.xml", megabytes)

    result = subprocess.run(
        [sys.executable, "-c", MEASURE, tmp_path / "small.xml", tmp_path / "large.xml"],
        capture_output=True,
        text=True,
        check=True,
    )

    count, growth_kib = map(int, result.stdout.split())
    assert count == 2 * posts
    assert growth_kib < 2048
