"""Tokens, links to drafts and webhooks of the API, as an administrator makes and ends them."""

import json

import pytest

from .test_editing import page_id, said_so

pytestmark = pytest.mark.browser


def status(admin, site, path, token):
    """What a program with this token is answered."""
    headers = {"Authorization": f"Bearer {token}"}
    return admin.request.get(f"{site.address}/api/v1/{path}", headers=headers).status


def shown_once(admin):
    """The secrets that the page shows."""
    admin.locator("#mkt-api-secret-1").wait_for()
    return [field.input_value() for field in admin.locator("[id^=mkt-api-secret-]").all()]


def test_a_token_is_shown_once_works_and_is_revoked(admin, site, assert_accessible):
    admin.goto("/admin/api/tokens/new/")
    assert_accessible(admin, "new token", within="main")
    admin.fill("#id_name", "Shop window")
    admin.locator("main form button[type=submit]").click()
    [token] = shown_once(admin)
    assert_accessible(admin, "token", within="main")
    assert status(admin, site, "posts/?limit=1", token) == 200

    admin.get_by_role("link", name="Done").click()
    admin.wait_for_url("**/admin/api/tokens/")
    assert_accessible(admin, "tokens", within="main")
    assert "Shop window" in admin.locator("main").inner_text()
    assert token not in admin.content()
    key = site.value("SELECT id FROM mkt_api_apitoken WHERE name = ?", "Shop window")
    admin.goto(f"/admin/api/tokens/delete/{key}/")
    assert_accessible(admin, "revoke", within="main")
    admin.get_by_role("button", name="Yes, revoke").click()
    said_so(admin)
    # What other processes remember of it is a few seconds old at most.
    for _attempt in range(20):
        if status(admin, site, "posts/?limit=1", token) == 401:
            break
        admin.wait_for_timeout(500)
    assert status(admin, site, "posts/?limit=1", token) == 401


def test_a_link_shows_a_draft_until_it_is_revoked(admin, site, assert_accessible):
    lab = page_id(site, "lab")
    admin.goto(f"/admin/api/share/{lab}/")
    assert_accessible(admin, "share", within="main")
    admin.get_by_role("button", name="Make the link").click()
    address = shown_once(admin)[-1]
    assert "/api/v1/preview/?" in address
    assert admin.request.get(address).json()["title"] == "Lab"

    admin.goto("/admin/api/previews/")
    assert_accessible(admin, "links", within="main")
    key = site.value("SELECT id FROM mkt_api_previewlink ORDER BY created_at DESC LIMIT 1")
    admin.goto(f"/admin/api/previews/delete/{key}/")
    admin.get_by_role("button", name="Yes, revoke").click()
    said_so(admin)
    assert admin.request.get(address).status == 403


def test_a_webhook_that_nobody_may_be_sent_to_says_so_in_its_log(admin, site, assert_accessible):
    admin.goto("/admin/api/webhooks/new/")
    assert_accessible(admin, "new webhook", within="main")
    admin.fill("#id_name", "Inward")
    # An address of an inner network: the form takes it, nothing is ever sent there.
    admin.fill("#id_url", "https://10.255.255.1/hook")
    admin.locator("main form button[type=submit]").click()
    [secret] = shown_once(admin)
    assert secret.startswith("whsec_")

    key = site.value("SELECT id FROM mkt_api_webhookendpoint WHERE name = ?", "Inward")
    admin.goto(f"/admin/api/webhooks/test/{key}/")
    assert_accessible(admin, "test", within="main")
    admin.get_by_role("button", name="Send it").click()
    admin.get_by_text("It did not arrive").wait_for()
    admin.goto("/admin/api/deliveries/")
    assert_accessible(admin, "deliveries", within="main")
    delivery = site.value("SELECT max(id) FROM mkt_api_webhookdelivery")
    admin.goto(f"/admin/api/deliveries/inspect/{delivery}/")
    assert_accessible(admin, "delivery", within="main")
    body = json.loads(admin.locator("main pre").inner_text())
    assert body["type"] == "webhook.test"
    # The first attempt, and perhaps others: it is tried again.
    assert "10.255.255.1" in admin.locator("table.listing tbody tr").first.inner_text()
    admin.goto(f"/admin/api/webhooks/delete/{key}/")
    admin.locator("main form button[type=submit]").click()
    said_so(admin)
