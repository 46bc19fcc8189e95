#!/usr/bin/env python3
"""axe-core, which finds what keeps people from using a page, unpacked below ``.cache/axe``.

    python scripts/axe.py

Needs npm, which only fetches it: it runs in the browser of the tests.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "axe"
SCRIPT = FOLDER / "package" / "axe.min.js"
VERSION = "4.10.3"


class MissingAxeError(RuntimeError):
    """axe-core is not here; the text says how to get it."""


def fetch() -> None:
    """Unpack the pinned version.

    Raises:
        MissingAxeError: there is no npm, or it cannot get the package.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise MissingAxeError("no npm: install node 20 or newer, with npm")
    FOLDER.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        [npm, "pack", "--silent", f"axe-core@{VERSION}"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MissingAxeError(f"npm pack failed: {done.stderr.strip()[-500:]}")
    with tarfile.open(FOLDER / f"axe-core-{VERSION}.tgz") as archive:
        archive.extract("package/axe.min.js", FOLDER, filter="data")


def source() -> str:
    """The script that a page runs.

    Raises:
        MissingAxeError: it was not fetched.
    """
    if not SCRIPT.exists():
        raise MissingAxeError("no axe-core: run 'python scripts/axe.py', which needs npm")
    return SCRIPT.read_text()


def main() -> int:
    try:
        fetch()
    except MissingAxeError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"axe-core {VERSION} is in {SCRIPT.relative_to(ROOT)}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
