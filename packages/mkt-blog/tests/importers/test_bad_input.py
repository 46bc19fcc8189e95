"""Whatever is wrong with the file or the command line gets one clear sentence."""

import builtins
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError
from django.db import OperationalError
from wagtail.models import Site

from mkt_blog import html
from mkt_blog.importers.wordpress.writer import Writer
from mkt_blog.pages.models import BlogIndexPage, PostPage

from .exports import HEAD, export, item

pytestmark = pytest.mark.django_db

BILLION_LAUGHS = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;">]>
<rss><channel><title>&c;</title></channel></rss>"""
EXTERNAL = """<?xml version="1.0"?>
<!DOCTYPE rss [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
<rss><channel><title>&secret;</title></channel></rss>"""
EXTERNAL_DTD = """<?xml version="1.0"?>
<!DOCTYPE rss SYSTEM "http://127.0.0.1:9/evil.dtd">
<rss><channel></channel></rss>"""
FEED = """<?xml version="1.0"?><rss version="2.0"><channel><title>A feed</title>
<item><title>Post</title></item></channel></rss>"""


def message(run, path, **options):
    with pytest.raises(CommandError) as caught:
        run(path, **options)
    text = str(caught.value)
    assert text
    assert "\n" not in text
    return text


class TestFile:
    def test_missing(self, run, tmp_path):
        assert "There is no file" in message(run, tmp_path / "gone.xml")

    def test_folder(self, run, tmp_path):
        assert "is a folder" in message(run, tmp_path)

    def test_unreadable(self, run, write_export, monkeypatch):
        def refuse(self, *args):
            raise PermissionError(13, "Permission denied")

        path = write_export(item())
        monkeypatch.setattr(Path, "open", refuse)

        assert "cannot be read: Permission denied." in message(run, path)

    @pytest.mark.parametrize("content", ["", "   \n"])
    def test_empty(self, run, write_export, content):
        assert "is empty" in message(run, write_export(whole=content))

    @pytest.mark.parametrize(
        "content",
        ["Dear Sir or Madam", b"PK\x03\x04\x00\x00", '{"posts": []}', b"\xff\xfe\x00\x00"],
    )
    def test_not_xml(self, run, write_export, content):
        assert "is not an XML file" in message(run, write_export(whole=content))

    @pytest.mark.parametrize(
        "content",
        [
            *(FEED, "<html><body></body></html>", '<feed xmlns="a"/>', "<rss><channel/></rss>"),
            "<rss>" * 1000,
        ],
    )
    def test_not_a_wordpress_export(self, run, write_export, content):
        assert "is not a WordPress export" in message(run, write_export(whole=content))

    def test_unknown_encoding(self, run, write_export):
        content = export(item()).replace("UTF-8", "UTF-88")

        assert "unknown encoding, “UTF-88”" in message(run, write_export(whole=content))

    @pytest.mark.parametrize(
        "encoding",
        [
            *("UTF-16", "utf-16-be", "utf-32", "cp037"),
            *("base64", "hex", "zlib", "bz2", "uu", "quopri", "rot13"),
            *("idna", "punycode", "undefined", "unicode_escape", "raw_unicode_escape"),
        ],
    )
    def test_encoding_that_the_file_cannot_have(self, run, write_export, encoding):
        content = export(item("One", r"C:\ud800")).replace("UTF-8", encoding)

        text = message(run, write_export(whole=content))

        assert f"says that its encoding is “{encoding}”, which it cannot be" in text

    @pytest.mark.parametrize("content", [BILLION_LAUGHS, EXTERNAL, EXTERNAL_DTD])
    def test_entities_are_refused(self, run, write_export, content):
        text = message(run, write_export(whole=content))

        assert "the file is refused" in text
        assert not PostPage.objects.exists()

    def test_entities_are_refused_in_a_real_export(self, run, write_export):
        content = export(item()).replace("<rss", '<!DOCTYPE rss [<!ENTITY x "y">]><rss', 1)

        assert "the file is refused" in message(run, write_export(whole=content))
        assert not PostPage.objects.exists()


class TestBrokenExport:
    def test_truncated_keeps_what_came_before(self, run, write_export):
        whole = HEAD.format(version="1.2") + item("One") + item("Two", post_id="2", slug="two")
        path = write_export(whole=whole + item("Three", post_id="3")[:200])
        out = StringIO()

        text = message(run, path, stdout=out)

        assert "The file ends in the middle of the export, at line 15" in text
        assert "the last post before that is “Two” (line 14)" in text
        assert text in out.getvalue()
        assert "imported: 2" in out.getvalue()
        assert PostPage.objects.count() == 2

    def test_truncated_before_the_first_post(self, run, write_export):
        text = message(run, write_export(whole=HEAD.format(version="1.2") + "<item><title>O"))

        assert "no post came before" in text

    def test_completed_later(self, run, write_export):
        parts = [item("One"), item("Two", post_id="2", slug="two")]
        message(run, write_export(whole=export(*parts)[:-60]))

        output = run(write_export(*parts))

        assert "imported: 1\n  changed: 0\n  unchanged: 1" in output

    def test_malformed_in_the_middle(self, run, write_export):
        path = write_export(item("One"), "<b>a & b</b>", item("Two", post_id="2"))

        text = message(run, path)

        assert "not well-formed XML at line 14" in text
        assert "“One”" in text
        assert PostPage.objects.count() == 1

    def test_nested_too_deep_keeps_what_came_before(self, run, write_export):
        path = write_export(
            item("One"), "<a>" * 100_000, "</a>" * 100_000, item("Two", post_id="2")
        )

        text = message(run, path)

        assert "Elements are nested more than 200 deep at line 14" in text
        assert "the last post before that is “One” (line 13)" in text
        assert PostPage.objects.count() == 1

    def test_control_characters_are_dropped_and_counted(self, run, write_export):
        output = run(write_export(item("One", "Vertical\x0btab and \x1f separator")))

        assert "Vertical" in str(PostPage.objects.get().body)
        assert "Characters removed because XML does not allow them: 2" in output

    def test_half_a_surrogate_pair_is_dropped_and_counted(self, run, write_export):
        content = export(item("One", "Half+2AA- a pair")).replace("UTF-8", "utf-7")

        output = run(write_export(whole=content))

        assert "Half a pair" in str(PostPage.objects.get().body)
        assert "Characters removed because XML does not allow them: 1" in output

    @pytest.mark.parametrize("encoding", ["shift_jis", "gb18030", "iso2022_jp", "utf-7"])
    def test_encodings_of_many_bytes_are_read(self, run, write_export, encoding):
        content = export(item("One", "日本")).replace("UTF-8", encoding).encode(encoding)

        run(write_export(whole=content))

        assert "日本" in str(PostPage.objects.get().body)

    def test_bytes_in_another_encoding_cost_only_themselves(self, run, write_export):
        run(write_export(whole=export(item("One", "caf\xe9 noir")).encode("latin-1")))

        assert "caf\ufffd noir" in str(PostPage.objects.get().body)

    @pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "iso-8859-1"])
    def test_other_encodings_are_read(self, run, write_export, encoding):
        declared = encoding.removesuffix("-sig")
        content = export(item("One", "café")).replace("UTF-8", declared).encode(encoding)

        run(write_export(whole=content))

        assert "café" in str(PostPage.objects.get().body)


class TestBlog:
    def test_unknown_slug_lists_the_blogs(self, run, write_export):
        text = message(run, write_export(item()), blog="blgo")

        assert "There is no blog with the slug “blgo”. There are: blog (/home/blog/)." in text

    def test_no_blog_at_all(self, run, write_export, blog):
        blog.delete()

        assert "create one in the page tree first" in message(run, write_export(item()))

    def test_two_of_a_slug_need_the_site(self, run, write_export, blog):
        root = blog.get_root()
        other_home = root.add_child(instance=type(blog.get_parent().specific)(title="O", slug="o"))
        other = other_home.add_child(instance=BlogIndexPage(title="Blog", slug="blog"))
        Site.objects.create(hostname="other.example", root_page=other_home)
        path = write_export(item())

        text = message(run, path)
        assert "Several blogs have the slug “blog”" in text
        assert "/o/blog/" in text
        assert "--site" in text

        run(path, site="other.example")
        assert PostPage.objects.get().get_parent().specific == other

    def test_unknown_site(self, run, write_export):
        text = message(run, write_export(item()), site="nowhere.example")

        assert "no site with the host name “nowhere.example”. There are: localhost." in text


class TestSetup:
    def test_missing_migrations_are_named(self, run, write_export, monkeypatch):
        path = write_export(export(item()))
        monkeypatch.setattr(PostPage._meta, "db_table", "mkt_blog_never_made")

        assert "mkt_blog_never_made is missing. Run “manage.py migrate”" in message(run, path)

    def test_missing_nh3_names_the_extra(self, run, write_export, monkeypatch):
        real_import = builtins.__import__

        def without_nh3(name, *args, **kwargs):
            if name == "nh3":
                raise ImportError(name)
            return real_import(name, *args, **kwargs)

        monkeypatch.delitem(sys.modules, "nh3", raising=False)
        monkeypatch.setattr(builtins, "__import__", without_nh3)
        html._cleaner.cache_clear()

        assert 'pip install "mkt-blog[import]"' in message(run, write_export(item()))
        assert not PostPage.objects.exists()

    def test_removed_blocks_are_named(self, run, write_export, settings):
        settings.MKT_BLOG = {"BODY_BLOCKS": {"quote": None, "html": None}}

        assert "has removed: html, quote." in message(run, write_export(item()))

    def test_database_failure_stops_with_a_sentence(self, run, write_export, monkeypatch):
        def fail(self, *args):
            raise OperationalError("database is locked")

        monkeypatch.setattr(Writer, "create", fail)

        assert "database is locked" in message(run, write_export(item()))
