"""Pages of the blog on the example site with the settings of production, behind nginx, graded by Lighthouse."""

import ssl
import urllib.request

import lighthouse
import npm_package
import pytest

from tests.served import gunicorn, missing

from ._nginx import in_front_of
from .conftest import ARGUMENTS
from .test_observatory import environment

pytestmark = pytest.mark.browser

WANTED = {"performance": 0.95, "accessibility": 0.98, "best-practices": 0.98, "seo": 0.98}
PAGES = {"index": "/blog/", "post": "/blog/a-rye-loaf-for-people-who-leave-the-house/"}


@pytest.fixture(scope="module")
def production(site, find_program, tmp_path_factory):
    """Where the site answers with TLS."""
    folder = tmp_path_factory.mktemp("lighthouse")
    nginx = find_program("nginx", package="nginx-light")
    with (
        gunicorn(environment(site), folder) as (port, _),
        in_front_of(port, nginx, folder, media=site.environ["MKT_BROWSER_MEDIA"]) as (_, https, _),
    ):
        yield f"https://localhost:{https}"


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_graded_well(production, find_program, name):
    program = find_program("chromium", package="chromium")
    # The first visitor of all waits for the pictures to be scaled.
    trusting = ssl._create_unverified_context()
    urllib.request.urlopen(production + PAGES[name], context=trusting).read()
    arguments = ["--headless=new", "--ignore-certificate-errors"]
    arguments += [argument for argument in ARGUMENTS if " " not in argument]
    scores: dict[str, float] = {}
    slowdown = lighthouse.USUAL_SLOWDOWN
    # Speed is measured, and this machine does other things as well, or is no fast desktop: the best of three counts.
    for _attempt in range(3):
        try:
            report = lighthouse.grade(
                production + PAGES[name],
                str(program.path),
                arguments=arguments,
                cpu_slowdown=slowdown,
            )
        except npm_package.MissingPackageError as error:
            missing(str(error))
        for key, category in report["categories"].items():
            scores[key] = max(scores.get(key, 0), category["score"])
        if scores["performance"] >= WANTED["performance"]:
            break
        slowdown = lighthouse.fitting_slowdown(report)
        print(f"slowdown {slowdown}: {scores}")
    for key, found in sorted(report["audits"].items()):
        if found["score"] is not None and found["score"] < 1:
            print(f"{found['score']:.2f}  {key}: {found['title']} {found.get('displayValue', '')}")
    print(scores)
    assert {key: scores[key] for key in WANTED if scores[key] < WANTED[key]} == {}
