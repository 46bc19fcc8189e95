"""What readers and editors see on a German site."""

from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from wagtail.admin.panels import get_edit_handler

import mkt_blog
from mkt_blog.models import Series
from mkt_blog.pages.models import PostPage

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_german():
    with translation.override("de"):
        yield


@pytest.fixture
def read(client):
    def read(address):
        return " ".join(client.get(address).content.decode().split())

    return read


class TestReaders:
    def test_a_post(self, read, make_post, ann, food):
        series = Series.objects.create(title="Brot")
        for number in (1, 2):
            make_post(authors=[ann], series=series, series_position=number, body="")

        page = read("/blog/post-2/")

        assert "1 Min. Lesezeit" in page
        assert "Teil 2 von 2" in page
        assert "Vorheriger Beitrag" in page
        assert 'aria-label="Geschrieben von"' in page
        assert "1. März 2026" in page

    def test_a_listing(self, read, make_post, food):
        for _ in range(2):
            make_post(categories=[food])

        page = read("/blog/category/food/")

        assert '<p class="mkt-eyebrow">Kategorie</p>' in page
        assert "2 Beiträge" in page
        assert "Alle Beiträge" in page
        assert "RSS-Feed" in page

    def test_one_post_is_counted_in_the_singular(self, read, make_post, food):
        make_post(categories=[food])

        assert "1 Beitrag<" in read("/blog/category/food/")

    def test_a_search_without_a_result(self, read, blog):
        page = read("/blog/search/?q=Rhabarber")

        assert "Suche: Rhabarber" in page
        assert "Zu „Rhabarber“ wurde nichts gefunden." in page


class TestEditors:
    def test_the_form_of_a_post(self, blog):
        form = get_edit_handler(PostPage).get_form_class()

        assert form.base_fields["pinned"].label == "Angeheftet"
        assert form.base_fields["date"].help_text.startswith("Ab diesem Zeitpunkt")

    def test_names_of_one_and_of_many(self):
        assert PostPage._meta.verbose_name == "Beitrag"
        assert Series._meta.verbose_name == "Serie"
        assert Series._meta.verbose_name_plural == "Serien"

    def test_a_slug_that_the_blog_needs_itself(self, make_post):
        with pytest.raises(ValidationError, match="Diese Adresse braucht der Blog selbst"):
            make_post(slug="feed")


class TestCatalogue:
    def test_no_message_is_untranslated_or_fuzzy(self):
        catalogue = Path(mkt_blog.__file__).parent / "locale/de/LC_MESSAGES/django.po"
        header, *entries = catalogue.read_text(encoding="utf-8").strip().split("\n\n")
        entries = [entry for entry in entries if "\n#~ msgstr" not in entry]

        assert "Language: de" in header
        assert entries
        assert [entry for entry in entries if not _is_translated(entry)] == []


def _is_translated(entry):
    """Whether an entry of a catalogue has a text for each of its forms, which somebody has looked at."""
    texts = []
    for line in entry.splitlines():
        if line.startswith("#,") and "fuzzy" in line:
            return False
        if line.startswith("msgstr"):
            texts.append("")
        if texts:
            texts[-1] += line[line.index('"') :].strip('"')
    return len(texts) == (2 if "\nmsgid_plural " in entry else 1) and all(texts)
