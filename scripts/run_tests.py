#!/usr/bin/env python3
"""Run every suite against real PostgreSQL and Redis servers, or on SQLite.

    python scripts/run_tests.py                             # what `make test` runs
    python scripts/run_tests.py --database sqlite           # without servers
    python scripts/run_tests.py --all --database both       # also what is marked: `make test-all`
    python scripts/run_tests.py --systems example_project   # only Chromium, faults and Node
    python scripts/run_tests.py mkt-blog -- -k feed -x      # one suite, pytest's own options

Each suite runs in its own folder with its own settings, as `python -m pytest` there would. Two run side by side, each
with a database of its own, and a suite's output is shown when it has ended. A suite without a test, and a database
that could not be had, are failures in the summary.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import _process
import _sqlite_template
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
    # pytest's arguments for each part of a suite that takes long; parts run side by side.
    parts: tuple[tuple[str, ...], ...] = ((),)
    arguments: tuple[str, ...] = ()

    def split(self) -> Iterator[Suite]:
        """The suite, or its parts as suites."""
        for number, arguments in enumerate(self.parts, start=1):
            name = f"{self.name} {number}/{len(self.parts)}" if len(self.parts) > 1 else self.name
            yield replace(self, name=name, parts=((),), arguments=arguments)


# The longest first, so that no lane is left with one at the end.
SUITES = (
    Suite(
        "mkt-core",
        ROOT / "packages" / "mkt-core",
        parts=(("tests/cache",), ("tests", "--ignore=tests/cache")),
    ),
    Suite("example_project", ROOT / "example_project"),
    Suite("mkt-blog", ROOT / "packages" / "mkt-blog"),
    Suite("scripts", ROOT, uses_database=False),
    Suite("mkt-api", ROOT / "packages" / "mkt-api"),
    Suite("mkt-monitoring", ROOT / "packages" / "mkt-monitoring"),
)


@dataclass(frozen=True)
class Result:
    """How one suite ended; ``outcome`` is pytest's last line, or why pytest was not started."""

    suite: str
    database: str
    passed: bool
    outcome: str
    seconds: float = 0


class Pytest:
    """Runs suites one after the other; ``at_end`` shows a suite's output in one piece."""

    # One for all lanes, so that their outputs do not mix.
    _printing = threading.Lock()

    def __init__(self, arguments: Sequence[str], *, at_end: bool = False) -> None:
        self.command = [sys.executable, "-m", "pytest", *arguments]
        if sys.stdout.isatty():
            self.command.append("--color=yes")
        self.at_end = at_end
        self.process: subprocess.Popen[str] | None = None
        self.stopped = False

    def run(self, suite: Suite, database: str, variables: Mapping[str, str]) -> Result:
        """One pytest process in the suite's folder."""
        started = time.monotonic()
        if self.stopped:
            return Result(suite.name, database, False, "NOT RUN: stopped")
        with (
            # Two pytest processes that tidy up one folder of temporary files get into each other's way.
            tempfile.TemporaryDirectory(prefix="mkt-pytest-") as scratch,
            subprocess.Popen(
                [*self.command, *suite.arguments],
                cwd=suite.folder,
                env=environment({**variables, "PYTEST_DEBUG_TEMPROOT": scratch}),
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
            ) as self.process,
        ):
            try:
                last = self._show(f"{suite.name}{database and f' on {database}'}", self.process)
            finally:
                _process.stop(self.process)
        if self.process.returncode == NO_TESTS_STATUS:
            last = "NO TESTS in this suite"
        passed = self.process.returncode == 0
        return Result(suite.name, database, passed, last, time.monotonic() - started)

    def stop(self) -> None:
        """End the suite that runs, and start no other."""
        self.stopped = True
        if self.process is not None:
            _process.stop(self.process)

    def _show(self, title: str, process: subprocess.Popen[str]) -> str:
        """Pass the output on; gives its last line, which is pytest's summary."""
        lines = [f"\n=== {title} ===\n"]
        if not self.at_end:
            print(lines[0], end="", flush=True)
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line)
            if not self.at_end:
                print(line, end="", flush=True)
        process.wait()
        if self.at_end:
            with self._printing:
                print("".join(lines), end="", flush=True)
        return next((text for line in reversed(lines) if (text := line.strip(" =\n"))), "")


def main(arguments: Sequence[str] | None = None) -> int:
    options = parse(arguments)
    chosen = [suite for suite in SUITES if not options.suites or suite.name in options.suites]
    # A part has tests to run only as long as nobody chooses among them.
    if not options.systems and not options.chosen_tests:
        chosen = [part for suite in chosen for part in suite.split()]
    with _process.signals_as_exit():
        return report(run_all(chosen, options.database, options.pytest, options.lanes))


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    arguments = list(sys.argv[1:] if arguments is None else arguments)
    cut = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    names = [suite.name for suite in SUITES]
    parser.add_argument("suites", nargs="*", metavar="SUITE", help=f"of {', '.join(names)}")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="also the marked tests")
    which.add_argument(
        "--systems", action="store_true", help="only the tests marked browser, fault and node"
    )
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="postgresql")
    parser.add_argument("--lanes", type=int, default=2, help="suites that run side by side (2)")
    options = parser.parse_args(arguments[:cut])
    if unknown := sorted(set(options.suites) - set(names)):
        parser.error(f"unknown suite {', '.join(unknown)}; there are {', '.join(names)}")
    options.chosen_tests = arguments[cut + 1 :]
    options.pytest = [*_marker_options(options), *options.chosen_tests]
    return options


