#!/usr/bin/env python3
"""Serve the example site with its demo content: `make demo`.

Migrating and loading happen only when something that decides their outcome has changed, so that a second
start takes seconds. Needs nothing but the environment that runs it: SQLite, Django's own server.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import _process

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "example_project"
DATABASE = SITE / "var" / "demo.sqlite3"
STAMP = SITE / "var" / "demo.json"
START_SECONDS = 60
LAST_PORT = 65_535
# What the settings read from the environment, also as *_FILE. It may be meant for another site, even a real one.
FOREIGN = {
    "ALLOWED_HOSTS",
    "DATABASE_PGBOUNCER",
    "DATABASE_REPLICA_URL",
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "EMAIL_URL",
    "METRICS_TOKEN",
    "REDIS_URL",
    "SECRET_KEY",
    "TASKS_BACKEND",
    "WAGTAILADMIN_BASE_URL",
}
ADDRESSES = (
    ("the site", "/"),
    ("the blog", "/blog/"),
    ("its feed", "/blog/feed/rss/"),
    ("the API", "/api/v1/posts/"),
    ("the API's description", "/api/v1/docs/"),
    ("metrics", "/metrics"),
    ("health", "/health/ready"),
    ("the admin", "/admin/"),
)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", default="8000")
    text = parser.parse_args(arguments).port
    port = port_number(text)
    if port is None:
        print(f"PORT={text} is no port: name one from 1 to {LAST_PORT}.", file=sys.stderr)
        return 2
    if _process.answers("127.0.0.1", port):
        other = port + 1 if port < LAST_PORT else port - 1
        print(
            f"Port {port} is taken: name another one, as in PORT={other} make demo.",
            file=sys.stderr,
        )
        return 1
    try:
        with _process.signals_as_exit():
            prepare(port)
            return serve(port)
    except SystemExit:
        # Ctrl-C is how a demo ends, not a failure.
        print("\nstopped")
        return 0
    except subprocess.CalledProcessError as error:
        print(f"The demo could not be prepared: manage.py {error.cmd[2]} failed.", file=sys.stderr)
        return 1


def port_number(text: str) -> int | None:
    """The port that ``text`` names, None when there is no such port."""
    try:
        port = int(text)
    except ValueError:
        return None
    return port if 1 <= port <= LAST_PORT else None


def prepare(port: int) -> None:
    """Bring the database and its content up to date, unless they are.

    The port is part of it: feeds and the API give whole addresses.

    Raises:
        subprocess.CalledProcessError: a management command failed; it has said why.
    """
    expected = f"{fingerprint()} {port}"
    if DATABASE.exists() and recorded().get("fingerprint") == expected:
        return
    print("Preparing the demo: migrations, then posts and pictures ...", flush=True)
    manage("migrate", "--verbosity", "0")
    output = manage("load_demo_content", "--address", f"127.0.0.1:{port}", capture=True)
    print(output, end="", flush=True)
    notes = [line.strip() for line in output.splitlines() if "login" in line.lower()]
    STAMP.write_text(json.dumps({"fingerprint": expected, "notes": notes}))


def serve(port: int) -> int:
    """Run the server until it ends; says where to look as soon as it answers."""
    command = [sys.executable, "manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"]
    # Django's own banner would announce an address before anything answers there.
    environ = {**environment(), "DJANGO_RUNSERVER_HIDE_WARNING": "true"}
    server = subprocess.Popen(command, cwd=SITE, env=environ, stdout=subprocess.DEVNULL)
    try:
        if not wait_for_answer(server, f"http://127.0.0.1:{port}/"):
            print("The server did not start.", file=sys.stderr)
            return 1
        announce(port)
        return server.wait()
    finally:
        _process.stop(server)


def wait_for_answer(server: subprocess.Popen[bytes], url: str) -> bool:
    """Whether the first page came, with whatever status; False when the server ended instead."""
    deadline = time.monotonic() + START_SECONDS
    while server.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=START_SECONDS).close()
        except urllib.error.HTTPError:
            return True
        except OSError:
            time.sleep(0.1)
        else:
            return True
    return False


def announce(port: int) -> None:
    print(f"\nready: http://127.0.0.1:{port}/")
    for label, path in ADDRESSES:
        print(f"  {label:<22} http://127.0.0.1:{port}{path}")
    for note in recorded().get("notes", ()):
        print(f"  {note}")
    print("Stop with Ctrl-C.", flush=True)


def manage(*arguments: str, capture: bool = False) -> str:
    command = [sys.executable, "manage.py", *arguments]
    stdout = subprocess.PIPE if capture else None
    result = subprocess.run(
        command, cwd=SITE, env=environment(), stdout=stdout, text=True, check=True
    )
    return result.stdout or ""


def environment() -> dict[str, str]:
    """Ours, without what would lead the demo to a database, a cache or settings that are not its own."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if name.removesuffix("_FILE") not in FOREIGN
    }
    return {**kept, "DJANGO_SETTINGS_MODULE": "example.settings.dev"}


def recorded() -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(STAMP.read_text())
    except (OSError, ValueError):
        return {}
    return found


def fingerprint() -> str:
    """Changes with every migration, the demo content, and the versions of Django and Wagtail."""
    digest = hashlib.sha256(f"{version('Django')} {version('wagtail')}".encode())
    for path in sorted(inputs()):
        digest.update(path.relative_to(ROOT).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()


def inputs() -> Iterator[Path]:
    yield from ROOT.glob("packages/*/src/**/migrations/*.py")
    for folder in ("demo", "management", "migrations"):
        found = (SITE / "home" / folder).rglob("*")
        yield from (path for path in found if path.is_file() and "__pycache__" not in path.parts)


if __name__ == "__main__":
    sys.exit(main())
