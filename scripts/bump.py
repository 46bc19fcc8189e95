#!/usr/bin/env python3
"""Give a package its next version: `python scripts/bump.py mkt-blog 0.2.0`.

Writes __version__ and turns the changelog's [Unreleased] section into one for that version, dated today,
with a fresh empty [Unreleased] above. Commit, then tag: git tag mkt-blog-v0.2.0.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from _environment import PACKAGES, ROOT
from changelog_check import HEADING, VERSION_LINE, current_version, version_file

VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)(?:(a|b|rc)(\d+))?")
STAGES = {"a": 0, "b": 1, "rc": 2, None: 3}


class BumpError(ValueError):
    """The version cannot be given; the message says why."""


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if len(arguments) != 2 or arguments[0] not in PACKAGES:
        print(f"{__doc__}\nPackages: {', '.join(PACKAGES)}", file=sys.stderr)
        return 2
    name, version = arguments
    try:
        bump(ROOT / "packages" / name, version, datetime.now(UTC).date())
    except BumpError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"{name} is now {version}. Commit, then: git tag {name}-v{version}")
    return 0


def bump(package: Path, version: str, day: date) -> None:
    """Write the version into the package; both files or none.

    Raises:
        BumpError: not a version, not higher than the current one, or nothing to release.
    """
    before = current_version(package)
    if sort_key(version) <= sort_key(before):
        raise BumpError(f"{version} is not higher than the current version {before}.")
    changelog = released((package / "CHANGELOG.md").read_text(), version, day)
    source = version_file(package)
    source.write_text(VERSION_LINE.sub(f'__version__ = "{version}"', source.read_text()))
    (package / "CHANGELOG.md").write_text(changelog)


def released(changelog: str, version: str, day: date) -> str:
    """The changelog with what was unreleased under the new version.

    Raises:
        BumpError: there is no [Unreleased] section, or nothing in it.
    """
    headings = list(HEADING.finditer(changelog))
    if not headings or headings[0]["name"] != "Unreleased":
        raise BumpError("CHANGELOG.md has no [Unreleased] section on top.")
    end = headings[1].start() if len(headings) > 1 else len(changelog)
    if not changelog[headings[0].end() : end].strip():
        raise BumpError("Nothing to release: the [Unreleased] section of CHANGELOG.md is empty.")
    heading = f"## [Unreleased]\n\n## [{version}] - {day.isoformat()}"
    return changelog[: headings[0].start()] + heading + changelog[headings[0].end() :]


def sort_key(version: str) -> tuple[int, ...]:
    match = VERSION.fullmatch(version)
    if match is None:
        raise BumpError(f"{version} is not a version such as 1.2.0 or 1.2.0rc1.")
    major, minor, patch, stage, number = match.groups()
    return int(major), int(minor), int(patch), STAGES[stage], int(number or 0)


if __name__ == "__main__":
    sys.exit(main())
