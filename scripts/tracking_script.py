#!/usr/bin/env python3
"""Make the script that browsers load of its source.

    python scripts/tracking_script.py

Needs npm and node 20 or newer, for terser, which is installed below ``.cache/terser``.
"""

from __future__ import annotations

import gzip
import subprocess
import sys

import npm_package

ROOT = npm_package.ROOT
FOLDER = ROOT / ".cache" / "terser"
PROGRAM = FOLDER / "node_modules" / "terser" / "bin" / "terser"
VERSION = "5.51.4"
PACKAGE = ROOT / "packages" / "mkt-monitoring"
SOURCE = PACKAGE / "assets" / "track.js"
RESULT = PACKAGE / "src" / "mkt_monitoring" / "static" / "mkt_monitoring" / "track.js"
OPTIONS = ["--compress", "unsafe=true,passes=3", "--mangle", "--ecma", "2020", "--toplevel"]


def build() -> bytes:
    """The script, made small.

    Raises:
        npm_package.MissingPackageError: npm or node are missing, or terser cannot be installed.
        subprocess.CalledProcessError: the source is no JavaScript.
    """
    if not PROGRAM.exists():
        npm_package.install(FOLDER, "terser", VERSION)
    node = npm_package.node(PROGRAM)
    done = subprocess.run(
        [node, str(PROGRAM), str(SOURCE), *OPTIONS], capture_output=True, check=True
    )
    return done.stdout


def main() -> int:
    try:
        script = build()
    except npm_package.MissingPackageError as error:
        print(error, file=sys.stderr)
        return 1
    RESULT.write_bytes(script)
    size = len(gzip.compress(script, 9))
    print(f"{RESULT.relative_to(ROOT)}: {len(script)} bytes, {size} compressed")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
