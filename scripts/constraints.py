#!/usr/bin/env python3
"""Write constraints.txt: the versions that `make test` and `make lint` install, for every Python we support.

    .venv/bin/python scripts/constraints.py            # resolve again, keeping what still fits
    .venv/bin/python scripts/constraints.py --upgrade  # take the newest versions
    .venv/bin/python scripts/constraints.py --check    # only check the committed file

The file names versions and nothing else: no package index, no path of one machine. It serves development
only; what a user installs is decided by the packages' own lower bounds, and the matrix tests those.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from _environment import PACKAGES, PROFILES, ROOT, requirement_lines

TARGET = ROOT / "constraints.txt"
HEADER = """\
# Versions for development and CI, not for users. Written by scripts/constraints.py
# (nox -s constraints, or nox -s constraints -- --upgrade); do not edit by hand.
"""
PINNED = re.compile(r"[a-z0-9][a-z0-9._-]*==[0-9][A-Za-z0-9.!+]*( ; [^#]+)?")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--check", action="store_true", help="check the committed file and stop")
    parser.add_argument("--upgrade", action="store_true", help="take the newest versions")
    options = parser.parse_args(arguments)
    if not options.check:
        TARGET.write_text(HEADER + resolve(upgrade=options.upgrade))
    problems = complaints(TARGET.read_text())
    for problem in problems:
        print(f"constraints.txt: {problem}", file=sys.stderr)
    return 1 if problems else 0


def resolve(*, upgrade: bool) -> str:
    """Everything in every profile, resolved once for all platforms and Python 3.11 and later.

    Raises:
        subprocess.CalledProcessError: nothing fits; uv has said why.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, output = Path(folder) / "requirements.in", Path(folder) / "constraints.txt"
        groups = {group: None for groups in PROFILES.values() for group in groups}
        source.write_text("\n".join(requirement_lines(groups)) + "\n")
        if TARGET.exists() and not upgrade:
            output.write_text(TARGET.read_text())
        command: list[str | Path] = [sys.executable, "-m", "uv", "pip", "compile", source]
        command += ["-o", output, "--universal", "--python-version", "3.11"]
        command += ["--quiet", "--no-header", "--no-annotate"]
        for name in PACKAGES:
            command += ["--no-emit-package", name]
        subprocess.run([str(part) for part in command], cwd=ROOT, check=True)
        lines = output.read_text().splitlines()
    return "".join(f"{line}\n" for line in lines if not line.startswith("#"))


def complaints(text: str) -> list[str]:
    """Lines that are anything but ``name==version ; marker``: an address, a path, one of our own packages."""
    found = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line or line.startswith("#"):
            continue
        if not PINNED.fullmatch(line):
            found.append(f"line {number} is not a pinned version: {line}")
        elif line.split("==")[0] in PACKAGES:
            found.append(
                f"line {number} pins one of our own packages, which come from the checkout"
            )
    return found


if __name__ == "__main__":
    sys.exit(main())
