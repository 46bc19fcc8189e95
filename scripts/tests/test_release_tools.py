"""Versions, changelogs, and what must be in a wheel."""

import tarfile
import zipfile
from datetime import date

import bump
import changelog_check
import pytest
from _environment import PACKAGES, ROOT, project
from _wheel_contents import complaints

CHANGELOG = "# Changelog\n\n## [Unreleased]\n\n### Fixed\n\n- A thing.\n\n## [0.1.0] - 2026-11-23\n\n- First.\n"


@pytest.fixture
def package(tmp_path):
    folder = tmp_path / "mkt-demo"
    (folder / "src" / "mkt_demo").mkdir(parents=True)
    (folder / "src" / "mkt_demo" / "__init__.py").write_text(
        '"""Demo."""\n\n__version__ = "0.1.0"\n'
    )
    (folder / "CHANGELOG.md").write_text(CHANGELOG)
    return folder


class TestBump:
    def test_version_and_changelog_change_together(self, package):
        bump.bump(package, "0.2.0", date(2027, 2, 9))

        assert changelog_check.current_version(package) == "0.2.0"
        sections = changelog_check.sections((package / "CHANGELOG.md").read_text())
        assert sections == {"Unreleased": None, "0.2.0": "2027-02-09", "0.1.0": "2026-11-23"}
        assert changelog_check.complaints(package) == []

    @pytest.mark.parametrize("version", ["0.1.0", "0.0.9", "0.1.0rc1"])
    def test_versions_only_rise(self, package, version):
        with pytest.raises(bump.BumpError, match="not higher than the current version"):
            bump.bump(package, version, date(2027, 2, 9))

    def test_a_candidate_comes_before_its_release(self):
        assert bump.sort_key("1.0.0rc1") < bump.sort_key("1.0.0") < bump.sort_key("1.0.1a1")

    @pytest.mark.parametrize("version", ["1.0", "v1.0.0", "1.0.0.dev1", "latest"])
    def test_what_is_no_version_is_refused(self, package, version):
        with pytest.raises(bump.BumpError, match="is not a version"):
            bump.bump(package, version, date(2027, 2, 9))

    def test_nothing_to_release_changes_nothing(self, package):
        empty = CHANGELOG.replace("### Fixed\n\n- A thing.\n\n", "")
        (package / "CHANGELOG.md").write_text(empty)

        with pytest.raises(bump.BumpError, match="Nothing to release"):
            bump.bump(package, "0.2.0", date(2027, 2, 9))
        assert (package / "CHANGELOG.md").read_text() == empty
        assert changelog_check.current_version(package) == "0.1.0"


class TestChangelog:
    @pytest.mark.parametrize(
        ("before", "after", "complaint"),
        [
            ("## [Unreleased]", "## Next", "no [Unreleased] section"),
            ("[0.1.0]", "[0.0.1]", "says nothing about the current version 0.1.0"),
            (" - 2026-11-23", "", "[0.1.0] has no date"),
        ],
    )
    def test_each_omission_is_named(self, package, before, after, complaint):
        (package / "CHANGELOG.md").write_text(CHANGELOG.replace(before, after))

        assert complaint in " ".join(changelog_check.complaints(package))

    def test_a_tag_must_say_what_the_package_says(self, package):
        assert changelog_check.release_complaints(package, "0.1.0") == []
        assert changelog_check.release_complaints(package, "0.2.0") == [
            "mkt-demo: __version__ is 0.1.0, not 0.2.0"
        ]

    def test_a_tag_must_name_a_package(self, package):
        assert "there is no package mkt-forum" in " ".join(
            changelog_check.release_complaints(package.with_name("mkt-forum"), "0.1.0")
        )


class TestWheelContents:
    FILES = (
        "__init__.py",
        "py.typed",
        "templates/mkt_demo/page.html",
        "locale/de/LC_MESSAGES/django.mo",
    )

    @pytest.fixture
    def build(self, package, tmp_path):
        for name in self.FILES:
            path = package / "src" / "mkt_demo" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        for name in ("LICENSE", "README.md", "pyproject.toml"):
            (package / name).touch()

        def build(*, without=(), extra=()):
            wheel, sdist = tmp_path / "demo.whl", tmp_path / "demo.tar.gz"
            names = {f"mkt_demo/{name}" for name in self.FILES} - set(without)
            with zipfile.ZipFile(wheel, "w") as archive:
                for name in (*names, "mkt_demo-0.1.0.dist-info/licenses/LICENSE", *extra):
                    archive.writestr(name, "")
            with tarfile.open(sdist, "w:gz") as archive:
                archive.add(package, "mkt_demo-0.1.0")
            return complaints(package, wheel, sdist)

        return build

    def test_a_complete_wheel_gets_no_complaint(self, build):
        assert build() == []

    @pytest.mark.parametrize("name", FILES[1:])
    def test_each_missing_file_is_named(self, build, name):
        assert f"the wheel lacks mkt_demo/{name}" in build(without=[f"mkt_demo/{name}"])

    def test_what_is_not_ours_is_named(self, build):
        assert build(extra=["tests/test_it.py"]) == ["the wheel should not hold tests/test_it.py"]


class TestMetadata:
    def test_siblings_are_required_without_an_upper_bound(self):
        for name in PACKAGES[1:]:
            assert (
                "mkt-core>=0.1"
                in project(ROOT / "packages" / name / "pyproject.toml")["dependencies"]
            )

    def test_all_four_support_the_same_versions(self):
        tables = [project(ROOT / "packages" / name / "pyproject.toml") for name in PACKAGES]

        for key in ("requires-python", "classifiers", "license", "license-files"):
            assert all(table[key] == tables[0][key] for table in tables), key
