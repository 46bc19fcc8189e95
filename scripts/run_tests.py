#!/usr/bin/env python3
"""Run every suite against real PostgreSQL and Redis servers, then again on SQLite.

    python scripts/run_tests.py                          # what `make test` runs
    python scripts/run_tests.py --all                    # with the long campaigns
    python scripts/run_tests.py mkt-blog -- -k feed -x   # one suite, pytest's own options

Each suite runs in its own folder with its own settings, as `python -m pytest` there would. A suite
without a test, and a database that could not be had, are named in the summary and are failures.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import _process
import services

ROOT = Path(__file__).resolve().parent.parent
NO_TESTS_STATUS = 5
DATABASES = ("postgresql", "sqlite")


@dataclass(frozen=True)
class Suite:
    name: str
    folder: Path
    # A suite without a database runs once.
    uses_database: bool = True


SUITES = (
    Suite("scripts", ROOT, uses_database=False),
    Suite("mkt-core", ROOT / "packages" / "mkt-core"),
    Suite("mkt-blog", ROOT / "packages" / "mkt-blog"),
    Suite("mkt-monitoring", ROOT / "packages" / "mkt-monitoring"),
    Suite("mkt-api", ROOT / "packages" / "mkt-api"),
    Suite("example_project", ROOT / "example_project"),
)


@dataclass(frozen=True)
class Result:
    """How one suite ended; ``outcome`` is pytest's last line, or why pytest was not started."""

    suite: str
    database: str
    passed: bool
    outcome: str
    seconds: float = 0


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    chosen = [suite for suite in SUITES if not options.suites or suite.name in options.suites]
    with _process.signals_as_exit():
        return report(list(run_all(chosen, options.database, options.pytest)))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [suite.name for suite in SUITES]
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(names)}")
    parser.add_argument("--all", action="store_true", help="also the tests marked slow")
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    options = parser.parse_args(arguments[:cut])
    if unknown := sorted(set(options.suites) - set(names)):
        parser.error(f"unknown suite {', '.join(unknown)}; there are {', '.join(names)}")
    options.pytest = [*([] if options.all else ["-m", "not slow"]), *arguments[cut + 1 :]]
    return options


def run_all(suites: Sequence[Suite], database: str, pytest: Sequence[str]) -> Iterator[Result]:
    """Run the suites one after the other, each database in turn."""
    if database != "sqlite":
        yield from run_on_servers(suites, pytest)
    if database != "postgresql":
        for suite in suites:
            # The tests of the tools have run above, with the servers they are partly about.
            if suite.uses_database or database == "sqlite":
                yield run(suite, "SQLite" if suite.uses_database else "", {}, pytest)


def run_on_servers(suites: Sequence[Suite], pytest: Sequence[str]) -> Iterator[Result]:
    try:
        with services.running() as variables:
            missing = {"DATABASE_URL", "REDIS_URL"} - set(variables)
            for suite in suites if not missing else ():
                where = "PostgreSQL" if suite.uses_database else ""
                yield run(suite, where, variables, pytest)
            if missing:
                yield Result(
                    "all suites",
                    "PostgreSQL",
                    False,
                    f"NOT RUN: no {' and '.join(sorted(missing))}",
                )
    except _process.ServiceError as error:
        yield Result("all suites", "PostgreSQL", False, f"NOT RUN: {error}")


def run(suite: Suite, database: str, variables: Mapping[str, str], pytest: Sequence[str]) -> Result:
    """One pytest process in the suite's folder, its output passed through as it comes."""
    print(f"\n=== {suite.name}{database and f' on {database}'} ===", flush=True)
    command = [sys.executable, "-m", "pytest", *pytest]
    if sys.stdout.isatty():
        command.append("--color=yes")
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        cwd=suite.folder,
        env=environment(variables),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
    )
    last = ""
    with process:
        try:
            assert process.stdout is not None
            for line in process.stdout:
                print(line, end="", flush=True)
                last = line.strip(" =\n") or last
            status = process.wait()
        finally:
            _process.stop(process)
    if status == NO_TESTS_STATUS:
        last = "NO TESTS in this suite"
    return Result(suite.name, database, status == 0, last, time.monotonic() - started)


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Ours, with only the servers this run is meant to see."""
    mine = {"DATABASE_URL", "REDIS_URL", "MKT_TEST_TEMPLATE", "DJANGO_SETTINGS_MODULE"}
    return {name: value for name, value in os.environ.items() if name not in mine} | dict(variables)


def report(results: Sequence[Result]) -> int:
    print("\n=== summary ===")
    for result in results:
        mark = "ok  " if result.passed else "FAIL"
        where = f"{result.suite} {result.database}".strip()
        print(f"{mark} {where:<30} {result.seconds:6.1f} s  {result.outcome}")
    failed = sum(not result.passed for result in results)
    print(
        f"{failed} of {len(results)} failed" if failed else f"all {len(results)} suite runs passed"
    )
    return 1 if failed or not results else 0


if __name__ == "__main__":
    sys.exit(main())
