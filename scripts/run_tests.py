#!/usr/bin/env python3
"""Run every suite against real PostgreSQL and Redis servers, then again on SQLite.

    python scripts/run_tests.py                          # what `make test` runs
    python scripts/run_tests.py --all                    # with the long campaigns, Chromium and faults
    python scripts/run_tests.py --systems example_project   # only Chromium and faults
    python scripts/run_tests.py mkt-blog -- -k feed -x   # one suite, pytest's own options

Each suite runs in its own folder with its own settings, as `python -m pytest` there would. With both
databases there are two lanes side by side, one per database, and a suite's output is shown when it has
ended. A suite without a test, and a database that could not be had, are failures in the summary.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

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
                self.command,
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
    with _process.signals_as_exit():
        return report(run_all(chosen, options.database, options.pytest))


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
        "--systems", action="store_true", help="only the tests marked browser and fault"
    )
    parser.add_argument("--database", choices=(*DATABASES, "both"), default="both")
    options = parser.parse_args(arguments[:cut])
    if unknown := sorted(set(options.suites) - set(names)):
        parser.error(f"unknown suite {', '.join(unknown)}; there are {', '.join(names)}")
    options.pytest = [*_marker_options(options), *arguments[cut + 1 :]]
    return options


def _marker_options(options: argparse.Namespace) -> list[str]:
    if options.all:
        return []
    if options.systems:
        return ["-m", "(browser or fault) and not slow"]
    return ["-m", "not slow and not browser and not fault"]


def run_all(suites: Sequence[Suite], database: str, pytest: Sequence[str]) -> list[Result]:
    """Run the suites on one database, or on both at once."""
    if database == "postgresql":
        return list(run_on_servers(suites, Pytest(pytest)))
    if database == "sqlite":
        return list(run_on_sqlite(suites, Pytest(pytest)))
    first = [suite for suite in suites if suite.uses_database]
    # The tests of the tools run once, in the lane that is done first.
    second = [*first, *(suite for suite in suites if not suite.uses_database)]
    sqlite, servers = Pytest(pytest, at_end=True), Pytest(pytest, at_end=True)
    with ThreadPoolExecutor(1) as executor:
        lane = executor.submit(lambda: list(run_on_sqlite(second, sqlite)))
        try:
            return [*(run_on_servers(first, servers) if first else ()), *lane.result()]
        finally:
            # Only of use when we are told to stop: the lane must not start its next suite.
            sqlite.stop()


def run_on_sqlite(suites: Sequence[Suite], pytest: Pytest) -> Iterator[Result]:
    with sqlite_template() as variables:
        if variables:
            pytest.command += ["-p", _sqlite_template.__name__]
        for suite in suites:
            yield pytest.run(suite, "SQLite" if suite.uses_database else "", variables)


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


def run_on_servers(suites: Sequence[Suite], pytest: Pytest) -> Iterator[Result]:
    try:
        with services.running() as variables:
            missing = {"DATABASE_URL", "REDIS_URL"} - set(variables)
            for suite in suites if not missing else ():
                where = "PostgreSQL" if suite.uses_database else ""
                yield pytest.run(suite, where, variables)
            if missing:
                yield Result(
                    "all suites",
                    "PostgreSQL",
                    False,
                    f"NOT RUN: no {' and '.join(sorted(missing))}",
                )
    except _process.ServiceError as error:
        yield Result("all suites", "PostgreSQL", False, f"NOT RUN: {error}")


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
