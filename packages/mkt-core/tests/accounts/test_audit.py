"""Who changed whose rights, and which settings: entries of Wagtail's own log, made by its own views."""

import json
from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, Permission
from django.core import serializers
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import (
    Collection,
    GroupCollectionPermission,
    GroupPagePermission,
    ModelLogEntry,
    Page,
    Site,
)

from mkt_core.accounts import audit
from mkt_core.compat import WAGTAIL_8

from ..cache.site.models import Branding

User = get_user_model()


@pytest.fixture
def chief(site, editor):
    """The administrator who does all this."""
    return editor


@pytest.fixture
def admin(chief, client):
    client.force_login(chief, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def anna(db):
    return User.objects.create_user("anna", "anna@example.org", "old password")


@pytest.fixture
def group(db):
    return Group.objects.create(name="Press office")


@pytest.fixture
def entries(db):
    """Our entries since the test began, as (action, user's name, data, message)."""
    start = ModelLogEntry.objects.order_by("-pk").values_list("pk", flat=True).first() or 0

    def found(action=None):
        rows = ModelLogEntry.objects.filter(pk__gt=start, action__startswith="mkt_core.")
        return [
            (row.action, row.user.get_username() if row.user else None, row.data, str(row.message))
            for row in rows.order_by("pk")
            if action in (None, row.action)
        ]

    return found


def permission(codename):
    return Permission.objects.get(codename=codename)


def group_form(group, *, permissions=(), pages=(), collections=(), shown=0):
    """What the form of a group sends; ``pages`` and ``collections`` as (object, [codenames]).

    ``shown`` is how many rows of pages there were when the form was opened.
    """
    data = {"name": group.name, "permissions": [permission(name).pk for name in permissions]}
    empty = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    prefixes = [
        "page_permissions",
        "collection_permissions",
        "document_permissions",
        "image_permissions",
        "site_permissions",
    ]
    for prefix in prefixes:
        data |= {f"{prefix}-{name}": value for name, value in empty.items()}
    for prefix, name, rows in (
        ("page_permissions", "page", pages),
        ("image_permissions", "collection", collections),
    ):
        data[f"{prefix}-TOTAL_FORMS"] = len(rows)
        data[f"{prefix}-INITIAL_FORMS"] = min(shown, len(rows))
        for index, (target, codenames) in enumerate(rows):
            data[f"{prefix}-{index}-{name}"] = target.pk
            # The form for pages names permissions by their codename, the others by their key.
            data[f"{prefix}-{index}-permissions"] = (
                codenames if name == "page" else [permission(code).pk for code in codenames]
            )
    return data


class TestGroups:
    def save(self, admin, group, **rights):
        response = admin.post(
            reverse("wagtailusers_groups:edit", args=[group.pk]), group_form(group, **rights)
        )
        assert response.status_code == 302, [
            panel.errors
            for panel in response.context["permission_panels"]
            if hasattr(panel, "errors")
        ]

    def test_rights_given_in_the_form(self, admin, group, entries):
        root, collection = Page.get_first_root_node(), Collection.get_first_root_node()

        self.save(
            admin,
            group,
            permissions=["access_admin"],
            pages=[(root, ["publish_page"])],
            collections=[(collection, ["add_image"])],
        )

        messages = {message for _, _, _, message in entries(audit.PERMISSION_CHANGE)}
        assert messages == {
            "Permissions added: wagtailadmin.access_admin",
            "Page permissions added: “Root”: wagtailcore.publish_page",
            "Collection permissions added: “Root”: wagtailimages.add_image",
        }
        assert {user for _, user, _, _ in entries()} == {"Erika"}

    def test_rights_taken_in_the_form(self, admin, group, entries):
        root, collection = Page.get_first_root_node(), Collection.get_first_root_node()
        group.permissions.add(permission("access_admin"))
        GroupPagePermission.objects.create(
            group=group, page=root, permission=permission("publish_page")
        )
        GroupCollectionPermission.objects.create(
            group=group, collection=collection, permission=permission("add_image")
        )
        given = len(entries())

        self.save(admin, group)

        messages = {message for _, _, _, message in entries()[given:]}
        assert given == 3
        assert messages == {
            "Permissions removed: wagtailadmin.access_admin",
            "Page permissions removed: “Root”: wagtailcore.publish_page",
            "Collection permissions removed: “Root”: wagtailimages.add_image",
        }

    def test_saved_without_a_change_says_nothing(self, admin, group, entries):
        root = Page.get_first_root_node()
        GroupPagePermission.objects.create(
            group=group, page=root, permission=permission("publish_page")
        )
        given = len(entries())

        self.save(admin, group, pages=[(root, ["publish_page"])], shown=1)

        assert len(entries()) == given

    def test_new_group_with_rights(self, admin, entries):
        fresh = Group(name="New desk")
        data = group_form(fresh, pages=[(Page.get_first_root_node(), ["publish_page"])])

        admin.post(reverse("wagtailusers_groups:add"), data)

        ((action, user, data, _),) = entries()
        assert (action, user) == (audit.PERMISSION_CHANGE, "Erika")
        assert data["added"] == ["“Root”: wagtailcore.publish_page"]

    def test_form_shows_nothing_of_it(self, admin, group):
        response = admin.get(reverse("wagtailusers_groups:edit", args=[group.pk]))

        assert response.status_code == 200

    def test_group_that_is_deleted_is_no_change_of_rights(self, group, entries):
        GroupPagePermission.objects.create(
            group=group, page=Page.get_first_root_node(), permission=permission("publish_page")
        )
        given = len(entries())
        group.delete()

        assert len(entries()) == given

    def test_everything_taken_at_once(self, group, entries):
        group.permissions.set([permission("access_admin"), permission("add_image")])

        group.permissions.clear()

        assert entries()[-1][3] == (
            "Permissions removed: wagtailadmin.access_admin, wagtailimages.add_image"
        )

    def test_long_lists_are_cut_and_counted(self, group, entries):
        group.permissions.set(Permission.objects.all())

        ((_, _, data, message),) = entries()
        assert len(data["added"]) == 50
        assert data["added_count"] == Permission.objects.count()
        assert message.endswith(f"and {Permission.objects.count() - 50} more")

    def test_queries_do_not_grow(self, group, django_assert_max_num_queries):
        few, many = list(Permission.objects.all()[:2]), list(Permission.objects.all()[:40])
        group.permissions.set(few)
        group.permissions.clear()

        with django_assert_max_num_queries(9):
            group.permissions.add(*many)


class TestAccounts:
    def form(self, user, **changes):
        data = {
            "username": user.username,
            "email": user.email,
            "first_name": "Anna",
            "last_name": "Meyer",
            "password1": "",
            "password2": "",
            "is_active": "on",
        }
        return {name: value for name, value in (data | changes).items() if value is not None}

    def save(self, admin, user, **changes):
        url = reverse("wagtailusers_users:edit", args=[user.pk])
        response = admin.post(url, self.form(user, **changes))
        assert response.status_code == 302, response.context["form"].errors

    def test_groups_and_superuser(self, admin, anna, group, entries):
        self.save(admin, anna, groups=[group.pk], is_superuser="on")

        assert [(user, message) for _, user, _, message in entries()] == [
            ("Erika", "Changed: superuser status → yes"),
            ("Erika", "Groups added: Press office"),
        ]
        assert entries(audit.USER_CHANGE)[0][2] == {
            "changes": {"is_superuser": {"old": False, "new": True}}
        }

    def test_switched_off(self, admin, anna, entries):
        self.save(admin, anna, is_active=None)

        assert [message for *_, message in entries()] == ["Changed: active → no"]

    def test_password_set_by_somebody_else_is_told_without_it(self, admin, anna, entries):
        old = anna.password
        self.save(admin, anna, password1="brand new words", password2="brand new words")
        anna.refresh_from_db()

        ((action, user, data, message),) = entries()
        assert (action, user, message) == (audit.USER_CHANGE, "Erika", "Changed: password")
        stored = json.dumps(data)
        assert old not in stored
        assert anna.password not in stored
        assert "brand new" not in stored

    def test_mail_address(self, admin, anna, entries):
        self.save(admin, anna, email="new@example.org")

        assert entries()[0][2]["changes"] == {
            "email": {"old": "anna@example.org", "new": "new@example.org"}
        }

    def test_name_alone_says_nothing(self, admin, anna, entries):
        self.save(admin, anna, first_name="Anne")

        assert entries() == []

    def test_many_switched_off_at_once(self, admin, chief, anna, entries):
        app, model = User._meta.app_label, User._meta.model_name
        url = reverse("wagtail_bulk_action", args=[app, model, "set_active_state"])
        admin.post(f"{url}?id={anna.pk}&id={chief.pk}", {"mark_as_active": "False"})

        assert [(user, message) for _, user, _, message in entries()] == [
            ("Erika", "Changed: active → no")
        ]

    def test_many_given_a_role_at_once(self, admin, anna, group, entries):
        app, model = User._meta.app_label, User._meta.model_name
        url = reverse("wagtail_bulk_action", args=[app, model, "assign_role"])
        admin.post(f"{url}?id={anna.pk}", {"role": group.pk})

        assert [(user, message) for _, user, _, message in entries()] == [
            ("Erika", "Members added: anna")
        ]

    def test_many_deleted_at_once(self, admin, anna):
        app, model = User._meta.app_label, User._meta.model_name
        admin.post(f"{reverse('wagtail_bulk_action', args=[app, model, 'delete'])}?id={anna.pk}")

        assert not User.objects.filter(pk=anna.pk).exists()
        entry = ModelLogEntry.objects.get(action="wagtail.delete", object_id=str(anna.pk))
        assert (entry.label, entry.user.get_username(), entry.deleted) == ("anna", "Erika", True)

    def test_command_that_makes_an_administrator(self, entries):
        call_command(
            "createsuperuser",
            "--noinput",
            username="root",
            email="r@example.org",
            stdout=StringIO(),
        )

        assert [(user, message) for _, user, _, message in entries()] == [
            (None, "Changed: superuser status → yes")
        ]

    def test_login_says_nothing_and_asks_nothing(self, anna, entries, django_assert_num_queries):
        with django_assert_num_queries(1):
            anna.save(update_fields=["last_login"])

        assert entries() == []

    def test_newer_hash_of_the_same_password_says_nothing(self, anna, entries, settings):
        settings.PASSWORD_HASHERS = [
            "django.contrib.auth.hashers.ScryptPasswordHasher",
            *settings.PASSWORD_HASHERS,
        ]
        assert anna.check_password("old password")
        anna.refresh_from_db()

        assert anna.password.startswith("scrypt")
        assert entries() == []

    def test_fixture_says_nothing(self, anna, entries):
        text = serializers.serialize("json", [anna]).replace(
            '"is_superuser": false', '"is_superuser": true'
        )
        for row in serializers.deserialize("json", text):
            row.save()

        assert entries() == []

    def test_password_change_ends_other_sessions(self, site, anna, client):
        client.force_login(anna, backend="django.contrib.auth.backends.ModelBackend")
        assert "_auth_user_id" in client.session
        anna.set_password("another")
        anna.save()

        from django.contrib.auth import get_user
        from django.test import RequestFactory

        request = RequestFactory().get("/")
        request.session = client.session
        assert get_user(request).is_anonymous


class TestSettings:
    def test_which_fields_and_from_what_to_what(self, admin, entries):
        site = Site.objects.get()
        Branding.objects.create(site=site, tagline="Old words")
        url = reverse("wagtailsettings:edit", args=["cache_site", "branding", site.pk])

        response = admin.post(url, {"tagline": "New words"})

        assert response.status_code == 302
        ((action, user, data, message),) = entries()
        assert (action, user, message) == (audit.SETTING_CHANGE, "Erika", "Changed: tagline")
        assert data == {"changes": {"tagline": {"old": "Old words", "new": "New words"}}}

    def test_saved_without_a_change_says_nothing(self, admin, entries):
        site = Site.objects.get()
        Branding.objects.create(site=site, tagline="Old words")
        url = reverse("wagtailsettings:edit", args=["cache_site", "branding", site.pk])

        admin.post(url, {"tagline": "Old words"})

        assert entries() == []

    def test_host_of_a_site(self, admin, entries):
        site = Site.objects.get()
        data = {
            "hostname": "www.example.org",
            "port": 80,
            "root_page": site.root_page_id,
            "is_default_site": "on",
            "site_name": site.site_name,
        }
        admin.post(reverse("wagtailsites:edit", args=[site.pk]), data)

        ((_, user, data, message),) = entries()
        assert (user, message) == ("Erika", "Changed: hostname")
        assert data["changes"]["hostname"]["new"] == "www.example.org"

    def test_long_values_are_cut(self, entries, monkeypatch):
        monkeypatch.setattr("mkt_core.accounts.differences.MAX_CHARACTERS", 20)
        branding = Branding.objects.create(site=Site.objects.get())
        branding.tagline = "x" * 40
        branding.save()

        new = entries()[0][2]["changes"]["tagline"]["new"]
        assert new == "x" * 20 + "…"


class TestTokens:
    def test_entry_has_no_secret(self, anna, chief, entries):
        audit.record(
            audit.TOKEN_CREATE,
            anna,
            user=chief,
            data={"name": "Deploy", "token": "abc", "scopes": {"api_key": "def", "read": True}},
        )

        assert entries() == [
            (
                audit.TOKEN_CREATE,
                "Erika",
                {"name": "Deploy", "token": "***", "scopes": {"api_key": "***", "read": True}},
                "Token created",
            )
        ]

    def test_first_use_and_revocation_have_words(self, anna, entries):
        audit.record(audit.TOKEN_FIRST_USE, anna)
        audit.record(audit.TOKEN_REVOKE, anna)

        assert [message for *_, message in entries()] == [
            "Token used for the first time",
            "Token revoked",
        ]

    @pytest.mark.skipif(not WAGTAIL_8, reason="Wagtail has tokens since 8.0")
    def test_wagtails_own_that_is_deleted_with_its_owner(self, anna, entries):
        from wagtail.models import APIToken

        APIToken.create_token(user=anna, name="Deploy")
        anna.delete()

        ((action, user, data, _),) = entries()
        assert (action, user, data) == (audit.TOKEN_REVOKE, None, {"deleted": True})


class TestWho:
    def test_outside_of_wagtails_admin_it_is_the_user_of_the_request(
        self, site, chief, client, group, entries
    ):
        site.ROOT_URLCONF = "tests.accounts.acting_urls"
        client.force_login(chief, backend="django.contrib.auth.backends.ModelBackend")

        client.get(f"/join/{group.pk}/")

        assert [(user, message) for _, user, _, message in entries()] == [
            ("Erika", "Groups added: Press office")
        ]

    def test_nobody_is_logged_in(self, site, chief, client, group, entries):
        site.ROOT_URLCONF = "tests.accounts.acting_urls"

        client.get(f"/join/{group.pk}/")

        assert [user for _, user, _, _ in entries()] == [None]

    def test_other_requests_ask_for_no_user(self, site, client, django_assert_num_queries):
        site.ROOT_URLCONF = "tests.urls"
        with django_assert_num_queries(0):
            response = client.get("/whoami/")

        assert "Cookie" not in response.get("Vary", "")


def test_site_history_tells_it_in_words(admin, anna, group):
    anna.groups.add(group)
    anna.is_superuser = True
    anna.save()

    text = admin.get(reverse("wagtailadmin_reports:site_history")).content.decode()

    assert "Groups added: Press office" in text
    assert "Changed: superuser status → yes" in text
    assert "Change rights" in text


def test_history_goes_on_when_a_field_has_gone(admin, anna):
    audit.record_change(audit.USER_CHANGE, anna, {"shoe_size": {"old": 1, "new": 2}})

    text = admin.get(reverse("wagtailadmin_reports:site_history")).content.decode()

    assert "Changed: shoe_size" in text
