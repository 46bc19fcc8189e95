#!/usr/bin/env python3
"""The whole production architecture on this machine, from ordinary programs: `make stack`.

    python scripts/stack.py [--port 8443] [--folder example_project/var/stack]

nginx with TLS and a micro-cache, two gunicorns, PgBouncer, PostgreSQL with a streaming replica, Redis, a worker for
tasks, what cron would run, Prometheus with exporters of the servers, Alertmanager, and a mail server that keeps what it
is sent: with the settings and the files of example_project/deploy. STACK_POOL=psycopg leaves PgBouncer out of the way.

The data stays in the folder for the next start; removing it is a fresh start. What dies is started again. Ends with
Ctrl-C, or when one of the processes does not stay up. PostgreSQL and Redis are found as scripts/services.py finds them;
DATABASE_URL and REDIS_URL are not read.
"""

from __future__ import annotations

import argparse
import ssl
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import _postgresql
import _process
import _redis
import services
from _process import ServiceError
from _stack import preparing, processes
from _stack.layout import Layout, Ports
from _stack.process import Process

FOLDER = processes.SITE / "var" / "stack"
START_SECONDS = 120
# Not those that the environment names, and both of them.
SERVERS_OF_ITS_OWN = {"MKT_REQUIRE_SERVICES": "1"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--port", type=int, default=8443, help="of HTTPS (8443)")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where all data is kept")
    options = parser.parse_args(arguments)
    try:
        with _process.signals_as_exit():
            return run(options.folder, options.port)
    except SystemExit:
        # Ctrl-C before everything ran.
        print("\nstopped")
        return 0
    except ServiceError as error:
        print(error, file=sys.stderr)
        return 1
    except subprocess.CalledProcessError as error:
        print(f"The site could not be prepared: manage.py {error.cmd[2]} failed.", file=sys.stderr)
        return 1


def run(folder: Path, https: int) -> int:
    """Start everything, and stay until it ends; the exit status.

    Raises:
        ServiceError: something is missing or does not start.
        subprocess.CalledProcessError: a management command failed; it has said why.
    """
    found = processes.programs()
    layout = Layout.made(folder)
    ports = Ports.kept(layout.folder / "ports.json", https)
    binaries: list[Path] = []
    kept = kept_in(layout, binaries.append)
    with services.running(SERVERS_OF_ITS_OWN, services=kept, template=False) as urls:
        environment = processes.site_environment(
            layout, ports, urls["DATABASE_URL"], urls["REDIS_URL"]
        )
        notes = preparing.prepare(layout, ports, environment)
        members = processes.all_of_them(layout, ports, found, environment, binaries[-1])
        announcing = threading.Thread(target=announce, args=(layout, ports, notes), daemon=True)
        announcing.start()
        return supervise(members)


def kept_in(layout: Layout, found: Callable[[Path], None]) -> list[services.Service]:
    """PostgreSQL and Redis, found as always, with data that the next start finds again.

    ``found`` is told the folder of PostgreSQL's programs.
    """
    postgresql = partial(_postgresql.keep, folder=layout.state / "postgresql", found=found)
    redis = partial(_redis.keep, folder=layout.state / "redis")
    return [
        replace(services.POSTGRESQL, start=postgresql),
        replace(services.REDIS, start=redis),
    ]


def supervise(members: Sequence[Process]) -> int:
    """Run all of them until one ends for good, or a signal comes; then end the others.

    Raises:
        ServiceError: honcho is not installed.
    """
    try:
        from honcho.manager import Manager
    except ImportError:
        raise ServiceError("no honcho: run 'make bootstrap', or 'pip install honcho'") from None
    manager = Manager()
    for member in members:
        manager.add_process(
            member.name, member.text, env=dict(member.environment), cwd=str(processes.SITE)
        )
    manager.loop()
    stopped_by_hand = manager.returncode in {130, 143}
    return 0 if stopped_by_hand else int(manager.returncode or 1)


def announce(layout: Layout, ports: Ports, notes: Sequence[str]) -> None:
    """Say where to look, as soon as everything answers."""
    addresses = addresses_of(ports)
    # The processes first: nginx says an error for each request that it cannot pass on.
    waiting = [
        *(f"http://127.0.0.1:{port}/health/live" for port in (ports.web_1, ports.web_2)),
        *(f"http://127.0.0.1:{port}/-/ready" for port in (ports.prometheus, ports.alertmanager)),
        addresses["the site"],
    ]
    started = time.monotonic()
    trusting = ssl.create_default_context(cafile=str(layout.certificate))
    while waiting:
        if _answers(waiting[0], trusting):
            del waiting[0]
            continue
        if time.monotonic() - started > START_SECONDS:
            print(f"stack: no answer yet from {', '.join(waiting)}", flush=True)
            return
        time.sleep(0.5)
    lines = [f"  {label:<22} {url}" for label, url in addresses.items()]
    lines += [f"  {'mail that was sent':<22} {layout.mail}"]
    lines += [f"  {'log of the site':<22} {layout.log}", *(f"  {note}" for note in notes)]
    print(
        "\n".join(["", f"ready: {addresses['the site']}", *lines, "Stop with Ctrl-C."]), flush=True
    )


def addresses_of(ports: Ports) -> Mapping[str, str]:
    site = f"https://localhost:{ports.https}"
    return {
        "the site": f"{site}/",
        "the blog": f"{site}/blog/",
        "the admin": f"{site}/admin/login/",
        "the API's description": f"{site}/api/v1/docs/",
        "health": f"{site}/health/ready",
        "Prometheus": f"http://127.0.0.1:{ports.prometheus}/",
        "Alertmanager": f"http://127.0.0.1:{ports.alertmanager}/",
    }


def _answers(url: str, trusting: ssl.SSLContext) -> bool:
    context = trusting if url.startswith("https:") else None
    try:
        urllib.request.urlopen(url, timeout=10, context=context).close()
    except urllib.error.HTTPError as error:
        return error.code < 500
    except OSError:
        return False
    return True


if __name__ == "__main__":
    sys.exit(main())
