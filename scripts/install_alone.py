#!/usr/bin/env python3
"""Build the four packages, look into what was built, and install each wheel alone.

    python scripts/install_alone.py [--build-only] [--python 3.12]

1. sdists and wheels go to dist/; a second wheel is built from each sdist. Both wheels must hold the same
   files, and every file of the source tree, and `twine check` must find nothing in their metadata.
2. Each wheel is installed into a fresh environment with what it declares and nothing else. Its siblings come
   from dist/ only. Every module is imported, then `check` and `migrate` run on a minimal Wagtail site.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _alone_site import check_site
from _environment import PACKAGES, ROOT, project
from _wheel_contents import complaints, wheel_files

DIST = ROOT / "dist"


class ReleaseError(RuntimeError):
    """A built package is not what a user should get; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--build-only", action="store_true", help="stop after step 1")
    parser.add_argument("--python", default=sys.executable, help="interpreter for step 2")
    options = parser.parse_args(arguments)
    try:
        build_all()
        for name in () if options.build_only else PACKAGES:
            install_alone(name, options.python)
    except ReleaseError as error:
        print(f"FAILED: {error}", file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"FAILED: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    return 0


def build_all() -> None:
    """Fill dist/ and compare what is there with the sources.

    Raises:
        ReleaseError: a wheel lacks a file, the two ways of building disagree, or an index would refuse one.
    """
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    for name in PACKAGES:
        folder = ROOT / "packages" / name
        hatchling(folder, DIST, "sdist", "wheel")
        with tempfile.TemporaryDirectory() as scratch:
            wheel, sdist = the_one(name, "whl"), the_one(name, "tar.gz")
            again = rebuild(sdist, Path(scratch))
            problems = complaints(folder, wheel, sdist)
            if wheel_files(again) != wheel_files(wheel):
                different = wheel_files(again) ^ wheel_files(wheel)
                problems.append(
                    f"a wheel built from the sdist differs: {', '.join(sorted(different))}"
                )
        if problems:
            raise ReleaseError(f"{name}: " + "; ".join(problems))
        print(f"built {wheel.name}: {len(wheel_files(wheel))} files, complete", flush=True)
    check_metadata(DIST)


def rebuild(sdist: Path, scratch: Path) -> Path:
    """A wheel made from nothing but the sdist, in ``scratch``."""
    shutil.unpack_archive(sdist, scratch, filter="data")
    source = next(path for path in scratch.iterdir() if path.is_dir())
    hatchling(source, scratch / "wheels", "wheel")
    return next((scratch / "wheels").glob("*.whl"))


def hatchling(folder: Path, target: Path, *kinds: str) -> None:
    for kind in kinds:
        command = [sys.executable, "-m", "hatchling", "build", "-t", kind, "-d", str(target)]
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
        if result.returncode:
            raise ReleaseError(f"{folder.name} does not build:\n{result.stdout}{result.stderr}")


def check_metadata(folder: Path) -> None:
    """Whether an index would take what is in ``folder``, and show its README.

    Raises:
        ReleaseError: it would not; the message is twine's.
    """
    archives = [str(path) for path in sorted(folder.iterdir())]
    command = [sys.executable, "-m", "twine", "--no-color", "check", "--strict", *archives]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode:
        raise ReleaseError(f"twine check: {result.stdout}{result.stderr}")
    print(f"twine check: {len(archives)} archives pass", flush=True)


def the_one(name: str, suffix: str) -> Path:
    """The file in dist/ that was built from ``packages/<name>``, whatever its distribution is called."""
    distribution = project(ROOT / "packages" / name / "pyproject.toml")["name"].replace("-", "_")
    found = sorted(DIST.glob(f"{distribution}-*.{suffix}"))
    if len(found) != 1:
        raise ReleaseError(
            f"dist/ should hold one {distribution}-*.{suffix}, it holds {len(found)}"
        )
    return found[0]


def install_alone(name: str, python: str) -> None:
    """Install one wheel into a fresh environment, import all of it, check and migrate a site with it.

    Raises:
        subprocess.CalledProcessError: a step failed; its output has been shown.
    """
    with tempfile.TemporaryDirectory(prefix=f"{name}-") as scratch:
        folder = Path(scratch)
        uv("venv", "--quiet", "--python", python, str(folder / "venv"))
        alone = folder / "venv" / "bin" / "python"
        # Siblings are named as files, so that no index is asked for them.
        wheels = {the_one(name, "whl"), the_one("mkt-core", "whl")}
        uv("pip", "install", "--quiet", "--python", str(alone), *map(str, sorted(wheels)))
        check_site(alone, folder, name.replace("-", "_"))


def uv(*arguments: str) -> None:
    # As a module: the environment's folder of programs need not be on PATH.
    subprocess.run([sys.executable, "-m", "uv", *arguments], check=True)


if __name__ == "__main__":
    sys.exit(main())
