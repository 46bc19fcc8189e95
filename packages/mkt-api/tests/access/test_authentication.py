from datetime import timedelta

import pytest
from django.utils import timezone

from mkt_api.access.tokens import revoke_token, rotate_token
from mkt_api.models import ApiToken

pytestmark = pytest.mark.django_db


def problem(response):
    assert response["Content-Type"] == "application/problem+json"
    return response.json()["type"].rpartition(":")[2]


class TestWithoutToken:
    def test_everybody_reads_by_default(self, ask):
        assert ask().status_code == 200

    def test_nobody_reads_where_the_settings_say_so(self, ask, settings):
        settings.MKT_API = {"ANONYMOUS_READ": False}

        response = ask()

        assert response.status_code == 401
        assert problem(response) == "token-required"
        assert response["WWW-Authenticate"] == 'Bearer realm="mkt-api"'
        assert response["Cache-Control"] == "no-store"

    @pytest.mark.parametrize("path", ["", "nowhere/", "entries/1/"])
    def test_nothing_is_found_out_without_one_either(self, ask, settings, path):
        settings.MKT_API = {"ANONYMOUS_READ": False}

        assert ask(path).status_code == 401

    def test_the_description_of_the_api_stays_open(self, ask, settings):
        settings.MKT_API = {"ANONYMOUS_READ": False}

        assert ask("openapi.json").status_code == 200

    def test_the_password_of_a_proxy_in_front_is_none_of_our_business(self, ask):
        assert ask(Authorization="Basic dXNlcjpwYXNz").status_code == 200


