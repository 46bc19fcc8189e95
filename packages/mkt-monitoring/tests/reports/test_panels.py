import pytest
from wagtail.admin.ui.tables import Table
from wagtail.models import Page

from mkt_monitoring.reports.panels import ViewsColumn

pytestmark = pytest.mark.django_db


def test_the_home_page_of_the_admin_has_the_visits(day, watcher, client):
    day(0, count=4321, visitors=99)
    assert "4,321" in client.get("/admin/").content.decode()


def test_others_do_not_see_them(day, editor, client):
    day(0, count=4321, visitors=99)
    assert "4,321" not in client.get("/admin/").content.decode()


def test_a_page_has_its_own_beside_its_editor(day, site, admin_client):
    plain = Page.objects.get(slug="plain")
    day(0, dimension="page", value="/plain/", page_id=plain.pk, count=4321)
    day(0, dimension="page", value="/events/", page_id=plain.pk + 1, count=8765)
    body = admin_client.get(f"/admin/pages/{plain.pk}/edit/").content.decode()

    assert 'data-side-panel="mkt-visits"' in body
    assert "4,321" in body
    assert "8,765" not in body


def test_a_listing_asks_once_for_all_pages(day, site, rf, django_assert_num_queries):
    pages = list(Page.objects.filter(depth__gt=1))
    for page in pages:
        day(0, dimension="page", value=page.slug, page_id=page.pk, count=1000 + page.pk)
    table = Table([ViewsColumn()], pages)

    with django_assert_num_queries(1):
        html = table.render_html({"request": rf.get("/")})
    for page in pages:
        assert f"{1000 + page.pk:,}" in html
