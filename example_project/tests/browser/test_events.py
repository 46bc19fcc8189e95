"""Visitors are counted behind the page cache, and the dashboards show them."""

import time
from urllib.parse import urlsplit

import pytest

from .conftest import ARGUMENTS, watched

pytestmark = pytest.mark.browser

# Headless Chromium calls itself so, and is taken for a robot.
VISITOR = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
DASHBOARDS = (
    "/admin/reports/monitoring/",
    "/admin/reports/monitoring/content/",
    "/admin/reports/monitoring/api/",
    "/admin/reports/monitoring/health/",
    "/admin/mkt_alert_rules/new/",
)
LOOKS = {
    "desk": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "light"},
    "desk, dark": {"viewport": {"width": 1360, "height": 900}, "color_scheme": "dark"},
    "phone, dark": {"viewport": {"width": 390, "height": 844}, "color_scheme": "dark"},
}
WAIT_SECONDS = 20


@pytest.fixture(scope="module")
def guests(site, chromium, find_program):
    # A browser of its own: what a page sends while it is left has the name of the browser, not that of a context.
    program = find_program("chromium", package="chromium")
    browser = chromium.browser_type.launch(
        executable_path=str(program.path),
        args=[*ARGUMENTS, f"--user-agent={VISITOR}"],
        env=program.environment,
    )
    with watched(browser, site) as (context, watch):
        yield context, watch
    browser.close()


@pytest.fixture
def guest(guests):
    """A tab of somebody who is no robot."""
    context, watch = guests
    page = context.new_page()
    yield page, watch
    for opened in context.pages:
        opened.close()
    watch.assert_clean()


def events(site, name, since=0):
    return site.rows(
        "SELECT path, properties, visitor FROM mkt_monitoring_event WHERE name = ?", name
    )[since:]


def wait_for(look, what):
    """What ``look`` finds, once it finds something."""
    until = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < until:
        if found := look():
            return found
        time.sleep(0.25)
    pytest.fail(f"{what} did not arrive within {WAIT_SECONDS} seconds")


def leave(page):
    """Go elsewhere, as visitors do: what is told when a page is left is told."""
    page.goto("about:blank")


def test_page_views_are_counted_also_from_the_cache(site, guest):
    page, _watch = guest
    page.goto("/blog/")
    before = len(wait_for(lambda: events(site, "page_view"), "the first page view"))
    # Asked past the browser's own cache, whose copy would tell of the first visit.
    assert page.request.get("/blog/").headers["x-mkt-cache"] == "hit"
    page.goto("/blog/")

    found = wait_for(lambda: events(site, "page_view", before), "the second page view")
    assert found[0][0] == "/blog/"
    assert page.context.cookies() == []


def test_what_a_page_is_like_is_told_when_it_is_left(site, guest):
    page, _watch = guest
    page.goto("/blog/")
    page.mouse.wheel(0, 3000)
    page.locator("main").click(position={"x": 5, "y": 5})
    page.wait_for_timeout(1200)
    leave(page)

    wait_for(lambda: events(site, "scroll_depth"), "the depth")
    wait_for(lambda: events(site, "time_on_page"), "the time")
    vitals = wait_for(lambda: events(site, "web_vital"), "a Web Vital")
    told = " ".join(str(properties) for _, properties, _ in vitals)
    for metric in ("LCP", "CLS", "TTFB"):
        assert metric in told


def test_links_to_other_sites_and_files(site, guest):
    page, watch = guest
    page.goto("/blog/")
    other = site.address.replace("localhost", "127.0.0.1")
    page.evaluate(
        """([other]) => {
            for (const [id, href] of [["out", other + "/health/live?secret=1"],
                                      ["file", "/documents/1/timetable.txt"]]) {
                const link = Object.assign(document.createElement("a"), {id, href, textContent: id});
                document.querySelector("main").prepend(link);
            }
        }""",
        [other],
    )
    page.click("#out")
    page.wait_for_url("**/health/live**")
    clicked = wait_for(lambda: events(site, "outbound_click"), "the click")
    # It is another host, if not another machine.
    watch.strangers.clear()
    assert urlsplit(other).netloc in str(clicked[-1][1])
    assert "secret" not in str(clicked[-1][1])

    page.go_back()
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin',"
        " '<a id=file href=/documents/1/timetable.txt download>file</a>')"
    )
    with page.expect_download():
        page.click("#file")
    wait_for(lambda: events(site, "download"), "the download")


def test_addresses_that_are_not_there(site, guest):
    page, watch = guest
    address = f"{site.address}/no-such-page/"
    watch.missing.add(address)
    page.goto("/no-such-page/")

    assert wait_for(lambda: events(site, "not_found"), "the address")[-1][0] == "/no-such-page/"


def test_robots_and_editors_are_left_out(site, visitor, admin):
    before = len(events(site, "page_view"))
    for page in (visitor, admin):
        page.goto("/blog/")
        page.wait_for_timeout(1500)

    assert len(events(site, "page_view")) == before


def test_the_dashboard_shows_a_visit_within_ten_seconds(site, admin, guest):
    page, _watch = guest
    admin.goto("/admin/reports/monitoring/")
    page.goto("/blog/?utm_source=test")
    page.goto("/")
    started = time.monotonic()
    admin.bring_to_front()
    admin.locator("#mkt-feed li .mkt-path", has_text="/").first.wait_for()
    visitors = admin.locator("#mkt-now-tiles .mkt-tile__value").first
    while visitors.inner_text() == "0" and time.monotonic() - started < 10:
        admin.wait_for_timeout(200)

    assert visitors.inner_text() != "0"
    assert time.monotonic() - started < 10


def test_the_dashboard_can_be_paused_with_the_keyboard(admin):
    asked = []
    admin.on("request", lambda request: asked.append(request.url))
    admin.goto("/admin/reports/monitoring/")
    admin.wait_for_event("response", lambda response: "/figures/" in response.url)
    admin.locator("[data-mkt-pause]").focus()
    admin.keyboard.press("Enter")
    asked.clear()
    admin.wait_for_timeout(6500)

    assert admin.locator("[data-mkt-pause]").get_attribute("aria-pressed") == "true"
    assert not [url for url in asked if "/figures/" in url]


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_dashboards(site, chromium, editors, assert_accessible, look):
    context, _watch = editors
    options = {"bypass_csp": True, "storage_state": context.storage_state(), **LOOKS[look]}
    with watched(chromium, site, **options) as (looking, _):
        page = looking.new_page()
        for path in DASHBOARDS:
            page.goto(path)
            page.evaluate(
                "document.querySelectorAll('.mkt-dashboard details').forEach((one) => { one.open = true })"
            )
            assert_accessible(page, (path, look), within="main")
