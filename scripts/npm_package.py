"""A program from the npm registry, installed below ``.cache`` and nowhere else."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


class MissingPackageError(RuntimeError):
    """The package is not here; the text says how to get it."""


def install(folder: Path, name: str, version: str) -> None:
    """Install this version, without running scripts of the package.

    Raises:
        MissingPackageError: there is no npm, or it cannot install the package.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise MissingPackageError("no npm: install node 20 or newer, with npm")
    folder.mkdir(parents=True, exist_ok=True)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", "."]
    done = subprocess.run(
        [npm, "install", *options, f"{name}@{version}"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MissingPackageError(f"npm install failed: {done.stderr.strip()[-500:]}")


def node(script: Path) -> str:
    """The program node.

    Raises:
        MissingPackageError: it is missing, or ``script`` is, which the installation brings.
    """
    found = shutil.which("node")
    if found is None:
        raise MissingPackageError("no node: install node 20 or newer")
    if not script.exists():
        raise MissingPackageError(f"no {script.name}: run the script that installs it")
    return found
