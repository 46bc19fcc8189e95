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
    "/admin/mkt_alert_rules/",
    "/admin/mkt_alert_rules/new/",
    "/admin/pages/",
    "/admin/redirects/add/",
    "/admin/reports/aging-pages/",
    "/admin/reports/locked/",
    "/admin/reports/monitoring/",
    "/admin/reports/monitoring/api/",
    "/admin/reports/monitoring/content/",
    "/admin/reports/monitoring/health/",
    "/admin/reports/site-history/",
    "/admin/reports/workflow/",
    "/admin/response-cache/",
    "/admin/searchpicks/reports/search-terms/",
    "/admin/sites/edit/1/",
    "/admin/snippets/",
    "/admin/snippets/mkt_blog/author/add/",
    "/admin/users/new/",
    "/admin/workflows/add/",
)


@pytest.mark.parametrize("path", PAGES)
def test_the_page_opens(admin, path):
    assert admin.goto(path).status == 200
