"""Processes, ports and temporary folders for the throwaway servers.

Everything here is for servers that live exactly as long as the Python process that started them.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import Any

STOP_SECONDS = 10
_AGAIN = Path(__file__).resolve().parent / "again.sh"
_PR_SET_PDEATHSIG = 1
# Loaded before any fork: a child between fork and exec must not open libraries.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ServiceError(RuntimeError):
    """A server could not be found, started or reached; the message is meant for the user."""


def unprivileged_user() -> pwd.struct_passwd | None:
    """The account servers run under when we are root (PostgreSQL refuses root), else None."""
    if os.geteuid() != 0:
        return None
    for name in ("nobody", "postgres", "daemon"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServiceError(
        "PostgreSQL does not run as root, and this machine has no user named nobody or postgres."
    )


def free_port() -> int:
    """A TCP port on the loopback interface that nobody listens on right now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def answers(host: str, port: int, *, timeout_seconds: float = 2) -> bool:
    """Whether something accepts TCP connections there."""
    try:
        socket.create_connection((host, port), timeout=timeout_seconds).close()
    except OSError:
        return False
    return True


@contextlib.contextmanager
def workspace(prefix: str) -> Iterator[Path]:
    """A temporary folder that the unprivileged user owns; removed with all its content."""
    folder = Path(tempfile.mkdtemp(prefix=prefix))
    try:
        give(folder)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def give(path: Path) -> None:
    """Hand ``path`` (and what is in it) to the unprivileged user, when we are root."""
    user = unprivileged_user()
    if user is None:
        return
    os.chown(path, user.pw_uid, user.pw_gid)
    for entry in path.rglob("*"):
        os.chown(entry, user.pw_uid, user.pw_gid, follow_symlinks=False)


def die_with_parent() -> None:
    """For ``preexec_fn``: the child is told to end when the thread that started it ends."""
    # Even SIGKILL, which no handler sees, then leaves no server behind (Linux only).
    if _LIBC is not None:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)


def _drop_privileges() -> dict[str, object]:
    user = unprivileged_user()
    if user is None:
        return {}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def run_quietly(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    stdin: str = "",
) -> None:
    """Run a short-lived server tool as the unprivileged user.

    Raises:
        ServiceError: it failed; the message carries the end of what it printed.
    """
    result = subprocess.run(  # type: ignore[call-overload]
        [str(part) for part in command],
        cwd=cwd,
        env=env,
        input=stdin,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        **_drop_privileges(),
    )
    if result.returncode:
        raise ServiceError(f"{Path(str(command[0])).name} failed:\n{tail(result.stdout)}")


@contextlib.contextmanager
def server(
    command: Sequence[str | Path],
    *,
    cwd: Path,
    ready: Callable[[], bool],
    stop_signal: signal.Signals,
    env: Mapping[str, str] | None = None,
    start_seconds: float = 60,
    as_ourselves: bool = False,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a server in the foreground until the block ends, as the unprivileged user or ``as_ourselves``.

    Raises:
        ServiceError: it exited or was not ``ready`` in time; the message carries the end of its log.
    """
    log_path = cwd / "server.log"
    with log_path.open("wb") as log:
        process: subprocess.Popen[bytes] = subprocess.Popen(  # type: ignore[call-overload]
            [str(part) for part in command],
            cwd=cwd,
            env=env,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            # Its own group: Ctrl-C in the terminal reaches us, and we decide when the server stops.
            start_new_session=True,
            preexec_fn=die_with_parent,
            **({} if as_ourselves else _drop_privileges()),
        )
    try:
        _wait_until(ready, process, log_path, start_seconds)
        yield process
    finally:
        stop(process, stop_signal)


def _wait_until(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log_path: Path, seconds: float
) -> None:
    waited = 0.0
    while not ready():
        if process.poll() is not None or waited > seconds:
            raise ServiceError(
                f"{Path(process.args[0]).name} did not start:\n"  # type: ignore[index,arg-type]
                f"{tail(log_path.read_text(errors='replace'))}"
            )
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.05)
        waited += 0.05


def started_again(command: Sequence[str | Path], folder: Path) -> list[str | Path]:
    """``command`` as something that is started again when it dies; ``folder / "pids"`` has its pids (again.sh)."""
    # Whoever the server runs as may not be able to look into the checkout.
    script = shutil.copy(_AGAIN, folder)
    give(folder)
    return [script, folder / "pids", *command]


def stop(process: subprocess.Popen[Any], stop_signal: signal.Signals = signal.SIGTERM) -> None:
    """Ask a process to stop by its pid, insist after ten seconds, and wait for its end."""
    for number in (stop_signal, signal.SIGKILL):
        if process.poll() is not None:
            return
        process.send_signal(number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(STOP_SECONDS)


@contextlib.contextmanager
def signals_as_exit() -> Iterator[None]:
    """Inside the block SIGTERM, SIGINT and SIGHUP raise ``SystemExit``, so that ``finally`` runs."""

    def leave(number: int, frame: FrameType | None) -> None:
        # A second signal while we clean up must not interrupt the clean-up.
        for other in handled:
            signal.signal(other, signal.SIG_IGN)
        raise SystemExit(128 + number)

    handled = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {number: signal.signal(number, leave) for number in handled}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def tail(text: str, lines: int = 15) -> str:
    return "\n".join(text.rstrip().splitlines()[-lines:])
