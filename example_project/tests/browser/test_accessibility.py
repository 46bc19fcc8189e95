"""The blog of the demo, looked at by axe-core: on a desk, on a phone, on paper, light, dark, from right to left."""

import pytest

from .conftest import watched

pytestmark = pytest.mark.browser

LOOKS = {
    "desk": {"viewport": {"width": 1280, "height": 900}, "color_scheme": "light"},
    "phone, dark, right to left": {
        "viewport": {"width": 390, "height": 844},
        "color_scheme": "dark",
    },
    "paper": {"viewport": {"width": 794, "height": 1123}, "color_scheme": "light"},
}


@pytest.fixture(scope="module")
def paths(site):
    """One page of each kind: (path, what must be on it)."""
    ((post,),) = site.rows(
        "SELECT slug FROM wagtailcore_page JOIN mkt_blog_pages_postpage ON id = page_ptr_id"
        " WHERE live AND series_id IS NOT NULL ORDER BY id LIMIT 1"
    )
    ((author,),) = site.rows("SELECT slug FROM mkt_blog_author ORDER BY id LIMIT 1")
    ((category,),) = site.rows(
        "SELECT path FROM mkt_blog_category WHERE parent_id IS NOT NULL ORDER BY id LIMIT 1"
    )
    ((day,),) = site.rows("SELECT date FROM mkt_blog_pages_postpage ORDER BY date LIMIT 1")
    return {
        "/blog/": ".mkt-card--lead",
        "/blog/?page=2": ".mkt-pages",
        f"/blog/{post}/": "article.mkt-post",
        f"/blog/category/{category}/": ".mkt-card",
        f"/blog/author/{author}/": ".mkt-head",
        f"/blog/{str(day)[:4]}/": ".mkt-archive [aria-current]",
        "/blog/search/?q=tide": ".mkt-facets",
        "/blog/search/?q=zzzzzz": ".mkt-empty",
    }


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing(chromium, site, assert_accessible, paths, look):
    # The policy lets no script in that is not the site's; axe is none of it.
    with watched(chromium, site, bypass_csp=True, **LOOKS[look]) as (context, _watch):
        page = context.new_page()
        for path, element in paths.items():
            page.emulate_media(media="print" if look == "paper" else "screen")
            page.goto(path)
            if "right to left" in look:
                page.evaluate("document.documentElement.dir = 'rtl'")
            page.locator(element).first.wait_for(state="attached")
            page.evaluate(
                "document.querySelectorAll('details').forEach((one) => { one.open = true })"
            )
            assert_accessible(page, (path, look))


def test_the_blog_works_without_javascript(chromium, site, paths):
    with watched(chromium, site, java_script_enabled=False) as (context, _watch):
        page = context.new_page()
        page.goto("/blog/")
        page.get_by_role("link", name="Older").click()
        page.wait_for_url("**/blog/?page=2")
        page.goto("/blog/search/?q=tide")
        page.locator(".mkt-facet summary").first.click()
        page.locator(".mkt-facet a").first.click()
        # The address changes before the page does.
        page.locator(".mkt-facet a[aria-current]").first.wait_for(state="attached")

        assert page.locator(".mkt-facet a[aria-current]").count() == 1
        assert page.locator(".mkt-card").count() >= 1


def test_a_link_is_copied_and_told(chromium, site, paths):
    with watched(chromium, site, permissions=["clipboard-read", "clipboard-write"]) as (context, _):
        page = context.new_page()
        path = next(
            path for path in paths if path.count("/") == 3 and "?" not in path and "20" not in path
        )
        page.goto(path)
        page.locator("[data-mkt-copy]").click()
        page.locator("#mkt-status", has_text="Copied").wait_for(state="attached")

        assert page.evaluate("navigator.clipboard.readText()").endswith(path)
