import pytest
from django.contrib.auth import get_user_model
from django.http import HttpResponse
from wagtail import hooks
from wagtail.models import PageViewRestriction

from .testapp.models import PlainPage

pytestmark = pytest.mark.django_db


def test_a_served_page_is_counted_under_its_type(client, site, metrics):
    assert client.get("/plain/").status_code == 200

    assert metrics.requests() == 1
    assert (
        metrics.requests(
            http_route="wagtail_serve",
            http_request_method="GET",
            http_response_status_class="2xx",
            wagtail_page_type="testapp.plainpage",
        )
        == 1
    )


@pytest.mark.parametrize(
    ("path", "route", "status_class"),
    [
        ("/events/", "wagtail_serve", "2xx"),
        ("/events/year/2026/", "wagtail_serve/year/<int:year>/", "2xx"),
        ("/events/year/2027/", "wagtail_serve/year/<int:year>/", "2xx"),
        ("/events/year/3001/", "wagtail_serve/year/<int:year>/", "4xx"),
        ("/events/broken/", "wagtail_serve/broken/", "5xx"),
        ("/events/stream/", "wagtail_serve/stream/", "2xx"),
    ],
)
def test_routes_of_a_routable_page_are_told_apart(client, site, metrics, path, route, status_class):
    list(client.get(path))

    assert metrics.requests() == 1
    assert (
        metrics.requests(
            http_route=route,
            http_response_status_class=status_class,
            wagtail_page_type="testapp.eventspage",
        )
        == 1
    )


def test_a_missing_page_has_no_type(client, site, metrics):
    client.get("/events/nothing/")

    assert metrics.requests(http_route="wagtail_serve", wagtail_page_type="none") == 1


def test_the_page_is_known_although_a_hook_answers_for_it(client, site, metrics):
    with hooks.register_temporarily("before_serve_page", lambda *args: HttpResponse("no")):
        client.get("/plain/")

    assert metrics.requests(wagtail_page_type="testapp.plainpage") == 1


def test_the_page_behind_a_login_is_known(client, site, metrics):
    page = PlainPage.objects.get(slug="plain")
    PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)

    assert client.get("/plain/").status_code == 302
    assert metrics.requests(wagtail_page_type="testapp.plainpage") == 1


def test_a_preview_is_not_a_request_of_its_own(client, site, metrics):
    client.force_login(get_user_model().objects.create_superuser("editor"))
    page = PlainPage.objects.get(slug="plain")
    page.save_revision()

    response = client.get(f"/admin/pages/{page.pk}/view_draft/")

    assert b"Plain" in response.content
    assert metrics.requests() == 1
    assert metrics.requests(wagtail_page_type="none", http_response_status_class="2xx") == 1


def test_measuring_adds_no_query_to_a_page(client, site, settings):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get("/plain/")
    with CaptureQueriesContext(
        connection,
    ) as measured:
        client.get("/plain/")
    settings.MIDDLEWARE = settings.MIDDLEWARE[1:]
    client.handler._middleware_chain = None
    client.get("/plain/")
    with CaptureQueriesContext(connection) as unmeasured:
        client.get("/plain/")

    assert len(measured) == len(unmeasured)