class TestWithToken:
    def test_a_good_one_reads(self, ask, make_token, settings):
        settings.MKT_API = {"ANONYMOUS_READ": False}
        _row, token = make_token()

        response = ask(token=token)

        assert response.status_code == 200
        assert response["Cache-Control"].startswith("private")
        assert "Authorization" in response["Vary"]

    @pytest.mark.parametrize(
        "header",
        [
            "Bearer wrong",
            "Bearer mktapi_" + "A" * 36,
            "Bearer wagtail_" + "A" * 33,
        ],
    )
    def test_a_wrong_one_is_refused_although_anybody_may_read(self, ask, header):
        response = ask(Authorization=header)

        assert response.status_code == 401
        assert problem(response) == "invalid-token"
        assert 'error="invalid_token"' in response["WWW-Authenticate"]

    @pytest.mark.parametrize(
        "header", ["Bearer", "Bearer ", "Token abc", "abc", "Bearer a b", "Bearer " + "x" * 600]
    )
    def test_a_header_that_cannot_be_read_is_refused(self, ask, header):
        response = ask(Authorization=header)

        assert response.status_code == 401
        assert problem(response) == "malformed-authorization"

    def test_an_expired_one_is_refused(self, ask, make_token):
        row, token = make_token(expires_at=timezone.now() + timedelta(hours=1))
        assert ask(token=token).status_code == 200

        row.expires_at = timezone.now() - timedelta(seconds=1)
        row.save()

        assert ask(token=token).status_code == 401

    def test_expires_to_the_second_although_it_is_remembered(self, ask, make_token, monkeypatch):
        moment = timezone.now() + timedelta(hours=1)
        _row, token = make_token(expires_at=moment)
        assert ask(token=token).status_code == 200

        monkeypatch.setattr("django.utils.timezone.now", lambda: moment)

        assert ask(token=token).status_code == 401

    def test_a_revoked_one_is_refused_at_once_in_this_process(self, ask, make_token):
        row, token = make_token()
        assert ask(token=token).status_code == 200

        revoke_token(row)

        assert ask(token=token).status_code == 401

    def test_a_revocation_elsewhere_takes_effect_within_seconds(self, ask, make_token, monkeypatch):
        row, token = make_token()
        assert ask(token=token).status_code == 200
        # As another process does it: no signal here.
        ApiToken.objects.filter(pk=row.pk).update(revoked_at=timezone.now())
        now = __import__("time").monotonic()
        monkeypatch.setattr("mkt_api.access.lookup.monotonic", lambda: now + 4.9)

        assert ask(token=token).status_code == 401

    def test_it_works_after_the_secret_key_has_changed(self, ask, make_token, settings):
        _row, token = make_token()
        settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
        settings.SECRET_KEY = "another"

        assert ask(token=token).status_code == 200

        settings.SECRET_KEY_FALLBACKS = []
        assert ask(token=token).status_code == 401

    def test_is_looked_up_with_one_query_and_then_with_none(
        self, ask, make_token, django_assert_num_queries
    ):
        row, token = make_token()
        ApiToken.objects.filter(pk=row.pk).update(last_used_at=timezone.now())
        assert ask("docs/").status_code == 200
        with django_assert_num_queries(1):
            assert ask("docs/", token=token).status_code == 200

        with django_assert_num_queries(0):
            assert ask("docs/", token=token).status_code == 200

    def test_nonsense_costs_no_query(self, ask, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert ask(Authorization="Bearer mktapi_" + "A" * 36).status_code == 401

    def test_last_use_is_written_once_in_a_while(self, ask, make_token, settings):
        row, token = make_token()

        ask(token=token)
        row.refresh_from_db()
        first = row.last_used_at
        ask(token=token)
        row.refresh_from_db()

        assert first is not None
        assert row.last_used_at == first


class TestScopes:
    def test_one_resource_is_open_and_others_are_not(self, ask, make_token):
        _row, token = make_token(scopes=["read:entries"])

        assert ask("entries/", token=token).status_code == 200
        refused = ask("articles/", token=token)

        assert refused.status_code == 403
        assert problem(refused) == "missing-scope"
        assert 'error="insufficient_scope"' in refused["WWW-Authenticate"]


class TestPlaces:
    def test_from_another_network_it_is_refused(self, ask, make_token, client):
        _row, token = make_token(networks=["192.0.2.0/24"])
        here = client.get(
            "/api/v1/entries/",
            headers={"Authorization": f"Bearer {token}"},
            REMOTE_ADDR="192.0.2.7",
        )

        assert here.status_code == 200
        assert problem(ask(token=token)) == "network-refused"

    def test_by_scripts_of_another_origin_it_is_refused(self, ask, make_token):
        _row, token = make_token(origins=["https://www.example.com"])

        assert ask(token=token).status_code == 200
        assert ask(token=token, Origin="https://www.example.com").status_code == 200
        assert problem(ask(token=token, Origin="https://evil.example")) == "origin-refused"

    def test_on_another_site_it_is_refused(self, ask, make_token):
        _row, token = make_token(sites=[999])

        assert problem(ask(token=token)) == "site-refused"

    def test_a_site_that_was_deleted_does_not_open_all_others(self, ask, make_token):
        from wagtail.models import Site

        site = Site.objects.get()
        other = Site.objects.create(hostname="b.example", root_page=site.root_page)
        _row, token = make_token(sites=[other.pk])
        other.delete()

        assert ask(token=token).status_code == 403


class TestRotation:
    def test_both_work_until_the_overlap_is_over(self, ask, make_token):
        row, old = make_token()

        successor, new = rotate_token(row, overlap=timedelta(hours=2))

        assert ask(token=old).status_code == ask(token=new).status_code == 200
        assert row.expires_at - timezone.now() < timedelta(hours=2)
        assert successor.replaces == row
        row.expires_at = timezone.now()
        row.save()
        assert ask(token=old).status_code == 401
        assert ask(token=new).status_code == 200

    def test_the_new_one_lasts_as_long_as_the_old_one_was_meant_to(self, make_token):
        row, _old = make_token(expires_at=timezone.now() + timedelta(days=30))

        successor, _new = rotate_token(row)

        assert abs(successor.expires_at - timezone.now() - timedelta(days=30)) < timedelta(
            minutes=1
        )

    def test_an_overlap_does_not_make_the_old_one_last_longer(self, make_token):
        row, _old = make_token(expires_at=timezone.now() + timedelta(minutes=1))
        before = row.expires_at

        rotate_token(row, overlap=timedelta(days=1))

        assert row.expires_at == before
