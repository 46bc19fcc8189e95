#!/usr/bin/env python3
"""axe-core, which finds what keeps people from using a page, installed below ``.cache/axe``.

    python scripts/axe.py

Needs npm, which only fetches it: it runs in the browser of the tests.
"""

from __future__ import annotations

import sys

import npm_package

ROOT = npm_package.ROOT
FOLDER = ROOT / ".cache" / "axe"
SCRIPT = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
VERSION = "4.10.3"


def fetch() -> None:
    """Install the pinned version.

    Raises:
        npm_package.MissingPackageError: see there.
    """
    npm_package.install(FOLDER, "axe-core", VERSION)


def source() -> str:
    """The script that a page runs.

    Raises:
        npm_package.MissingPackageError: it was not fetched.
    """
    if not SCRIPT.exists():
        raise npm_package.MissingPackageError(
            "no axe-core: run 'python scripts/axe.py', which needs npm"
        )
    return SCRIPT.read_text()


def main() -> int:
    try:
        fetch()
    except npm_package.MissingPackageError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"axe-core {VERSION} is in {SCRIPT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
