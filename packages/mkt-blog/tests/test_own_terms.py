"""A class of posts with categories, authors and series of the site's own."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from mkt_blog.models import Author, Category
from tests.importers.exports import export, item
from tests.testapp.models import Arc, Person, Report, ReportIndex, Topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def reports(home):
    return home.add_child(instance=ReportIndex(title="Reports", slug="reports"))


@pytest.fixture
def sea(db):
    return Topic.objects.create(name="Sea", colour="blue")


@pytest.fixture
def tides(sea):
    return Topic.objects.create(name="Tides", parent=sea)


def test_class_says_which_it_uses():
    assert Report.get_category_model() is Topic
    assert Report.get_author_model() is Person
    assert Report.get_series_model() is Arc


def test_listings_are_those_of_the_own_terms(reports, make_post, sea, tides, rf):
    eve = Person.objects.create(name="Eve", desk="Coast")
    arc = Arc.objects.create(title="Harbours")
    report = make_post(
        model=Report,
        below=reports,
        categories=[tides],
        primary_category=tides,
        authors=[eve],
        series=arc,
    )
    Category.objects.create(name="Sea", slug="sea")
    request = rf.get("/reports/")

    assert list(reports.category_listing(request, "sea").posts) == [report]
    assert list(reports.category_listing(request, "sea/tides").posts) == [report]
    assert list(reports.author_listing(request, "eve").posts) == [report]
    assert list(reports.series_listing(request, "harbours").posts) == [report]
    stored = Report.objects.get()
    assert (stored.main_category, stored.authors, stored.series) == (tides, [eve], arc)


def test_editor_chooses_among_them(reports, admin_client, sea, tides):
    eve = Person.objects.create(name="Eve")
    url = reverse("wagtailadmin_pages:add", args=["testapp", "report", reports.pk])
    data = nested_form_data(
        {
            "title": "Low water",
            "slug": "low-water",
            "date": "2026-03-01 12:00",
            "body": streamfield([]),
            "author_links": inline_formset([{"author": eve.pk}]),
            "related_links": inline_formset([]),
            "comments": inline_formset([]),
            "tags": "",
            "primary_category": tides.pk,
            "action-publish": "yes",
        }
    )
    response = admin_client.post(url, data | {"categories": [sea.pk]})

    assert response.status_code == 302, response.context["form"].errors
    report = Report.objects.get()
    assert set(report.category_list) == {sea, tides}
    assert report.authors == [eve]


def test_import_makes_and_finds_them(reports, tmp_path, sea):
    path = tmp_path / "export.xml"
    terms = '<category domain="category" nicename="sea">Sea</category>'
    terms += '<category domain="category" nicename="air">Air</category>'
    path.write_text(export(item(terms=terms, creator="eve")))
    call_command("mkt_blog_import_wordpress", str(path), blog="reports", verbosity=0)
    report = Report.objects.get()

    assert {category.name for category in report.category_list} == {"Sea", "Air"}
    assert sea in report.category_list
    assert [type(author) for author in report.authors] == [Person]
    assert not Category.objects.exists()
    assert not Author.objects.exists()
