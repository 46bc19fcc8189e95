#!/usr/bin/env python3
"""What the version matrix checks besides the suites, on the sites below scripts/matrix_site.

python scripts/matrix_checks.py migrations   # no package lacks a migration, on a plain and on a customised site
python scripts/matrix_checks.py swapped      # a site with its own base page: migrate, then serve a blog
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

SITE = Path(__file__).resolve().parent / "matrix_site"
LABELS = ("mkt_core", "mkt_blog", "mkt_blog_pages", "mkt_monitoring", "mkt_api")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("what", choices=("migrations", "swapped"))
    try:
        {"migrations": migrations, "swapped": swapped}[parser.parse_args(arguments).what]()
    except subprocess.CalledProcessError as error:
        print(f"FAILED: {' '.join(map(str, error.cmd[1:]))}", file=sys.stderr)
        return 1
    return 0


def migrations() -> None:
    """No package asks for a migration, whatever models and blocks the site has.

    Raises:
        subprocess.CalledProcessError: one does; Django has printed what it would contain.
    """
    for variant in ("plain", "custom"):
        print(f"--- {variant} site", flush=True)
        manage(SITE, variant, "makemigrations", "--check", "--dry-run", *LABELS)


def swapped() -> None:
    """The way of a new site with its own base page, from its first migration to its first post; then blogs on a site
    with its own models, hosts and languages.

    Raises:
        subprocess.CalledProcessError: a step failed.
    """
    with tempfile.TemporaryDirectory(prefix="mkt-swapped-") as folder:
        # A copy: the site's own migration of posts is written here as its developer would write it,
        # so that a new field of a mixin needs no second migration in this repository.
        site = Path(folder) / "site"
        shutil.copytree(SITE, site, ignore=shutil.ignore_patterns("__pycache__"))
        manage(site, "swapped", "makemigrations", "swapped", "--name", "pages", "--verbosity", "0")
        manage(site, "swapped", "makemigrations", "--check", "--dry-run")
        manage(site, "swapped", "check")
        run(site, "swapped", sys.executable, "-m", "pytest", "-q", "tests/test_swapped.py")
    run(SITE, "custom", sys.executable, "-m", "pytest", "-q", "tests/test_custom.py")


def manage(site: Path, variant: str, *arguments: str) -> None:
    run(site, variant, sys.executable, "-W", "error", "manage.py", *arguments)


def run(site: Path, variant: str, *command: str) -> None:
    environ = {**os.environ, "DJANGO_SETTINGS_MODULE": f"matrix.settings.{variant}"}
    subprocess.run(command, cwd=site, env=environ, check=True)


if __name__ == "__main__":
    sys.exit(main())
