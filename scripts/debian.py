#!/usr/bin/env python3
"""Servers from Debian's packages, unpacked below ``.cache/debian`` instead of installed.

    python scripts/debian.py nginx-light pgbouncer

An installed package would start a server of its own; an unpacked one only gives us the program. What a package
depends on comes along when the machine lacks it. Needs apt-get and dpkg-deb, and no root as long as there is a list of
packages (``apt-get update``).

Tests find programs with ``program()``: on PATH, where Debian puts servers, or unpacked.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
UNPACKED = ROOT / ".cache" / "debian"
# PostgreSQL's programs have a folder for each version.
_FOLDERS = ("usr/bin", "usr/sbin", "usr/lib/postgresql/*/bin")


class MissingProgramError(RuntimeError):
    """A program is not on this machine; the text says how to get it."""


@dataclass(frozen=True)
class Program:
    """An executable, and the variables it has to be started with."""

    path: Path
    variables: Mapping[str, str] = field(default_factory=dict)

    @property
    def environment(self) -> dict[str, str]:
        """The variables of this process with the program's own."""
        return {**os.environ, **self.variables}


def program(name: str, package: str) -> Program:
    """The program ``name`` of Debian's ``package``.

    Raises:
        MissingProgramError: it is neither installed nor unpacked.
    """
    if found := shutil.which(name, path=os.pathsep.join((os.environ.get("PATH", ""), "/usr/sbin"))):
        return Program(Path(found))
    for pattern in _FOLDERS:
        for folder in (Path("/"), UNPACKED):
            for path in sorted(folder.glob(f"{pattern}/{name}"), reverse=True):
                return Program(path, _library_path() if folder == UNPACKED else {})
    raise MissingProgramError(
        f"no {name}: run 'apt-get install {package}', or 'python scripts/debian.py {package}', "
        "which only unpacks it below .cache/debian"
    )


def _library_path() -> dict[str, str]:
    folders = [str(path) for path in UNPACKED.glob("usr/lib/*-linux-gnu*")]
    return {"LD_LIBRARY_PATH": os.pathsep.join(folders)} if folders else {}


def fetch(packages: Sequence[str]) -> None:
    """Unpack the packages, and what they need that the machine lacks.

    Raises:
        MissingProgramError: apt-get knows no such package, or cannot download it.
    """
    if not shutil.which("apt-get"):
        raise MissingProgramError(f"no apt-get here: install {' '.join(packages)} by other means")
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="mkt-debian-") as folder:
        # apt downloads as a user of its own, who may write here too.
        Path(folder).chmod(0o777)
        _run(["apt-get", "download", "-qq", *_with_dependencies(packages)], folder)
        for archive in sorted(Path(folder).glob("*.deb")):
            _run(["dpkg-deb", "-x", str(archive), str(UNPACKED)], folder)


def _with_dependencies(packages: Sequence[str]) -> list[str]:
    """What an installation would bring, by a simulated one."""
    plan = _run(
        ["apt-get", "install", "--simulate", "-qq", "--no-install-recommends", *packages], None
    )
    names = {line.split()[1] for line in plan.splitlines() if line.startswith("Inst ")}
    return sorted(names.union(packages))


def _run(command: Sequence[str], folder: str | None) -> str:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        raise MissingProgramError(f"{' '.join(command[:3])} failed: {done.stderr.strip()[-500:]}")
    return done.stdout


def main(packages: Sequence[str]) -> int:
    if not packages:
        print(__doc__)
        return 2
    try:
        fetch(packages)
    except MissingProgramError as error:
        print(error, file=sys.stderr)
        return 1
    print(f"unpacked below {UNPACKED.relative_to(ROOT)}: {' '.join(packages)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
