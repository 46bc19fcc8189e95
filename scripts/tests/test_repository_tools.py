"""Interpreters, constraints, links, and what must not be in the repository."""

import os
import re
import subprocess
import sys

import constraints
import docs_links
import interpreters
import pytest
import repository_check
from _environment import ROOT


class TestInterpreters:
    @pytest.fixture
    def pyenv(self, tmp_path):
        for version in ("2.7.18", "3.9.18", "3.11.2", "3.11.7", "3.13.0", "miniconda"):
            (tmp_path / "versions" / version / "bin").mkdir(parents=True)
        return {"PYENV_ROOT": os.fspath(tmp_path), "PATH": f"{tmp_path}/shims:/usr/bin"}

    def test_the_newest_patch_release_of_each_supported_version(self, pyenv):
        assert [folder.parent.name for folder in interpreters.folders(pyenv)] == [
            "3.11.7",
            "3.13.0",
        ]

    def test_they_come_first_and_the_shims_are_gone(self, pyenv):
        entries = interpreters.path(pyenv).split(os.pathsep)

        assert entries[0].endswith("3.11.7/bin")
        assert not any(entry.endswith("/shims") for entry in entries)
        assert "/usr/bin" in entries

    def test_without_pyenv_there_is_nothing_to_add(self, tmp_path):
        assert interpreters.folders({"PYENV_ROOT": os.fspath(tmp_path)}) == []

    def test_a_commands_status_is_passed_on(self):
        assert interpreters.main(["run", "--", "sh", "-c", "exit 3"]) == 3


class TestMatrix:
    @pytest.fixture
    def rows(self):
        def rows(*options):
            command = [sys.executable, "-m", "tox", "list", "--no-desc", *options]
            listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
            return set(re.findall(r"^py3\d+-\S+$", listed.stdout, re.MULTILINE))

        return rows

    def test_ci_runs_every_row_of_it(self, rows):
        workflow = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
        weekly = re.findall(r"^ +- (py3\d+-\S+)$", workflow, re.MULTILINE)

        # These run with every change.
        always = rows("-m", "corners") | rows("-m", "migrations") | rows("-m", "swapped")
        assert sorted(weekly) == sorted(rows() - always)


class TestConstraints:
    def test_pinned_versions_pass(self):
        text = "# comment\ndjango==5.2.19 ; python_full_version < '3.12'\nuv==0.13.9\n"

        assert constraints.complaints(text) == []

    @pytest.mark.parametrize(
        "line",
        [
            "--index-url " + "https://mirror.example/simple",
            "django @ file:///srv/django.whl",
            "-e ./packages/mkt-core",
            "django>=5.2",
        ],
    )
    def test_anything_else_is_named(self, line):
        assert constraints.complaints(f"uv==0.13.9\n{line}\n") == [
            f"line 2 is not a pinned version: {line}"
        ]

    def test_our_own_packages_are_not_pinned(self):
        assert "pins one of our own packages" in constraints.complaints("mkt-core==0.1.0\n")[0]

    def test_the_committed_file_passes(self):
        assert constraints.main(["--check"]) == 0


class TestRepository:
    @pytest.mark.parametrize(
        "text",
        [
            "index-url = " + "https://mirror.example/simple",
            "see /Us" + "ers/somebody/notes",
            "cd /ro" + "ot/checkout",
        ],
    )
    def test_traces_of_one_machine_are_named(self, tmp_path, text):
        (tmp_path / "notes.md").write_text(f"first line\n{text}\n")

        assert [
            line.split(":")[:2] for line in repository_check.complaints(tmp_path, ["notes.md"])
        ] == [["notes.md", "2"]]

    def test_ordinary_text_passes(self, tmp_path):
        (tmp_path / "notes.md").write_text(
            "pip install --find-links dist mkt-blog\nGET /api/v1/posts/ /home/blog/\n"
        )

        assert repository_check.complaints(tmp_path, ["notes.md"]) == []

    def test_lock_files_are_refused(self, tmp_path):
        (tmp_path / "uv.lock").touch()

        assert "lock files" in repository_check.complaints(tmp_path, ["uv.lock"])[0]


class TestLinks:
    @pytest.fixture
    def check(self, tmp_path):
        def check(text):
            (tmp_path / "README.md").write_text(text)
            (tmp_path / "other.md").write_text(
                "# Other\n\n## A `code` heading, twice\n\n## A code heading, twice\n"
            )
            return list(docs_links.complaints(tmp_path / "README.md", tmp_path))

        return check

    @pytest.mark.parametrize(
        "link",
        [
            "other.md",
            "other.md#a-code-heading-twice",
            "other.md#a-code-heading-twice-1",
            "#here",
            "https://example.org/nowhere",
        ],
    )
    def test_good_ones_pass(self, check, link):
        assert check(f"# Here\n\n[link]({link})\n") == []

    @pytest.mark.parametrize(
        ("link", "why"),
        [
            ("missing.md", "no such file"),
            ("other.md#missing", "no such heading"),
            ("#missing", "no such heading"),
        ],
    )
    def test_bad_ones_are_named_with_their_line(self, check, link, why):
        assert check(f"# Here\n\n[link]({link})\n") == [f"README.md:3: {link}: {why}"]

    def test_code_is_not_read(self, check):
        assert check("```\n[link](missing.md)\n```\n`[link](missing.md)`\n") == []
