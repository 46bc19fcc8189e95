"""What .ci/run does about programs that are missing and commands that fail, on a machine of stubs."""

import os
import shutil
import subprocess
import sys

import pytest
from _environment import ROOT

BORROWED = ("bash", "cat", "chmod", "dirname", "head", "mkdir", "nice", "rm", "xargs")


@pytest.fixture
def machine(tmp_path):
    """A checkout with nothing but .ci/run, and a PATH with nothing but stubs; without promtool or root."""
    programs, checkout = tmp_path / "bin", tmp_path / "checkout"
    programs.mkdir()
    for name in BORROWED:
        (programs / name).symlink_to(shutil.which(name))

    def stub(name, script):
        (programs / name).write_text(f"#!{shutil.which('bash')}\n{script}\n")
        (programs / name).chmod(0o755)

    stub("id", "echo 1000")
    stub("sudo", "echo 'sudo: a password is required' >&2; exit 1")
    stub("apt-get", "exit 100")
    stub("make", 'echo "made ${!#}"')
    (checkout / ".ci").mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", checkout / ".ci" / "run")

    def run(*sections):
        return subprocess.run(
            ["bash", checkout / ".ci" / "run", *sections],
            env={"PATH": os.fspath(programs), "PYTHON": sys.executable},
            capture_output=True,
            text=True,
        )

    run.stub = stub
    return run


def test_suites_do_not_start_without_promtool(machine):
    process = machine("test")

    assert process.returncode == 1
    assert process.stderr == (
        ".ci/run may not install Debian packages here (no root, and sudo asks for a password):"
        " put promtool and amtool on PATH, from the packages prometheus and prometheus-alertmanager.\n"
    )
    assert "made" not in process.stdout


def test_sections_without_suites_do(machine):
    process = machine("lint", "build")

    assert process.returncode == 0
    assert "made lint" in process.stdout
    assert "made release-check" in process.stdout


def test_downloading_needs_no_password_where_the_list_of_packages_is_known(machine):
    machine.stub("apt-get", '[ "$1" = download ] && echo > prometheus_3_amd64.deb')
    machine.stub(
        "dpkg-deb",
        'mkdir -p "$3/usr/bin"; cd "$3/usr/bin"\n'
        'printf "#!%s\\necho promtool 3\\n" "$BASH" > promtool; chmod +x promtool',
    )

    process = machine("test")

    assert process.returncode == 0, process.stderr
    assert "promtool 3\n" in process.stdout
    assert "made test" in process.stdout


@pytest.mark.parametrize("row", ["py311-dj52-wt74", "py313-dj61-wt80-pg"])
def test_both_of_two_sections_run_and_either_fails_the_run(machine, row):
    for name in ("promtool", "amtool"):
        machine.stub(name, "exit 0")
    machine.stub("make", f'echo "made ${{!#}}"; [[ "$*" != *{row}* ]]')

    process = machine("matrix")

    assert process.returncode == 1
    assert "made ARGS=-e py311-dj52-wt74" in process.stdout
    assert "made ARGS=-e py313-dj61-wt80-pg" in process.stdout
    assert "own base page" not in process.stdout
