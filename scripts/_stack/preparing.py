"""What a release does before its processes start: tables, static files, and here the demo content."""

from __future__ import annotations

import hashlib
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import demo

from . import databases
from .layout import Layout, Ports
from .processes import SITE, START, with_programs


def prepare(layout: Layout, ports: Ports, environment: Mapping[str, str]) -> Sequence[str]:
    """Migrate, collect, load; gives what an editor needs to know. Nothing to do takes no time.

    Raises:
        subprocess.CalledProcessError: a management command failed; it has said why.
    """
    write_environment(layout, environment)
    _set_role(environment["DATABASE_URL"])
    # Copying and compressing needs neither the tables nor the core that fills them.
    with ThreadPoolExecutor(max_workers=1) as beside:
        collecting = beside.submit(collect_static_files, layout, environment)
        notes = fill_database(layout, ports, environment)
        collecting.result()
    return notes


def fill_database(layout: Layout, ports: Ports, environment: Mapping[str, str]) -> Sequence[str]:
    """Tables, pages and pictures, unless what makes them is as it was; gives what an editor needs to know."""
    stamp = layout.folder / "prepared.json"
    expected = f"{demo.fingerprint()} {ports.https}"
    before = _read(stamp)
    if before.get("fingerprint") == expected:
        return list(before["notes"])
    print("stack: migrations, then posts and pictures ...", flush=True)
    run_part(environment, "migrate", "--verbosity", "0")
    # The limit protects the site from slow queries.
    patient = {**environment, "DATABASE_STATEMENT_TIMEOUT_SECONDS": "0"}
    output = manage(
        patient, "load_demo_content", "--force", "--address", f"localhost:{ports.https}"
    )
    notes = [line.strip() for line in output.splitlines() if "login" in line.lower()]
    stamp.touch(mode=0o600)
    stamp.write_text(json.dumps({"fingerprint": expected, "notes": notes}))
    return notes


def _set_role(url: str) -> None:
    """Timeouts for sessions that come through PgBouncer."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        for statement in databases.role_settings():
            connection.execute(statement)


def write_environment(layout: Layout, environment: Mapping[str, str]) -> None:
    """For a shell that shall do something with the site: ``. environment && python manage.py shell``."""
    path = layout.folder / "environment"
    path.touch(mode=0o600)
    own = sorted(set(environment.items()) - set(os.environ.items()))
    path.write_text("".join(f"export {name}={shlex.quote(value)}\n" for name, value in own))


def collect_static_files(layout: Layout, environment: Mapping[str, str]) -> None:
    """Copy and compress them, unless nothing that ships any has changed: it takes half a minute."""
    stamp = layout.folder / "static.json"
    expected = {"fingerprint": static_fingerprint()}
    if _read(stamp) != expected:
        print("stack: static files ...", flush=True)
        manage(environment, "collectstatic", "--noinput", "--verbosity", "0")
        stamp.write_text(json.dumps(expected))


def static_fingerprint() -> str:
    """Changes with every installed version, and with each of our own static files."""
    versions = sorted(f"{found.name} {found.version}" for found in distributions())
    digest = hashlib.sha256("\n".join(versions).encode())
    for folder in (demo.ROOT / "packages", SITE):
        for path in sorted(folder.glob("**/static/**/*")):
            if path.is_file() and "var" not in path.relative_to(folder).parts:
                digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def _read(stamp: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(stamp.read_text())
    except (OSError, ValueError):
        return {}
    return found


def run_part(environment: Mapping[str, str], *arguments: str) -> None:
    """A part of the site that ends by itself, run as its container does."""
    subprocess.run([START, *arguments], cwd=SITE, env=with_programs(environment), check=True)


def manage(environment: Mapping[str, str], *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=SITE,
        env=dict(environment),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout
