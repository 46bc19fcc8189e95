#!/usr/bin/env python3
"""Mozilla's HTTP Observatory, which grades the headers of a site, unpacked below ``.cache/observatory``.

    python scripts/observatory.py

Needs node 20 or newer and npm. The published version has no list of preloaded sites, which its installation would
fetch, and does not hand the ports on that its own functions know; both are put right here.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "observatory"
PACKAGE = FOLDER / "node_modules" / "@mdn" / "mdn-http-observatory"
VERSION = "1.4.8"
SCAN_SECONDS = 120

_SCAN = """\
import { scan } from "@mdn/mdn-http-observatory";
const [hostname, httpPort, httpsPort] = process.argv.slice(2);
console.log(JSON.stringify(await scan(hostname, { httpPort, httpsPort })));
"""


class MissingObservatoryError(RuntimeError):
    """The Observatory is not here; the text says how to get it."""


def fetch() -> None:
    """Install the pinned version.

    Raises:
        MissingObservatoryError: there is no npm, or it cannot install the package.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise MissingObservatoryError("no npm: install node 20 or newer, with npm")
    FOLDER.mkdir(parents=True, exist_ok=True)
    options = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", "--prefix", "."]
    done = subprocess.run(
        [npm, "install", *options, f"@mdn/mdn-http-observatory@{VERSION}"],
        cwd=FOLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise MissingObservatoryError(f"npm install failed: {done.stderr.strip()[-500:]}")
    (PACKAGE / "conf" / "hsts-preload.json").write_text("{}")
    scanner = PACKAGE / "src" / "scanner" / "index.js"
    text = scanner.read_text()
    scanner.write_text(
        text.replace("await retrieve(hostname);", "await retrieve(hostname, options);")
    )
    (FOLDER / "scan.mjs").write_text(_SCAN)


def scan(hostname: str, http_port: int, https_port: int, certificate: Path) -> Mapping[str, Any]:
    """What the Observatory finds: ``scan`` with grade and score, ``tests`` with their modifiers.

    ``certificate`` is trusted, as one of a real authority would be.

    Raises:
        MissingObservatoryError: it is not installed.
        RuntimeError: the scan failed.
    """
    node = shutil.which("node")
    if node is None or not (FOLDER / "scan.mjs").exists():
        raise MissingObservatoryError(
            "no HTTP Observatory: run 'python scripts/observatory.py', which needs node 20 and npm"
        )
    done = subprocess.run(
        [node, "scan.mjs", hostname, str(http_port), str(https_port)],
        cwd=FOLDER,
        env={**os.environ, "NODE_EXTRA_CA_CERTS": str(certificate)},
        capture_output=True,
        text=True,
        check=False,
        timeout=SCAN_SECONDS,
    )
    if done.returncode:
        raise RuntimeError(f"the scan failed: {done.stderr.strip()[-1000:]}")
    found: Mapping[str, Any] = json.loads(done.stdout)
    return found


if __name__ == "__main__":
    try:
        fetch()
    except MissingObservatoryError as error:
        sys.exit(str(error))
    print(f"HTTP Observatory {VERSION} is in {FOLDER.relative_to(ROOT)}")
