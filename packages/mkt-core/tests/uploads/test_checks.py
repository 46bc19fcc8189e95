import ast
import re
import sys
from dataclasses import fields
from pathlib import Path

import pytest
import wagtail
from django.forms import FileField
from wagtail.documents.forms import BaseDocumentForm

from mkt_core._settings.uploads import UploadSettings
from mkt_core.uploads import checks
from mkt_core.uploads.checks import check_uploads
from mkt_core.uploads.kinds import EXTENSIONS

CLAMD = "mkt_core.uploads.scanner.ClamdScanner"


class FormWithItsOwnField(BaseDocumentForm):
    file = FileField()


def ids():
    return [message.id.removeprefix("mkt_core.") for message in check_uploads()]


def test_defaults_are_fine():
    assert ids() == []


def test_a_new_site_has_nothing_to_change(settings):
    template = Path(wagtail.__file__).parent / "project_template/project_name/settings/base.py"
    listed = re.search(r"^WAGTAILDOCS_EXTENSIONS = (\[.*?\])", template.read_text(), re.M | re.S)
    settings.WAGTAILDOCS_EXTENSIONS = ast.literal_eval(listed[1])

    assert ids() == []


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("MKT_CORE", {"UPLOAD_MAX_PIXELS": 0}, "E070"),
        ("MKT_CORE", {"UPLOAD_ARCHIVE_MAX_DEPTH": -1}, "E070"),
        ("MKT_CORE", {"UPLOAD_MAX_RATIO": 0.5}, "E071"),
        ("MKT_CORE", {"UPLOAD_NAME_MAX_BYTES": 5}, "E071"),
        ("MKT_CORE", {"UPLOAD_SCANNER": {"BACKEND": CLAMD, "ADDRESS": "localhost"}}, "E072"),
        ("WAGTAILDOCS_EXTENSIONS", ["pdf", "dwg"], "W079"),
        ("WAGTAILIMAGES_EXTENSIONS", ["jpg", "psd"], "W079"),
        ("MKT_CORE", {"UPLOAD_UNCHECKED_EXTENSIONS": [".dwg"]}, "E073"),
        ("WAGTAILIMAGES_MAX_UPLOAD_SIZE", 99_000_000, "W075"),
        ("WAGTAILIMAGES_MAX_IMAGE_PIXELS", 60_000_000, "W075"),
        ("WAGTAILDOCS_MAX_UPLOAD_SIZE", 10**9, "W075"),
        ("WAGTAILDOCS_INLINE_CONTENT_TYPES", ["application/pdf", "text/html"], "W076"),
        ("WAGTAILDOCS_BLOCK_EMBEDDED_CONTENT", False, "W077"),
        ("WAGTAILDOCS_DOCUMENT_FORM_BASE", "tests.uploads.test_checks.FormWithItsOwnField", "W078"),
    ],
)
def test_each_problem_has_its_message(settings, name, value, expected):
    setattr(settings, name, value)

    assert ids() == [expected]
    assert all(message.hint for message in check_uploads())


def test_svg_without_the_extra(settings, monkeypatch):
    settings.WAGTAILIMAGES_EXTENSIONS = ["jpg", "svg"]
    assert ids() == []

    monkeypatch.setitem(sys.modules, "py_svg_hush", None)

    assert ids() == ["W074"]


def test_nothing_is_said_when_it_is_off(settings):
    settings.MKT_CORE = {"UPLOADS": "none", "UPLOAD_MAX_PIXELS": 0}

    assert ids() == []


def test_readme_lists_them():
    source = Path(checks.__file__).read_text()
    readme = (Path(__file__).parents[2] / "README.md").read_text()

    assert [
        one for one in set(re.findall(r"mkt_core\.[EW]\d{3}", source)) if f"`{one}`" not in readme
    ] == []


def test_the_documentation_names_every_kind_and_limit():
    root = Path(__file__).parents[4]
    how_to = (root / "docs" / "how-to" / "uploads.md").read_text()
    readme = (root / "packages" / "mkt-core" / "README.md").read_text()
    limits = {field.name for field in fields(UploadSettings)}

    assert {kind for kind in EXTENSIONS if not re.search(rf"\b{kind}\b", how_to)} == set()
    assert {limit for limit in limits if f"`{limit}`" not in readme} == set()
