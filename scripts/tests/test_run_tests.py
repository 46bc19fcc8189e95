"""The runner of all suites: what it runs where, what it calls a failure, how it ends."""

import contextlib
from dataclasses import replace

import pytest
import run_tests
from run_tests import Pytest, Result, Suite

PLAIN = ["-p", "no:cacheprovider"]
USUAL = "not slow and not browser and not fault and not node"


@pytest.fixture
def make_suite(tmp_path):
    def make(name, test, *, uses_database=True):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "pytest.ini").write_text("[pytest]\n")
        if test:
            (folder / "test_it.py").write_text(f"import os\n\ndef test_it():\n    {test}\n")
        return Suite(name, folder, uses_database)

    return make


@pytest.fixture(autouse=True)
def _quick_start(monkeypatch):
    """These suites have no database to fill; plugins take most of the seconds of a process with one test."""
    monkeypatch.setattr(run_tests, "sqlite_template", lambda: contextlib.nullcontext({}))
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def servers(monkeypatch):
    @contextlib.contextmanager
    def running():
        yield {"DATABASE_URL": "postgres://here/main", "REDIS_URL": "redis://here/0"}

    monkeypatch.setattr(run_tests.services, "running", running)
    # These tests may themselves run in a lane that has servers.
    for variable in ("DATABASE_URL", "REDIS_URL"):
        monkeypatch.delenv(variable, raising=False)


class TestOneSuite:
    def test_the_outcome_is_the_last_line_of_pytest(self, make_suite, capfd):
        result = Pytest(PLAIN).run(make_suite("good", "assert True"), "SQLite", {})

        assert result.passed
        assert result.outcome.startswith("1 passed in")
        assert capfd.readouterr().out.strip().splitlines()[-1].strip("= ").startswith("1 passed in")

    def test_a_failed_test_fails_the_suite(self, make_suite):
        result = Pytest(PLAIN).run(make_suite("bad", "assert False"), "SQLite", {})

        assert not result.passed
        assert result.outcome.startswith("1 failed in")

    def test_a_suite_without_a_test_is_a_failure_and_says_so(self, make_suite):
        result = Pytest(PLAIN).run(make_suite("empty", None), "SQLite", {})

        assert not result.passed
        assert result.outcome == "NO TESTS in this suite"

    def test_sqlite_runs_do_not_see_the_servers_of_the_caller(self, make_suite, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgres://outside")
        suite = make_suite("sqlite", "assert 'DATABASE_URL' not in os.environ")

        assert Pytest(PLAIN).run(suite, "SQLite", {}).passed


@pytest.mark.usefixtures("servers")
class TestAll:
    def test_each_suite_runs_on_both_databases(self, make_suite):
        suites = [make_suite("one", "assert True"), make_suite("two", "assert True")]

        results = list(run_tests.run_all(suites, "both", PLAIN))

        assert [(result.suite, result.database) for result in results] == [
            ("one", "PostgreSQL"),
            ("two", "PostgreSQL"),
            ("one", "SQLite"),
            ("two", "SQLite"),
        ]

    def test_a_suite_without_a_database_runs_once(self, make_suite):
        suite = make_suite("tools", "assert True", uses_database=False)

        results = list(run_tests.run_all([suite], "both", PLAIN))

        assert [(result.suite, result.database) for result in results] == [("tools", "")]

    def test_suites_on_servers_get_their_addresses(self, make_suite):
        suite = make_suite("one", "assert os.environ['REDIS_URL'] == 'redis://here/0'")

        assert [r.passed for r in run_tests.run_all([suite], "postgresql", PLAIN)] == [True]


@pytest.mark.usefixtures("servers")
class TestLanes:
    # Each suite waits for the other one, so that one after the other they would both fail.
    MEET = """
    import pathlib, time
    mine = pathlib.Path(__file__).parent
    (mine / "here").write_text(os.environ["DATABASE_URL"] + " " + os.environ["REDIS_URL"])
    deadline = time.monotonic() + 120
    while not (other := mine.parent / {other!r} / "here").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert other.exists()
"""

    def test_two_suites_run_side_by_side_with_databases_of_their_own(self, make_suite):
        one = make_suite("one", self.MEET.format(other="two"))
        two = make_suite("two", self.MEET.format(other="one"))

        results = run_tests.run_all([one, two], "postgresql", PLAIN, lanes=2)

        assert [(result.suite, result.passed) for result in results] == [
            ("one", True),
            ("two", True),
        ]
        assert {(suite.folder / "here").read_text() for suite in (one, two)} == {
            "postgres://here/main redis://here/0",
            "postgres://here/main_1 redis://here/1",
        }

    def test_servers_of_the_caller_are_used_by_one_suite_at_a_time(self, make_suite, monkeypatch):
        monkeypatch.setenv("REDIS_URL", "redis://outside/3")
        body = """
    import pathlib, time
    log = (pathlib.Path(__file__).parent.parent / "log").open("a", buffering=1)
    log.write("begin ")
    time.sleep(0.5)
    log.write("end ")
"""
        suites = [make_suite(name, body) for name in ("one", "two")]

        run_tests.run_all(suites, "postgresql", PLAIN, lanes=2)

        assert (suites[0].folder.parent / "log").read_text() == "begin end begin end "

    def test_a_long_suite_is_run_in_parts(self, make_suite):
        suite = replace(make_suite("long", "assert True"), parts=(("-k", "it"), ("-k", "not it")))

        parts = list(suite.split())

        assert [part.name for part in parts] == ["long 1/2", "long 2/2"]
        assert [run_tests.Pytest(PLAIN).run(part, "SQLite", {}).passed for part in parts] == [
            True,
            False,
        ]


class TestMissingServers:
    def test_they_are_a_failure_in_the_summary(self, make_suite, monkeypatch, capsys):
        monkeypatch.setattr(run_tests.services, "running", lambda: contextlib.nullcontext({}))

        results = list(run_tests.run_all([make_suite("one", "assert True")], "postgresql", []))

        assert run_tests.report(results) == 1
        assert "NOT RUN: no DATABASE_URL and REDIS_URL" in capsys.readouterr().out


class TestReport:
    def test_all_passed(self, capsys):
        assert run_tests.report([Result("one", "SQLite", True, "3 passed in 1.00s")]) == 0
        assert capsys.readouterr().out.endswith("all 1 suite runs passed\n")

    def test_one_failed(self, capsys):
        results = [Result("one", "", True, "3 passed"), Result("two", "", False, "1 failed")]

        assert run_tests.report(results) == 1
        assert capsys.readouterr().out.endswith("1 of 2 failed\n")

    def test_nothing_ran(self):
        assert run_tests.report([]) == 1


class TestArguments:
    def test_long_campaigns_are_left_out_unless_asked_for(self):
        assert run_tests.parse([]).pytest == ["-m", USUAL]
        assert run_tests.parse(["--all"]).pytest == []

    def test_browsers_and_faults_have_a_run_of_their_own(self):
        assert run_tests.parse(["--systems"]).pytest == [
            "-m",
            "(browser or fault or node) and not slow",
        ]

    def test_pytests_own_options_follow_two_dashes(self):
        options = run_tests.parse(["mkt-blog", "--database", "sqlite", "--", "-k", "feed"])

        assert options.suites == ["mkt-blog"]
        assert options.pytest == ["-m", USUAL, "-k", "feed"]

    def test_an_unknown_suite_is_named(self, capsys):
        with pytest.raises(SystemExit):
            run_tests.parse(["mkt-forum"])

        assert "unknown suite mkt-forum" in capsys.readouterr().err
