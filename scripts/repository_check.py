#!/usr/bin/env python3
"""Check that no tracked file records where it was made.

Looked for: addresses of package indexes (a lock file or constraints made behind a mirror would send everybody
there) and absolute paths of one machine.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Each pattern with what to call it. Written in pieces, so that this file does not find itself.
FORBIDDEN = (
    (
        re.compile(r"(?:index-url|default-index|find-links)[= ]+[\"']?(?:https?|file)" + r"://"),
        "a package index",
    ),
    (
        re.compile(r"(?:files\.python" + r"hosted\.org|/simple" + r"/[a-z0-9-]+/)"),
        "a package index",
    ),
    (re.compile(r"(?<![\w./-])/(?:root|work|Users)" + r"/[\w.-]+"), "a path of one machine"),
    # Where this check runs; /home/… in general is a page's address in many a Wagtail site.
    (
        re.compile(rf"{re.escape(str(Path.home()))}/[\w.-]+|{re.escape(str(ROOT))}\b"),
        "a path of one machine",
    ),
)
LOCK_FILES = {"uv.lock", "poetry.lock", "Pipfile.lock", "package-lock.json", "npm-shrinkwrap.json"}
BINARY = {".gif", ".ico", ".jpg", ".mo", ".png", ".webp", ".woff", ".woff2"}


def main() -> int:
    problems = complaints(ROOT, tracked_files(ROOT))
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


def tracked_files(root: Path) -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=root, capture_output=True, text=True, check=False
    )
    return [name for name in listing.stdout.split("\0") if name]


def complaints(root: Path, names: Iterable[str]) -> list[str]:
    """One line for each place that should not be in the repository."""
    found = []
    for name in names:
        path = root / name
        if path.name in LOCK_FILES:
            found.append(f"{name}: lock files record the index they were made with")
        if path.suffix in BINARY or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), start=1):
            what = next((what for pattern, what in FORBIDDEN if pattern.search(line)), None)
            if what:
                found.append(f"{name}:{number}: names {what}")
    return found


if __name__ == "__main__":
    sys.exit(main())
