import re

import pytest
from django.contrib.auth.models import Group, Permission
from django.urls import reverse
from wagtail.models import ModelLogEntry

from mkt_api.access.tokens import create_token
from mkt_api.models import ApiToken, PreviewLink, WebhookDelivery, WebhookEndpoint
from mkt_api.preview.links import create_link
from mkt_api.webhooks import outbox
from mkt_api.webhooks.delivery import deliver_due
from mkt_api.webhooks.endpoints import create_endpoint
from tests.factories import ArticleFactory, root
from tests.webhooks.conftest import receiver  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.admin_urls")]

LISTS = ["mkt_api_tokens", "mkt_api_previews", "mkt_api_webhooks", "mkt_api_deliveries"]


@pytest.fixture
def admin(client, admin_user):
    client.force_login(admin_user)
    return client


@pytest.fixture
def content(receiver):  # noqa: F811
    """Something in every list."""
    create_token("Front end")
    page = ArticleFactory(parent=root(), live=False)
    page.save_revision()
    create_link(page)
    create_endpoint("Shop", receiver.url)
    outbox.record("page.updated", "page:1", {"id": 1})
    deliver_due()
    return page


def secret_in(response):
    return re.findall(r'id="mkt-api-secret-\d+"[^>]*value="([^"]*)"', response.content.decode())


class TestLists:
    @pytest.mark.parametrize("name", LISTS)
    def test_show_what_there_is_in_a_fixed_number_of_queries(
        self, admin, content, name, django_assert_max_num_queries
    ):
        with django_assert_max_num_queries(30):
            response = admin.get(reverse(f"{name}:index"))

        assert response.status_code == 200
        assert "API" in response.content.decode()

    @pytest.mark.parametrize("name", LISTS)
    def test_are_closed_to_editors_without_the_right(
        self, client, content, name, django_user_model
    ):
        editor = django_user_model.objects.create_user("editor", password="x")
        editor.groups.add(Group.objects.get(name="Editors"))
        client.force_login(editor)

        assert client.get(reverse(f"{name}:index")).status_code == 302


