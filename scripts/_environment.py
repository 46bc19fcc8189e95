"""Build a virtual environment with the four packages (editable), the example's needs and the tools.

``uv`` is installed from the package index by pip and installs the rest, three times as fast as pip would;
``INSTALLER=pip`` does without it. A stamp inside the environment makes the second run immediate.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
import venv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
# mkt-core first: pip reports a problem in the order it meets the packages.
PACKAGES = ("mkt-core", "mkt-blog", "mkt-monitoring", "mkt-api")
# What the demo needs is a part of what a developer needs: a full environment serves both.
PROFILES = {"demo": ("example",), "dev": ("example", "dev")}


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--venv", default=".venv", help="folder of the environment, below the repository"
    )
    parser.add_argument("--profile", choices=PROFILES, default="dev")
    parser.add_argument(
        "--installer", choices=("uv", "pip"), default=os.environ.get("INSTALLER") or "uv"
    )
    options = parser.parse_args(arguments)

    environment = Environment(ROOT / options.venv)
    if environment.is_current(options.profile):
        return 0
    print(
        f"Building {options.venv} with Python {sys.version.split()[0]} ({options.installer}) ...",
        flush=True,
    )
    try:
        environment.build(options.profile, options.installer)
    except subprocess.CalledProcessError as error:
        print(
            f"{options.venv} is not complete: {' '.join(map(str, error.cmd[:4]))} ... failed.",
            file=sys.stderr,
        )
        return 1
    return 0


class Environment:
    """One virtual environment of this checkout."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.python = folder / "bin" / "python"

    def is_current(self, profile: str) -> bool:
        """Whether this profile, or one that contains it, was installed from the same inputs."""
        expected = fingerprint()
        enough = [
            name for name, groups in PROFILES.items() if set(PROFILES[profile]) <= set(groups)
        ]
        return self.python.exists() and any(self._stamp(name) == expected for name in enough)

    def build(self, profile: str, installer: str) -> None:
        """Create or complete the environment.

        Raises:
            subprocess.CalledProcessError: an installer failed; it has said why.
        """
        if not self._is_usable():
            shutil.rmtree(self.folder, ignore_errors=True)
            venv.create(self.folder, with_pip=True, symlinks=os.name != "nt")
        for name in PROFILES:
            self._stamp_path(name).unlink(missing_ok=True)
        with tempfile.TemporaryDirectory() as folder:
            requirements = Path(folder) / "requirements.txt"
            requirements.write_text("\n".join(requirement_lines(PROFILES[profile])) + "\n")
            self._install(installer, ["-r", requirements, "-c", ROOT / "constraints.txt"])
        self._stamp_path(profile).write_text(fingerprint())

    def _is_usable(self) -> bool:
        """Whether the folder is an environment of the interpreter that runs us (and has pip)."""
        if not self.python.exists():
            return False
        probe: list[str | Path] = [
            self.python,
            "-c",
            "import pip, sys; print(sys.version, sys.base_prefix)",
        ]
        found = subprocess.run(probe, capture_output=True, text=True, check=False).stdout
        return found.strip() == f"{sys.version} {sys.base_prefix}"

    def _install(self, installer: str, arguments: list[str | Path]) -> None:
        pip: list[str | Path] = [self.python, "-m", "pip", "--quiet", "--disable-pip-version-check"]
        if installer == "pip":
            self._run([*pip, "install", *arguments])
            return
        self._run([*pip, "install", "uv", "-c", ROOT / "constraints.txt"])
        uv: list[str | Path] = [self.folder / "bin" / "uv", "pip", "install", "--quiet"]
        self._run([*uv, "--python", self.python, *arguments])

    def _run(self, command: list[str | Path]) -> None:
        # The interpreter is the one make was given; uv must never fetch another.
        environ = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "VIRTUAL_ENV": str(self.folder)}
        subprocess.run([str(part) for part in command], env=environ, cwd=ROOT, check=True)

    def _stamp(self, profile: str) -> str | None:
        path = self._stamp_path(profile)
        return path.read_text() if path.exists() else None

    def _stamp_path(self, profile: str) -> Path:
        return self.folder / f".installed-{profile}"


def requirement_lines(groups: Iterable[str]) -> Iterator[str]:
    """The four packages from this checkout with all their extras, then the dependency groups.

    All four are named in one run, so that no installer looks for a sibling on the package index.
    """
    for name in PACKAGES:
        extras = project(ROOT / "packages" / name / "pyproject.toml").get(
            "optional-dependencies", {}
        )
        yield f"-e {(ROOT / 'packages' / name).as_posix()}" + (
            f"[{','.join(extras)}]" if extras else ""
        )
    available = tomllib.loads((ROOT / "pyproject.toml").read_text())["dependency-groups"]
    for group in groups:
        yield from expand(available, group)


def expand(groups: dict[str, list[Any]], name: str) -> Iterator[str]:
    """A dependency group with the groups it includes (PEP 735)."""
    for item in groups[name]:
        if isinstance(item, dict):
            yield from expand(groups, item["include-group"])
        else:
            yield item


def project(path: Path) -> dict[str, Any]:
    table: dict[str, Any] = tomllib.loads(path.read_text())["project"]
    return table


def fingerprint() -> str:
    """Changes when anything that decides what is installed changes."""
    digest = hashlib.sha256(f"{sys.version} {sys.base_prefix} {ROOT}".encode())
    inputs = [ROOT / "pyproject.toml", ROOT / "constraints.txt", Path(__file__)]
    for path in (*inputs, *sorted((ROOT / "packages").glob("*/pyproject.toml"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()
