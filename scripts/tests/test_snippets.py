"""What the documentation asks people to paste works when it is pasted."""

import ast
import os
import re
import subprocess
import sys
import textwrap

import docs_links
import pytest
from _alone_site import BASE_TEMPLATE, SETTINGS
from _environment import PACKAGES, ROOT

FENCE = re.compile(
    r"^(?P<indent> *)```(?P<language>\w+)\n(?P<code>.*?)^(?P=indent)```$", re.M | re.S
)
# Django's names under another name: a snippet has to bring its own imports.
URLS = """
import django.urls as urls

urlpatterns = [urls.path("admin/", urls.include("wagtail.admin.urls"))]
urlpatterns += [urls.path("", urls.include("wagtail.urls"))]
"""
# Wagtail's URLs, which come last, match nearly everything: a name must lead back to itself.
CHECK = """
import sys

import django
from django.core.management import call_command
from django.urls import resolve, reverse

django.setup()
call_command("check", fail_level="WARNING")
for name in sys.argv[1:]:
    found = resolve(reverse(name)).view_name
    if found != name:
        sys.exit(f"{reverse(name)} leads to {found}")
"""
NAMES = {
    "mkt-core": ["mkt_core:health_live", "mkt_core:health_ready"],
    "mkt-blog": [],
    "mkt-monitoring": ["mkt_monitoring:metrics"],
    "mkt-api": ["mkt_api:index"],
}


def section(path, heading):
    """The text below a heading, up to the next one of its level or above."""
    level = heading.split(" ")[0]
    _, text = path.read_text(encoding="utf-8").split(f"\n{heading}\n")
    return re.split(rf"^#{{2,{len(level)}}} ", text, flags=re.M)[0]


def fences(text, language):
    found = FENCE.finditer(text)
    return [textwrap.dedent(match["code"]) for match in found if match["language"] == language]


def paste(folder, snippets):
    """A site's settings and URLconf with the snippets at their ends."""
    settings, urls = SETTINGS.format(apps=[], middleware=[]), URLS
    for snippet in snippets:
        if snippet.startswith("# urls.py"):
            urls += snippet
        else:
            settings += snippet
    (folder / "site_settings.py").write_text(settings)
    (folder / "site_urls.py").write_text(urls)
    (folder / "base.html").write_text(BASE_TEMPLATE)


def run_site(folder, names):
    environ = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "site_settings"}
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", CHECK, *names],
        cwd=folder,
        env=environ,
        capture_output=True,
        text=True,
    )


class TestInstallation:
    @pytest.mark.parametrize("package", PACKAGES)
    @pytest.mark.parametrize("readme", ["the repository's", "the package's"])
    def test_lines_work_when_they_are_pasted(self, tmp_path, readme, package):
        if readme == "the repository's":
            text = section(ROOT / "README.md", f"### {package}")
        else:
            text = section(ROOT / "packages" / package / "README.md", "## Install")
        paste(tmp_path, fences(text, "python"))

        process = run_site(tmp_path, NAMES[package])

        assert process.returncode == 0, process.stderr

    def test_the_response_cache_is_ready_when_its_lines_are_pasted(self, tmp_path):
        core = section(ROOT / "README.md", "### mkt-core")
        cache = section(ROOT / "README.md", "### The response cache of mkt-core")
        paste(tmp_path, [*fences(core, "python"), *fences(cache, "python")])

        process = run_site(tmp_path, NAMES["mkt-core"])

        assert process.returncode == 0, process.stderr

    @pytest.mark.parametrize("package", PACKAGES)
    def test_ten_lines_are_enough_for_a_package(self, package):
        text = section(ROOT / "README.md", f"### {package}")
        blocks = [*fences(text, "sh"), *fences(text, "python")]

        assert len([line for block in blocks for line in block.splitlines() if line]) <= 10


@pytest.mark.parametrize(
    "path", docs_links.documents(ROOT), ids=lambda path: path.relative_to(ROOT).as_posix()
)
def test_no_line_has_become_a_tuple_that_does_nothing(path):
    # What the formatter makes of an item of a list that stands alone, with its comma.
    for snippet in fences(path.read_text(encoding="utf-8"), "python"):
        for statement in ast.parse(snippet).body:
            bare = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Tuple)
            assert not bare, ast.unparse(statement)


# CONTRIBUTING.md tells why one of the names must not be taken from there.
@pytest.mark.parametrize(
    "path",
    [path for path in docs_links.documents(ROOT) if path.name != "CONTRIBUTING.md"],
    ids=lambda path: path.relative_to(ROOT).as_posix(),
)
def test_no_package_of_ours_is_taken_from_an_index_that_does_not_have_it(path):
    for line in path.read_text(encoding="utf-8").splitlines():
        if "pip install" in line and "mkt-" in line:
            assert "--find-links" in line
