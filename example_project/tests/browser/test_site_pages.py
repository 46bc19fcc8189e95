"""Public pages under the policy of the site, in light and dark, on a desk and on a phone."""

import pytest

from .conftest import watched

pytestmark = pytest.mark.browser

PATHS = ("/", "/blog/", "/blog/?page=2", "/blog/search/?q=tide", "/lab/")
DESK = {"width": 1280, "height": 800}
PHONE = {"width": 390, "height": 844}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_pages_keep_their_style(chromium, site, size, scheme):
    with watched(chromium, site, viewport=size, color_scheme=scheme) as (context, _watch):
        page = context.new_page()
        for path in ("/", "/blog/"):
            page.goto(path)
            background = page.evaluate("getComputedStyle(document.body).backgroundColor")
            channels = [int(part) for part in background.strip("rgba()").split(",")[:3]]
            assert (sum(channels) < 200) is (scheme == "dark")
            assert page.evaluate("document.documentElement.scrollWidth") <= size["width"]


@pytest.mark.parametrize("path", PATHS)
def test_a_public_page_opens(visitor, path):
    assert visitor.goto(path).status == 200


def test_every_post_of_the_demo_opens(visitor, site):
    """Pictures, galleries, code, tables, quotes and embeds are all in there somewhere."""
    slugs = site.rows(
        "SELECT slug FROM wagtailcore_page JOIN mkt_blog_pages_postpage ON id = page_ptr_id"
        " WHERE live ORDER BY id LIMIT 12"
    )
    for (slug,) in slugs:
        visitor.goto(f"/blog/{slug}/", wait_until="domcontentloaded")
        assert visitor.locator("article").first.is_visible()


def test_an_address_without_a_page_has_style_too(strangers, visitor, site):
    _context, watch = strangers
    watch.missing.add(f"{site.address}/no-such-page/")
    assert visitor.goto("/no-such-page/").status == 404
    assert visitor.locator(".site-header").is_visible()


def test_the_userbar_leads_to_the_editor(admin):
    admin.goto("/blog/")
    admin.locator("wagtail-userbar button").first.click()
    admin.get_by_role("menuitem", name="Edit this page").click()
    admin.wait_for_url("**/edit/")


def test_the_description_of_the_api_is_drawn(visitor):
    visitor.goto("/api/v1/docs/")
    visitor.locator(".swagger-ui .opblock").first.wait_for()


@pytest.mark.parametrize(
    "payload",
    [
        "<script>document.title = 'taken'</script>",
        "<img src=x onerror=\"document.title = 'taken'\">",
    ],
)
def test_a_script_smuggled_into_a_page_does_not_run(chromium, site, payload):
    """The policy is what stops it: this page is rewritten on its way to the browser, its headers are not."""
    context = chromium.new_context(base_url=site.address)
    try:
        page = context.new_page()

        def smuggle(route):
            response = route.fetch()
            route.fulfill(
                response=response, body=response.text().replace("</h1>", "</h1>" + payload, 1)
            )

        page.route("**/blog/", smuggle)
        page.goto("/blog/")
        assert payload[:8] in page.content()
        assert page.title() != "taken"
    finally:
        context.close()
