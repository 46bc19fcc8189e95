"""A PostgreSQL with a streaming replica, each of which a test or benchmark may stop, freeze and start again."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import _postgresql
import _process
import services


class Server:
    """One PostgreSQL on one port, through several lives."""

    def __init__(self, binaries: Path, data: Path, port: int, password: str) -> None:
        self.binaries = binaries
        self.data = data
        self.port = port
        self.password = password
        #: More of its configuration: ``{"ssl": "on"}``.
        self.options: dict[str, str] = {}
        self._life = ExitStack()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgres://mkt:{self.password}@127.0.0.1:{self.port}/{_postgresql.DATABASE}"

    @property
    def settings(self) -> dict[str, Any]:
        """The beginning of an entry in ``DATABASES``."""
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": _postgresql.DATABASE,
            "USER": "mkt",
            "PASSWORD": self.password,
            "HOST": "127.0.0.1",
            "PORT": self.port,
        }

    def start(self) -> None:
        folder = self.data.parent
        given = {
            **dict(option.split("=") for option in _postgresql.FAST),
            "port": str(self.port),
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            # A replica asks for what it missed at once, and tells what it has replayed.
            "wal_retrieve_retry_interval": "100ms",
            "wal_receiver_status_interval": "1s",
            "max_wal_senders": "5",
            **self.options,
        }
        command: list[str | Path] = [self.binaries / "postgres", "-D", self.data]
        for name, value in given.items():
            command += ["-c", f"{name}={value}"]
        life = _process.server(
            command,
            cwd=folder,
            ready=_postgresql.ReadyFile(self.data / "postmaster.pid"),
            stop_signal=signal.SIGINT,
            env=_postgresql.environment(),
        )
        self._process = self._life.enter_context(life)

    def stop(self) -> None:
        """Fast shutdown: sessions are ended, not waited for."""
        self._life.close()

    def kill(self) -> None:
        """As if the machine had lost its power."""
        self._signal_all(signal.SIGKILL)
        self._life.close()

    def freeze(self) -> None:
        """Accept connections, by the kernel's doing, and never answer."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        self._signal_all(signal.SIGCONT)

    def execute(self, sql: str) -> Any:
        """The first value of the first row, if there is one."""
        import psycopg

        with psycopg.connect(self.url, autocommit=True, connect_timeout=5) as connection:
            cursor = connection.execute(sql)
            return cursor.fetchone()[0] if cursor.description else None  # type: ignore[index]

    def _signal_all(self, number: signal.Signals) -> None:
        """Sessions are processes of their own; a frozen postmaster alone would leave them running."""
        assert self._process is not None
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children")
        pids = [self._process.pid, *map(int, children.read_text().split())]
        for pid in pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)


@contextlib.contextmanager
def primary() -> Iterator[Server]:
    """A server of our own, whatever ``DATABASE_URL`` says.

    Raises:
        ServiceError: there is none on this machine.
    """
    source = next(iter(services.POSTGRESQL.sources()), None)
    if source is None:
        raise _process.ServiceError(services.POSTGRESQL.how_to_get)
    with _process.workspace("mkt-primary-") as folder:
        binaries = source.unpack(folder)
        _process.give(folder)
        password = "only-for-tests"  # noqa: S105
        data = _postgresql.init(binaries, folder, password)
        server = Server(binaries, data, _process.free_port(), password)
        server.start()
        try:
            yield server
        finally:
            server.stop()


@contextlib.contextmanager
def replica(of: Server) -> Iterator[Server]:
    """A streaming replica, with all that the primary has."""
    with _process.workspace("mkt-replica-") as folder:
        data = folder / "data"
        command: list[str | Path] = [
            of.binaries / "pg_basebackup",
            "-D",
            data,
            "-R",
            "-X",
            "stream",
        ]
        command += ["-c", "fast", "-d", of.url]
        _process.run_quietly(command, cwd=folder, env=_postgresql.environment())
        server = Server(of.binaries, data, _process.free_port(), of.password)
        server.start()
        try:
            yield server
        finally:
            # A frozen process would not notice that it is asked to stop.
            with contextlib.suppress(OSError):
                server.thaw()
            server.stop()
