"""The real wheels and sdists, built into a temporary folder and opened."""

import tarfile
import zipfile
from email import message_from_bytes
from types import SimpleNamespace

import install_alone
import pytest
from _environment import PACKAGES, ROOT
from _wheel_contents import complaints, wheel_files

# One of each kind that a site would miss, so that an empty source tree cannot pass for a complete one.
SHIPPED = {
    "mkt-core": {
        "mkt_core/health/middleware.py",
        "mkt_core/templates/mkt_core/cache/admin.html",
        "mkt_core/locale/de/LC_MESSAGES/django.mo",
        "mkt_core/migrations/0001_initial.py",
    },
    "mkt-blog": {
        "mkt_blog/templates/mkt_blog/post_page.html",
        "mkt_blog/static/mkt_blog/blog.css",
        "mkt_blog/locale/de/LC_MESSAGES/django.mo",
        "mkt_blog/migrations/0001_initial.py",
        "mkt_blog/pages/migrations/0001_initial.py",
    },
    "mkt-monitoring": {"mkt_monitoring/middleware.py"},
    "mkt-api": {
        "mkt_api/templates/mkt_api/docs.html",
        "mkt_api/static/mkt_api/docs.js",
        "mkt_api/locale/de/LC_MESSAGES/django.mo",
    },
}


@pytest.fixture(scope="module", params=PACKAGES)
def built(request, tmp_path_factory):
    """The package's folder, and the wheel and the sdist that were made from it."""
    folder, target = ROOT / "packages" / request.param, tmp_path_factory.mktemp(request.param)
    install_alone.hatchling(folder, target, "sdist", "wheel")
    (wheel,), (sdist,) = target.glob("*.whl"), target.glob("*.tar.gz")
    return SimpleNamespace(name=request.param, folder=folder, wheel=wheel, sdist=sdist)


def wheel_metadata(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_bytes(archive.read(name))


def sdist_metadata(sdist):
    with tarfile.open(sdist) as archive:
        return message_from_bytes(archive.extractfile(f"{sdist.name[:-7]}/PKG-INFO").read())


class TestContents:
    def test_every_file_of_the_source_tree_is_there_and_no_other(self, built):
        assert complaints(built.folder, built.wheel, built.sdist) == []

    def test_what_a_site_needs_besides_modules_is_there(self, built):
        assert wheel_files(built.wheel) >= SHIPPED[built.name]


class TestMetadata:
    @pytest.fixture
    def metadata(self, built):
        return wheel_metadata(built.wheel)

    def test_both_are_of_a_version_that_the_publishing_tools_know(self, built):
        assert wheel_metadata(built.wheel)["Metadata-Version"] == "2.4"
        assert sdist_metadata(built.sdist)["Metadata-Version"] == "2.4"

    def test_the_licence_is_named_and_enclosed(self, metadata):
        assert metadata["License-Expression"] == "BSD-3-Clause"
        assert metadata.get_all("License-File") == ["LICENSE"]

    def test_it_says_what_it_runs_on(self, metadata):
        assert metadata["Requires-Python"] == ">=3.11"
        assert set(metadata.get_all("Classifier")) >= {
            *(f"Programming Language :: Python :: 3.{minor}" for minor in (11, 12, 13, 14)),
            *(f"Framework :: Django :: {version}" for version in ("5.2", "6.0", "6.1")),
            *(f"Framework :: Wagtail :: {version}" for version in (7, 8)),
        }

    def test_siblings_are_wanted_from_the_first_version_that_is_ours(self, built, metadata):
        siblings = {line for line in metadata.get_all("Requires-Dist") if line.startswith("mkt-")}

        # Without an upper bound, and above the mkt-api 0.0.1 that is somebody else's.
        assert siblings == (set() if built.name == "mkt-core" else {"mkt-core>=0.1"})


class TestIndex:
    """`twine check`, as part of the release check."""

    def test_takes_what_was_built(self, built, capsys):
        install_alone.check_metadata(built.wheel.parent)

        assert "2 archives pass" in capsys.readouterr().out

    def test_refuses_metadata_that_it_cannot_read(self, tmp_path):
        with zipfile.ZipFile(tmp_path / "demo-0.1.0-py3-none-any.whl", "w") as archive:
            archive.writestr("demo-0.1.0.dist-info/METADATA", "Metadata-Version: 9.9\nName: demo\n")

        with pytest.raises(install_alone.ReleaseError, match="twine check"):
            install_alone.check_metadata(tmp_path)
