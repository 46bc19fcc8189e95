#!/usr/bin/env python3
"""Google's Lighthouse, which grades a page for speed, accessibility, practices and search engines.

    python scripts/lighthouse.py

Installs it below ``.cache/lighthouse``. Needs node 20 or newer and npm; to grade, Chromium as well.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import npm_package

FOLDER = npm_package.ROOT / ".cache" / "lighthouse"
SCRIPT = FOLDER / "node_modules" / "lighthouse" / "cli" / "index.js"
VERSION = "12.8.2"
SECONDS = 180
#: For a fast desktop, as Lighthouse takes every machine for.
USUAL_SLOWDOWN = 4
#: From which ``benchmarkIndex`` on.
SLOWDOWNS = ((1500, USUAL_SLOWDOWN), (800, 2), (0, 1))


def fetch() -> None:
    """Install the pinned version.

    Raises:
        npm_package.MissingPackageError: see there.
    """
    npm_package.install(FOLDER, "lighthouse", VERSION)


def grade(
    url: str, chromium: str, *, arguments: Sequence[str], cpu_slowdown: int = USUAL_SLOWDOWN
) -> Mapping[str, Any]:
    """What Lighthouse reports of a page as a phone sees it: ``categories`` with scores from 0 to 1, ``audits``.

    ``arguments`` are Chromium's; the phone is slower than this machine by ``cpu_slowdown``.

    Raises:
        npm_package.MissingPackageError: it is not installed.
        RuntimeError: the page could not be graded.
    """
    command = [npm_package.node(SCRIPT), str(SCRIPT), url, "--output=json", "--quiet"]
    command.append(f"--chrome-flags={' '.join(arguments)}")
    command.append(f"--throttling.cpuSlowdownMultiplier={cpu_slowdown}")
    done = subprocess.run(
        command,
        env={**os.environ, "CHROME_PATH": chromium},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"Lighthouse failed: {done.stderr.strip()[-1000:]}")
    report: Mapping[str, Any] = json.loads(done.stdout)
    return report


def fitting_slowdown(report: Mapping[str, Any]) -> int:
    """How many times slower than this machine a phone of the middle class is, by the ``benchmarkIndex`` of a report.

    From the table "Calibrating the CPU slowdown" in Lighthouse's documentation (docs/throttling.md): with the usual
    slowdown, a machine that is no fast desktop plays a phone that nobody has.
    """
    index = report["environment"]["benchmarkIndex"]
    return next(slowdown for least, slowdown in SLOWDOWNS if index >= least)


if __name__ == "__main__":
    try:
        fetch()
    except npm_package.MissingPackageError as error:
        sys.exit(str(error))
    print(f"Lighthouse {VERSION} is in {FOLDER.relative_to(npm_package.ROOT)}")
