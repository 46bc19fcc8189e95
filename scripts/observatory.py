#!/usr/bin/env python3
"""Mozilla's HTTP Observatory, which grades the headers of a site, unpacked below ``.cache/observatory``.

    python scripts/observatory.py

Needs node 20 or newer and npm. The published version has no list of preloaded sites, which its installation would
fetch, and does not hand the ports on that its own functions know; both are put right here.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import npm_package

ROOT = npm_package.ROOT
FOLDER = ROOT / ".cache" / "observatory"
PACKAGE = FOLDER / "node_modules" / "@mdn" / "mdn-http-observatory"
VERSION = "1.4.8"
SCAN_SECONDS = 120

_SCAN = """\
import { scan } from "@mdn/mdn-http-observatory";
const [hostname, httpPort, httpsPort] = process.argv.slice(2);
console.log(JSON.stringify(await scan(hostname, { httpPort, httpsPort })));
"""


def fetch() -> None:
    """Install the pinned version.

    Raises:
        npm_package.MissingPackageError: see there.
    """
    npm_package.install(FOLDER, "@mdn/mdn-http-observatory", VERSION)
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
        npm_package.MissingPackageError: it is not installed.
        RuntimeError: the scan failed.
    """
    node = npm_package.node(FOLDER / "scan.mjs")
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
    except npm_package.MissingPackageError as error:
        sys.exit(str(error))
    print(f"HTTP Observatory {VERSION} is in {FOLDER.relative_to(ROOT)}")
