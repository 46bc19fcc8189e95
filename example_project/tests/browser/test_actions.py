"""What editors and administrators do with pages, people and redirects, and how they find them."""

import re

import pytest

from .test_editing import choose_page, page_id, pick, publish, said_so

pytestmark = pytest.mark.browser


def live(site, slug):
    return bool(site.value("SELECT live FROM wagtailcore_page WHERE slug = ?", slug))


def test_a_listing_is_filtered_by_date(admin):
    admin.goto("/admin/pages/")
    admin.get_by_role("button", name="Show filters").first.click()
    admin.get_by_role("button", name="Date updated").click()
    pick(admin, "[name=latest_revision_created_at_from]", 3)
    admin.wait_for_url("**latest_revision_created_at_from=*-03*")


def test_a_page_is_taken_offline_and_published_again(admin, site):
    spare = page_id(site, "spare")
    admin.goto(f"/admin/pages/{spare}/unpublish/")
    admin.get_by_role("button", name="Yes, unpublish it").click()
    said_so(admin)
    assert not live(site, "spare")
    admin.goto(f"/admin/pages/{spare}/edit/")
    publish(admin)
    assert live(site, "spare")


def test_a_page_is_copied_moved_and_deleted(admin, site):
    movable = page_id(site, "movable")
    admin.goto(f"/admin/pages/{movable}/copy/")
    admin.fill("#id_new_title", "Copied")
    admin.fill("#id_new_slug", "copied")
    admin.get_by_role("button", name="Copy this page").click()
    said_so(admin)
    copied = page_id(site, "copied")
    blog = page_id(site, "lab")
    admin.goto(f"/admin/pages/{copied}/move/{blog}/confirm/")
    admin.get_by_role("button", name="Yes, move this page").click()
    said_so(admin)
    assert "lab/copied" in site.value("SELECT url_path FROM wagtailcore_page WHERE id = ?", copied)
    admin.goto(f"/admin/pages/{copied}/delete/")
    admin.get_by_role("button", name="Yes, delete it").click()
    said_so(admin)
    assert page_id(site, "copied") is None


def test_a_workflow_gets_its_first_task(admin, site):
    admin.goto("/admin/workflows/add/")
    admin.fill("#id_name", "Two pairs of eyes")
    admin.get_by_role("button", name="Add task").click()
    admin.locator("#id_workflow_tasks-FORMS .chooser button:visible").first.click()
    admin.get_by_role("tab", name="Existing").click()
    admin.locator(".modal-body a.task-choice").first.click()
    admin.get_by_role("button", name="Create").last.click()
    said_so(admin)
    assert site.value(
        "SELECT count(*) FROM wagtailcore_workflowtask JOIN wagtailcore_workflow w"
        " ON w.id = workflow_id WHERE w.name = ?",
        "Two pairs of eyes",
    )


def test_a_redirect_leads_to_a_chosen_page(admin, site):
    admin.goto("/admin/redirects/add/")
    admin.fill("#id_old_path", "/old-spare/")
    admin.locator(".chooser button:visible").first.click()
    choose_page(admin, "Spare")
    admin.get_by_role("button", name=re.compile("^(Create|Save)$")).click()
    said_so(admin)
    assert site.value(
        "SELECT redirect_page_id FROM wagtailredirects_redirect WHERE old_path = ?", "/old-spare"
    ) == page_id(site, "spare")


def test_somebody_new_may_log_in(admin, site):
    admin.goto("/admin/users/new/")
    for name, value in (
        ("username", "reader"),
        ("email", "reader@example.org"),
        ("first_name", "R"),
        ("last_name", "S"),
    ):
        admin.fill(f"#id_{name}", value)
    for name in ("password1", "password2"):
        admin.fill(f"#id_{name}", "blue-kettle-on-the-hob-3")
    admin.get_by_role("button", name="Create", exact=True).click()
    said_so(admin)
    assert site.value("SELECT count(*) FROM auth_user WHERE username = ?", "reader") == 1


def test_the_response_cache_is_purged_for_a_chosen_page(admin):
    admin.goto("/admin/response-cache/")
    admin.locator(".chooser button:visible").first.click()
    choose_page(admin, "Spare")
    admin.get_by_role("button", name="Purge the page").click()
    said_so(admin)
