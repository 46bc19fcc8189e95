"""Every kind of page of the Wagtail admin opens, with nothing refused."""

import pytest

pytestmark = pytest.mark.browser

PAGES = (
    "/admin/",
    "/admin/account/",
    "/admin/collections/",
    "/admin/documents/",
    "/admin/groups/new/",
    "/admin/images/",
    "/admin/locales/",
    "/admin/pages/",
    "/admin/redirects/add/",
    "/admin/reports/aging-pages/",
    "/admin/reports/locked/",
    "/admin/reports/site-history/",
    "/admin/reports/workflow/",
    "/admin/response-cache/",
    "/admin/searchpicks/reports/search-terms/",
    "/admin/sites/1/",
    "/admin/snippets/",
    "/admin/snippets/mkt_blog/author/add/",
    "/admin/users/new/",
    "/admin/workflows/add/",
)


@pytest.mark.parametrize("path", PAGES)
def test_the_page_opens(admin, path):
    assert admin.goto(path).status == 200


def test_the_dashboard_of_our_own_figures_opens(admin):
    admin.goto("/admin/")
    admin.get_by_role("button", name="Reports").click()
    admin.get_by_role("link", name="Monitoring", exact=True).click()
    admin.wait_for_url("**/monitoring/**")
