"""Chromium, and the site that it looks at. One server and one browser serve the whole run."""

from contextlib import contextmanager

import axe
import npm_package
import pytest
from PIL import Image

from tests.served import missing

from ._site import running
from ._watching import Watch
from .prepare import LOGIN, PASSWORD

ARGUMENTS = [
    *("--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-quic", "--no-first-run"),
    # Nobody but this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
_VIOLATIONS = """
([within, tags]) => axe.run(within || document, {runOnly: tags}).then((all) => all.violations
  .map((one) => [one.id, one.nodes.map((node) => node.html.slice(0, 200))]))
"""
# Generous, for a machine that does other things as well.
WAIT_MILLISECONDS = 30_000


@pytest.fixture(scope="package")
def site(tmp_path_factory):
    """The running site."""
    with running(tmp_path_factory.mktemp("site")) as site:
        yield site


@pytest.fixture(scope="package")
def chromium(find_program):
    """One Chromium for all tests."""
    program = find_program("chromium", package="chromium")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright: pip install it")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(program.path), args=ARGUMENTS, env=program.environment
        )
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def editors(site, chromium):
    """The browser of somebody who has logged in, through the login page."""
    with watched(chromium, site) as (context, watch):
        page = context.new_page()
        page.goto("/admin/login/")
        page.fill("[name=username]", LOGIN)
        page.fill("[name=password]", PASSWORD)
        page.click("button[type=submit]")
        page.wait_for_url("**/admin/")
        page.close()
        yield context, watch


@pytest.fixture(scope="session")
def assert_accessible():
    """``assert_accessible(page, where, within=None)``: axe-core finds nothing in the page, or in the element that the
    selector ``within`` names, and nothing is wider than the window.
    """
    try:
        script = axe.source()
    except npm_package.MissingPackageError as error:
        missing(str(error))

    def look(page, where, *, within=None):
        page.evaluate(script)
        found = page.evaluate(_VIOLATIONS, [within, STANDARDS])
        assert found == [], where
        width = page.viewport_size["width"]
        assert page.evaluate("document.documentElement.scrollWidth") <= width, where

    return look


@pytest.fixture(scope="package")
def strangers(site, chromium):
    """The browser of a stranger."""
    with watched(chromium, site) as (context, watch):
        yield context, watch


@contextmanager
def watched(chromium, site, **options):
    """A context in which nothing may be refused and nothing may fail, and what watches over it."""
    context = chromium.new_context(base_url=site.address, locale="en", **options)
    context.set_default_timeout(WAIT_MILLISECONDS)
    watch = Watch(context, site.address)
    try:
        yield context, watch
        watch.assert_clean()
    finally:
        context.close()


@pytest.fixture
def admin(editors):
    """A tab of somebody who has logged in; afterwards nothing may have been refused."""
    yield from tab(*editors)


@pytest.fixture
def visitor(strangers):
    """A tab of a stranger; afterwards nothing may have been refused."""
    yield from tab(*strangers)


def tab(context, watch):
    page = context.new_page()
    yield page
    # What is not saved is given up.
    for opened in context.pages:
        opened.close()
    watch.assert_clean()


@pytest.fixture
def picture(tmp_path):
    """A JPEG file of 640 by 400 pixels, another one each time: Wagtail asks before it takes the same again."""
    path = tmp_path / "fog.jpg"
    Image.effect_noise((640, 400), 60).convert("RGB").save(path)
    return path
