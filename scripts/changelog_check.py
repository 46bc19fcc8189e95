#!/usr/bin/env python3
"""Check that every package says in its CHANGELOG.md what its current version brought.

python scripts/changelog_check.py [PACKAGE VERSION]   # with both: is this version fit for a release?
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from pathlib import Path

from _environment import PACKAGES, ROOT

VERSION_LINE = re.compile(r'^__version__ = "(?P<version>[^"]+)"$', re.MULTILINE)
HEADING = re.compile(r"^## \[(?P<name>[^\]]+)\](?: - (?P<date>\S+))?$", re.MULTILINE)
DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if len(arguments) not in (0, 2):
        print(__doc__, file=sys.stderr)
        return 2
    problems = []
    for name in PACKAGES:
        problems += [f"{name}: {problem}" for problem in complaints(ROOT / "packages" / name)]
    if arguments:
        name, version = arguments
        problems += release_complaints(ROOT / "packages" / name, version)
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def current_version(package: Path) -> str:
    """The package's ``__version__``, without importing it.

    Raises:
        ValueError: there is no such line.
    """
    source = version_file(package).read_text()
    if match := VERSION_LINE.search(source):
        return match["version"]
    raise ValueError(f'{version_file(package)} has no line __version__ = "…"')


def version_file(package: Path) -> Path:
    return package / "src" / package.name.replace("-", "_") / "__init__.py"


def sections(changelog: str) -> dict[str, str | None]:
    """Versions in the order of the file, with their dates."""
    return {match["name"]: match["date"] for match in HEADING.finditer(changelog)}


def complaints(package: Path) -> list[str]:
    """What is wrong with a package's changelog at any time, released or not."""
    found = sections((package / "CHANGELOG.md").read_text())
    names = list(found)
    problems = []
    if names[:1] != ["Unreleased"]:
        problems.append("CHANGELOG.md has no [Unreleased] section on top")
    version = current_version(package)
    if version not in found:
        problems.append(f"CHANGELOG.md says nothing about the current version {version}")
    for name, date in found.items():
        if name != "Unreleased" and not (date and DATE.fullmatch(date)):
            problems.append(f"CHANGELOG.md: [{name}] has no date (YYYY-MM-DD)")
    return problems


def release_complaints(package: Path, version: str) -> list[str]:
    """What stands between the sources and a release under this number."""
    if not package.is_dir():
        return [f"there is no package {package.name}; there are {', '.join(PACKAGES)}"]
    if current_version(package) != version:
        return [f"{package.name}: __version__ is {current_version(package)}, not {version}"]
    return []


if __name__ == "__main__":
    sys.exit(main())