def _marker_options(options: argparse.Namespace) -> list[str]:
    if options.all:
        return []
    if options.systems:
        return ["-m", "(browser or fault or node) and not slow"]
    return ["-m", "not slow and not browser and not fault and not node"]


def run_all(
    suites: Sequence[Suite], database: str, pytest: Sequence[str], lanes: int = 1
) -> list[Result]:
    """Run the suites on one database, or on one after the other."""
    results: list[Result] = []
    if database != "sqlite":
        results += run_on_servers(suites, pytest, lanes)
        # What needs no database has run by then.
        suites = [suite for suite in suites if suite.uses_database]
    if database != "postgresql" and suites:
        results += run_on_sqlite(suites, pytest, lanes)
    return results


def run_on_sqlite(suites: Sequence[Suite], pytest: Sequence[str], lanes: int) -> list[Result]:
    with sqlite_template() as variables:
        plugin = ["-p", _sqlite_template.__name__] if variables else []
        return run_in_lanes(suites, "SQLite", [*pytest, *plugin], [variables] * lanes)


def run_on_servers(suites: Sequence[Suite], pytest: Sequence[str], lanes: int) -> list[Result]:
    # Databases and keys of servers that somebody else has started are used as they are named.
    if {"DATABASE_URL", "REDIS_URL"} & set(os.environ):
        lanes = 1
    try:
        with services.running() as variables:
            if missing := {"DATABASE_URL", "REDIS_URL"} - set(variables):
                return [not_run(f"no {' and '.join(sorted(missing))}")]
            each = [of_lane(variables, number) for number in range(lanes)]
            return run_in_lanes(suites, "PostgreSQL", pytest, each)
    except _process.ServiceError as error:
        return [not_run(str(error))]


def not_run(why: str) -> Result:
    return Result("all suites", "PostgreSQL", False, f"NOT RUN: {why}")


def of_lane(variables: Mapping[str, str], number: int) -> dict[str, str]:
    """The variables with a database, and a numbered database of Redis, that no other lane uses."""
    if not number:
        return dict(variables)
    database, redis = urlsplit(variables["DATABASE_URL"]), urlsplit(variables["REDIS_URL"])
    return {
        **variables,
        "DATABASE_URL": urlunsplit(database._replace(path=f"{database.path}_{number}")),
        "REDIS_URL": urlunsplit(redis._replace(path=f"/{number}")),
    }


def run_in_lanes(
    suites: Sequence[Suite],
    database: str,
    arguments: Sequence[str],
    lanes: Sequence[Mapping[str, str]],
) -> list[Result]:
    """Each lane takes the next suite when it has ended one; the results are in the order of the suites."""
    waiting = deque(enumerate(suites))
    results: dict[int, Result] = {}
    runners = [Pytest(arguments, at_end=len(lanes) > 1) for _ in lanes]

    def work(runner: Pytest, variables: Mapping[str, str]) -> None:
        while waiting and not runner.stopped:
            with suppress(IndexError):
                number, suite = waiting.popleft()
                where = database if suite.uses_database else ""
                results[number] = runner.run(suite, where, variables)

    with ThreadPoolExecutor(len(lanes)) as executor:
        at_work = [executor.submit(work, *lane) for lane in zip(runners, lanes, strict=True)]
        try:
            for future in at_work:
                future.result()
        finally:
            # Only of use when we are told to stop: no lane must start its next suite.
            for runner in runners:
                runner.stop()
    return [results[number] for number in sorted(results)]


@contextmanager
def sqlite_template() -> Iterator[dict[str, str]]:
    """Variables that make suites start with Wagtail's tables; none if these cannot be made, and suites migrate."""
    with tempfile.TemporaryDirectory(prefix="mkt-sqlite-") as folder:
        path = Path(folder) / "template.sqlite3"
        made = subprocess.run(
            [sys.executable, str(Path(_sqlite_template.__file__)), str(path)],
            env=environment({}),
            capture_output=True,
            text=True,
            check=False,
        )
        if made.returncode:
            print("no migrated SQLite template, suites run all migrations:", flush=True)
            print(_process.tail(made.stderr), flush=True)
            yield {}
            return
        folders = [str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")]
        yield {
            _sqlite_template.VARIABLE: str(path),
            "PYTHONPATH": os.pathsep.join(filter(None, folders)),
        }


def environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Ours, with only the servers this run is meant to see."""
    mine = {
        "DATABASE_URL",
        "REDIS_URL",
        "MKT_TEST_TEMPLATE",
        "DJANGO_SETTINGS_MODULE",
        _sqlite_template.VARIABLE,
    }
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
