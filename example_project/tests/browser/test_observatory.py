"""The example site with the settings of production, behind nginx with TLS, graded by Mozilla's Observatory."""

import os

import npm_package
import observatory
import pytest

from tests.served import gunicorn, missing

from ._nginx import in_front_of

pytestmark = pytest.mark.browser

WANTED_SCORE = 130


@pytest.fixture(scope="module")
def report(site, find_program, tmp_path_factory):
    """The findings of the Observatory."""
    folder = tmp_path_factory.mktemp("production")
    nginx = find_program("nginx", package="nginx-light")
    with (
        gunicorn(environment(site), folder) as (port, _),
        in_front_of(port, nginx, folder) as (http, https, certificate),
    ):
        try:
            return observatory.scan("localhost", http, https, certificate)
        except npm_package.MissingPackageError as error:
            missing(str(error))


def environment(site):
    return {
        **site.environ,
        "DJANGO_SETTINGS_MODULE": "tests.browser.production",
        "SECRET_KEY": "only-for-this-test-and-quite-long-so-that-nobody-complains-about-it",
        "REDIS_URL": os.environ.get("REDIS_URL", "redis://127.0.0.1:1/0"),
        "ALLOWED_HOSTS": "localhost,127.0.0.1",
        "WAGTAILADMIN_BASE_URL": "https://localhost",
    }


def test_the_site_is_graded_a_plus(report):
    for name, found in report["tests"].items():
        print(f"{found['scoreModifier'] or 0:+4d}  {name}: {found['result']}")
    # The published version knows nothing yet of Cross-Origin-Opener-Policy and -Embedder-Policy.
    print(f"{report['scan']['score']:4d}  {report['scan']['grade']}")
    assert report["scan"]["grade"] == "A+"
    assert report["scan"]["score"] >= WANTED_SCORE
