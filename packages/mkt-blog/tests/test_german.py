"""What readers and editors see on a German site."""

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from wagtail.admin.panels import get_edit_handler

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