class TestTokens:
    def form(self, **more):
        return {"name": "Build", "scopes": ["read"], "origins": "", "networks": "", **more}

    def test_are_made_and_shown_once(self, admin, admin_user, client):
        response = admin.post(reverse("mkt_api_tokens:add"), self.form(networks="127.0.0.1"))

        [token] = secret_in(response)
        assert "no-store" in response["Cache-Control"]
        row = ApiToken.objects.get()
        assert (row.created_by, row.networks) == (admin_user, ["127.0.0.1"])
        answer = client.get("/api/v1/entries/", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 200
        assert token not in admin.get(reverse("mkt_api_tokens:index")).content.decode()
        entry = ModelLogEntry.objects.get(action="mkt_core.token_create")
        assert entry.user == admin_user

    def test_that_cannot_be_meant_are_refused(self, admin):
        response = admin.post(reverse("mkt_api_tokens:add"), self.form(origins="example.com"))

        assert response.status_code == 200
        assert not ApiToken.objects.exists()
        assert "example.com” is no origin" in response.content.decode()

    def test_are_changed(self, admin):
        row, _text = create_token("Old", origins=["https://a.example"])
        url = reverse("mkt_api_tokens:edit", args=[row.pk])
        assert "https://a.example" in admin.get(url).content.decode()

        admin.post(url, self.form(name="New", origins="https://b.example\nhttps://c.example"))

        row.refresh_from_db()
        assert (row.name, row.origins) == ("New", ["https://b.example", "https://c.example"])

    def test_are_rotated_and_revoked(self, admin):
        row, _text = create_token("Front end")
        rotate = reverse("mkt_api_tokens:rotate", args=[row.pk])
        assert admin.get(rotate).status_code == 200

        [_new] = secret_in(admin.post(rotate))
        revoke = reverse("mkt_api_tokens:delete", args=[row.pk])
        assert "Revoke" in admin.get(revoke).content.decode()
        admin.post(revoke)

        row.refresh_from_db()
        assert row.state == "revoked"
        assert ApiToken.objects.count() == 2

    def test_are_rotated_by_those_who_may_change_them_only(self, client, django_user_model):
        row, _text = create_token("Front end")
        editor = django_user_model.objects.create_user("editor")
        editor.user_permissions.add(
            Permission.objects.get(codename="access_admin"),
            Permission.objects.get(content_type__app_label="mkt_api", codename="view_apitoken"),
        )
        client.force_login(editor)

        client.post(reverse("mkt_api_tokens:rotate", args=[row.pk]))

        assert ApiToken.objects.count() == 1


class TestPreviewLinks:
    def test_are_made_in_the_editor_and_open_the_draft(self, admin, content, settings):
        settings.MKT_API = {"PREVIEW_CLIENT_URLS": {"default": "https://front.example/preview"}}
        edit = reverse("wagtailadmin_pages:edit", args=[content.pk])
        share = reverse("mkt_api_preview_link", args=[content.pk])
        assert share in admin.get(edit).content.decode()
        assert admin.get(share).status_code == 200

        response = admin.post(share, {"hours": "2"})

        front, own = secret_in(response)
        assert front.startswith(
            "https://front.example/preview?content_type=testapp.article&amp;token="
        )
        admin.logout()
        assert admin.get(own.replace("&amp;", "&")).json()["title"] == content.title

    @pytest.mark.parametrize("hours", ["0", "", "100000"])
    def test_last_a_sensible_time(self, admin, content, hours):
        share = reverse("mkt_api_preview_link", args=[content.pk])

        assert admin.post(share, {"hours": hours}).status_code == 200
        assert PreviewLink.objects.count() == 1

    def test_are_made_by_those_who_may_edit_the_page_only(self, client, content, django_user_model):
        editor = django_user_model.objects.create_user("editor")
        editor.user_permissions.add(Permission.objects.get(codename="access_admin"))
        client.force_login(editor)

        client.post(reverse("mkt_api_preview_link", args=[content.pk]), {"hours": "2"})

        assert PreviewLink.objects.count() == 1

    def test_are_revoked(self, admin, content):
        link = PreviewLink.objects.get()

        admin.post(reverse("mkt_api_previews:delete", args=[link.pk]))

        link.refresh_from_db()
        assert not link.is_active


class TestWebhooks:
    def test_are_made_and_their_secret_is_shown_once(self, admin, receiver):  # noqa: F811
        response = admin.post(
            reverse("mkt_api_webhooks:add"),
            {"name": "Shop", "url": receiver.url, "event_types": ["page.deleted"], "enabled": "on"},
        )

        [secret] = secret_in(response)
        assert secret.startswith("whsec_")
        assert WebhookEndpoint.objects.get().event_types == ["page.deleted"]

    def test_do_not_lead_inside(self, admin):
        data = {"name": "x", "url": "http://0x7f.0.0.1/", "enabled": "on"}
        response = admin.post(reverse("mkt_api_webhooks:add"), data)

        assert response.status_code == 200
        assert not WebhookEndpoint.objects.exists()

    def test_are_tested_and_get_another_secret(self, admin, content, receiver):  # noqa: F811
        endpoint = WebhookEndpoint.objects.get()

        admin.post(reverse("mkt_api_webhooks:test", args=[endpoint.pk]))
        [secret] = secret_in(admin.post(reverse("mkt_api_webhooks:rotate", args=[endpoint.pk])))

        assert receiver.types[-1] == "webhook.test"
        assert secret.startswith("whsec_")

    def test_deliveries_show_every_attempt_and_can_be_repeated(
        self,
        admin,
        content,
        receiver,  # noqa: F811
    ):
        delivery = WebhookDelivery.objects.first()
        shown = admin.get(reverse("mkt_api_deliveries:inspect", args=[delivery.pk]))
        assert "page.updated" in shown.content.decode()

        admin.post(reverse("mkt_api_deliveries:replay", args=[delivery.pk]))
        deliver_due()

        assert receiver.ids[0] == receiver.ids[-1]
        assert len(receiver.ids) == 2

    def test_nobody_makes_up_deliveries(self, admin):
        assert admin.get(reverse("mkt_api_deliveries:add")).status_code == 302
