import pytest
from django.contrib.auth.models import Group
from wagtail.models import PageViewRestriction

from mkt_core.compat import WAGTAIL_8
from tests.factories import ArticleFactory, root

pytestmark = pytest.mark.django_db


@pytest.fixture
def pages():
    """One page behind each kind of restriction, and one that is open."""
    group = Group.objects.create(name="Members")
    found = {"open": ArticleFactory(parent=root(), title="open")}
    for kind in ("password", "login", "groups"):
        page = found[kind] = ArticleFactory(parent=root(), title=kind)
        ArticleFactory(parent=page, title=f"below {kind}")
        restriction = PageViewRestriction.objects.create(
            page=page, restriction_type=kind, password="open sesame" if kind == "password" else ""
        )
        if kind == "groups":
            restriction.groups.add(group)
    return found


@pytest.fixture
def titles(ask):
    def get(**options):
        response = ask("pages/?limit=100", **options)
        assert response.status_code == 200
        return {item["title"] for item in response.json()["items"]} - {root().title}, response

    return get


def test_nobody_sees_restricted_pages_by_default(titles, pages, client, admin_user, make_token):
    client.force_login(admin_user)
    _row, token = make_token()

    assert titles()[0] == {"open"}
    assert titles(token=token)[0] == {"open"}


def test_a_token_for_it_sees_them_all_and_the_answer_is_kept_nowhere(titles, pages, make_token):
    _row, token = make_token(scopes=["read", "restricted"])

    found, response = titles(token=token)

    assert {"open", "password", "login", "groups", "below login"} <= found
    assert response["Cache-Control"] == "private, no-store"
    assert titles()[0] == {"open"}


class TestSessions:
    @pytest.fixture(autouse=True)
    def _enabled(self, settings):
        settings.MKT_API = {"SESSION_ACCESS": True}

    def test_of_users_open_what_is_for_users(self, titles, pages, client, django_user_model):
        client.force_login(django_user_model.objects.create_user("reader"))

        found, response = titles()

        assert found == {"open", "login", "below login"}
        assert response["Cache-Control"] == "private, no-store"
        assert "Cookie" in response["Vary"]

    def test_of_members_open_what_is_for_their_group(
        self, titles, pages, client, django_user_model
    ):
        member = django_user_model.objects.create_user("member")
        member.groups.add(Group.objects.get(name="Members"))
        client.force_login(member)

        assert {"groups", "below groups"} <= titles()[0]

    def test_of_whoever_gave_the_password_open_its_page(self, titles, pages, client):
        page = pages["password"]
        restriction = PageViewRestriction.objects.get(page=page)
        url = f"/_util/authenticate_with_password/{restriction.pk}/{page.pk}/"
        client.post(url, {"password": "open sesame", "return_url": "/"})

        found, response = titles()

        assert found == {"open", "password", "below password"}
        assert "no-store" in response["Cache-Control"]

    def test_of_nobody_open_nothing(self, titles, pages):
        assert titles()[0] == {"open"}

    def test_of_users_who_logged_out_open_nothing(self, titles, pages, client, django_user_model):
        client.force_login(django_user_model.objects.create_user("reader"))
        assert "login" in titles()[0]
        client.logout()

        assert titles()[0] == {"open"}

    def test_do_not_stand_in_for_a_token_that_does_not_work(self, ask, pages, client, admin_user):
        client.force_login(admin_user)

        assert ask("pages/", Authorization="Bearer wrong").status_code == 401


@pytest.mark.skipif(not WAGTAIL_8, reason="Wagtail has tokens of its own since 8.0")
class TestWagtailTokens:
    @pytest.fixture
    def token(self, django_user_model):
        from wagtail.models import APIToken

        user = django_user_model.objects.create_user("reader")
        return APIToken.create_token(user=user, name="x")

    def test_are_refused_unless_the_settings_accept_them(self, ask, token):
        assert ask("pages/", token=token[1]).status_code == 401

    def test_open_what_their_user_may_see(self, titles, pages, token, settings):
        settings.MKT_API = {"WAGTAIL_TOKENS": True}

        found, response = titles(token=token[1])

        assert found == {"open", "login", "below login"}
        assert response["Cache-Control"] == "private, no-store"

    def test_that_were_revoked_or_whose_user_was_locked_out_are_refused(self, ask, token, settings):
        from mkt_api.access import lookup

        settings.MKT_API = {"WAGTAIL_TOKENS": True}
        row, text = token
        assert ask("pages/", token=text).status_code == 200
        row.revoke()
        lookup.forget()

        assert ask("pages/", token=text).status_code == 401
