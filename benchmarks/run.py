#!/usr/bin/env python3
"""Run every benchmark of this folder, or those named, one after the other.

    python benchmarks/run.py [api_list import_wordpress ...]

Each script explains what it measures and how, and takes options of its own when it is run by itself. Figures are
ratios of one run on one machine: do not compare them across runs.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

FOLDER = Path(__file__).resolve().parent


def main(arguments: Sequence[str] | None = None) -> int:
    wanted = list(sys.argv[1:] if arguments is None else arguments)
    available = {path.stem: path for path in sorted(FOLDER.glob("*.py")) if is_benchmark(path)}
    if unknown := sorted(set(wanted) - set(available)):
        print(
            f"no benchmark {', '.join(unknown)}; there are {', '.join(available)}", file=sys.stderr
        )
        return 2
    failed = []
    for name in wanted or available:
        print(f"\n=== {name} ===", flush=True)
        if subprocess.run(
            [sys.executable, str(available[name])], cwd=FOLDER, check=False
        ).returncode:
            failed.append(name)
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def is_benchmark(path: Path) -> bool:
    """A script that can be run, not a module that one of them imports."""
    return path != Path(__file__).resolve() and '__name__ == "__main__"' in path.read_text()


if __name__ == "__main__":
    sys.exit(main())
