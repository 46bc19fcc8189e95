"""Settings → Response cache."""

import pytest
from django.contrib.auth import get_user_model
from django.urls import reverse
from wagtail.models import ModelLogEntry, Page, PageLogEntry

from mkt_core.cache.counting import figures
from mkt_core.signals import tags_bumped


@pytest.fixture
def url(counted):
    return reverse("mkt_core_response_cache")


@pytest.fixture
def admin(url, operator, client):
    client.force_login(operator)
    return client


@pytest.fixture
def bumps():
    seen = []

    def note(tags, **kwargs):
        seen.append(set(tags))

    tags_bumped.connect(note)
    yield seen
    tags_bumped.disconnect(note)


def test_shows_how_the_cache_does(admin, url, fetch):
    for _ in range(4):
        fetch("/plain/")
    fetch("/plain/?unknown=1")

    text = admin.get(url).content.decode()

    assert "75.0 %" in text
    assert "The address has arguments that the cache does not know." in text


def test_says_that_there_were_no_requests(admin, url):
    assert "no requests yet" in admin.get(url).content.decode()


def test_says_that_the_server_is_away(admin, url, counted, closed_port):
    counted.CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
        "away": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": f"redis://127.0.0.1:{closed_port}/0",
        },
    }
    counted.MKT_CORE = {"CACHE_ALIAS": "away"}

    response = admin.get(url)

    assert response.status_code == 200
    assert "does not answer" in response.content.decode()


def test_costs_a_fixed_number_of_queries(admin, url, django_assert_max_num_queries):
    admin.get(url)

    with django_assert_max_num_queries(12):
        admin.get(url)


def test_purges_a_page(admin, url, bumps, django_capture_on_commit_callbacks):
    page = Page.objects.get(depth=2)

    with django_capture_on_commit_callbacks(execute=True):
        response = admin.post(url, {"purge": "page", "page": page.pk}, follow=True)

    assert {f"page:{page.pk}"} in bumps
    assert f"Responses that show “{page}” are rendered anew." in response.content.decode()
    entry = PageLogEntry.objects.get(action="mkt_core.cache_purge")
    assert (entry.page_id, entry.user.username) == (page.pk, "olga")


def test_purges_tags(admin, url, bumps, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        admin.post(url, {"purge": "tags", "tags": " weather  page:7 weather"})

    assert {"weather", "page:7"} in bumps
    entry = ModelLogEntry.objects.get(action="mkt_core.cache_purge")
    assert entry.message == "Stored responses made of weather, page:7 purged"


def test_purges_everything(admin, url, fetch, django_capture_on_commit_callbacks):
    fetch("/plain/")
    with django_capture_on_commit_callbacks(execute=True):
        response = admin.post(url, {"purge": "everything"}, follow=True)

    assert fetch("/plain/")[1] == "miss"
    assert "All stored responses purged" in response.content.decode()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"purge": "page", "page": "99999"}, "Select a valid choice"),
        ({"purge": "page"}, "This field is required"),
        ({"purge": "tags", "tags": "  "}, "This field is required"),
    ],
)
def test_says_what_is_wrong(data, message, admin, url, bumps):
    response = admin.post(url, data)

    assert response.status_code == 200
    assert message in response.content.decode()
    assert not ModelLogEntry.objects.filter(action="mkt_core.cache_purge").exists()
    assert not any("weather" in tags for tags in bumps)


def test_nonsense_changes_nothing(admin, url):
    assert admin.post(url, {"purge": "the-weather"}).status_code == 302
    assert not ModelLogEntry.objects.filter(action="mkt_core.cache_purge").exists()


def test_is_for_those_who_may(url, client, operator):
    operator.user_permissions.remove(*operator.user_permissions.filter(codename__contains="purge"))
    client.force_login(operator)

    for response in (client.get(url), client.post(url, {"purge": "everything"})):
        assert response.status_code == 302
    assert not ModelLogEntry.objects.filter(action="mkt_core.cache_purge").exists()


def test_stands_in_the_menu_of_those_who_may(admin, url, client):
    home = reverse("wagtailadmin_home")
    assert url in admin.get(home).content.decode()

    editor = get_user_model().objects.create_user("ed")
    editor.user_permissions.add(*operator_permissions("access_admin"))
    client.force_login(editor)
    assert url not in client.get(home).content.decode()


def test_is_in_the_menu_only_with_the_middleware(admin, url, counted):
    counted.MIDDLEWARE = [path for path in counted.MIDDLEWARE if "mkt_core.cache" not in path]

    assert url not in admin.get(reverse("wagtailadmin_home")).content.decode()


def test_its_own_requests_are_no_business_of_the_cache(admin, url):
    admin.get(url)

    assert figures().cacheable == 0


def operator_permissions(*names):
    from django.contrib.auth.models import Permission

    return Permission.objects.filter(codename__in=names)
