#!/usr/bin/env python3
"""Put real Python interpreters first on PATH.

    python scripts/interpreters.py                # print the folders, joined as for PATH
    python scripts/interpreters.py run -- tox     # run a command with them

pyenv puts a shim for every installed version on PATH, but those of versions that are not "global" only
print an error. tox then finds no interpreter, and tox-uv skips the row and reports success. The real
interpreters live below pyenv's `versions` folder; where there is no pyenv, PATH stays as it is.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")
OLDEST = (3, 11)


def folders(environ: Mapping[str, str] = os.environ) -> list[Path]:
    """The ``bin`` folder of the newest patch release of each version we support, oldest version first."""
    root = Path(environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    newest: dict[tuple[int, int], tuple[int, Path]] = {}
    for folder in root.glob("*/bin"):
        if match := VERSION.fullmatch(folder.parent.name):
            major, minor, patch = map(int, match.groups())
            newest[major, minor] = max(newest.get((major, minor), (patch, folder)), (patch, folder))
    return [folder for version, (_, folder) in sorted(newest.items()) if version >= OLDEST]


def path(environ: Mapping[str, str] = os.environ) -> str:
    """PATH with those folders first, pyenv's shims gone, and the tools of the running environment last."""
    entries = environ.get("PATH", "").split(os.pathsep)
    rest = [entry for entry in entries if not entry.endswith("/shims")]
    return os.pathsep.join([*map(str, folders(environ)), *rest, str(Path(sys.executable).parent)])


def main(arguments: Sequence[str] | None = None) -> int:
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    if not arguments:
        print(os.pathsep.join(map(str, folders())))
        return 0
    if arguments[:2] != ["run", "--"] or len(arguments) < 3:
        print(__doc__, file=sys.stderr)
        return 2
    return subprocess.call(arguments[2:], env={**os.environ, "PATH": path()})


if __name__ == "__main__":
    sys.exit(main())
