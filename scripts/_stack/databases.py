"""Between the site and its data: PgBouncer in front of the primary, and a streaming replica for reads."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import _postgresql
import _process
import debian

from .configuration import DEPLOY, replaced
from .layout import Layout, Ports
from .process import Process

POOLS = ("pgbouncer", "psycopg")


@dataclass(frozen=True)
class Primary:
    """Where PostgreSQL is, and who we are there."""

    host: str
    port: int
    user: str
    password: str
    name: str

    @classmethod
    def of(cls, url: str) -> Primary:
        parts = urlsplit(url)
        return cls(
            host=parts.hostname or "127.0.0.1",
            port=parts.port or 5432,
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            name=parts.path.lstrip("/"),
        )

    def url(self, port: int) -> str:
        """As for the primary itself, with another port."""
        return (
            f"postgres://{self.user}:{self.password}@{self.host}:{port}/{self.name}?sslmode=disable"
        )


def site_variables(primary: Primary, ports: Ports, environ: Mapping[str, str]) -> dict[str, str]:
    """Where processes of the site find their data; ``STACK_POOL=psycopg`` does without PgBouncer.

    Raises:
        ServiceError: ``STACK_POOL`` is something else.
    """
    pool = environ.get("STACK_POOL", POOLS[0])
    if pool not in POOLS:
        raise _process.ServiceError(f"STACK_POOL is {pool!r}; it can be {' or '.join(POOLS)}.")
    found = {"DATABASE_REPLICA_URL": primary.url(ports.replica)}
    if pool == "pgbouncer":
        found |= {"DATABASE_URL": primary.url(ports.pgbouncer), "DATABASE_PGBOUNCER": "true"}
    return found


def pgbouncer(layout: Layout, ports: Ports, program: debian.Program, primary: Primary) -> Process:
    """In transaction mode, with the configuration of deploy/pgbouncer."""
    folder = layout.state / "pgbouncer"
    folder.mkdir(exist_ok=True)
    users = folder / "userlist.txt"
    users.touch(mode=0o600)
    users.write_text(f'"{primary.user}" "{primary.password}"\n')
    text = (DEPLOY / "pgbouncer" / "pgbouncer.ini").read_text()
    for old, new in (
        (
            "site = host=database port=5432 dbname=site",
            f"{primary.name} = host={primary.host} port={primary.port} dbname={primary.name}",
        ),
        ("listen_addr = 0.0.0.0", "listen_addr = 127.0.0.1"),
        ("listen_port = 6432", f"listen_port = {ports.pgbouncer}"),
        ("/run/secrets/userlist.txt", str(users)),
    ):
        text = replaced(text, old, new)
    configuration = folder / "pgbouncer.ini"
    configuration.write_text(text)
    _process.give(folder)
    # It says a line for each connection.
    command: list[str | Path] = [*as_nobody(), program.path, "--quiet", configuration]
    return Process("pgbouncer", command, layout, {**program.environment, "STOP_SIGNAL": "INT"})


def replica(layout: Layout, ports: Ports, primary: Primary, binaries: Path) -> Process:
    """A copy of the primary, made anew at each start of the stack, so that it always fits."""
    folder = layout.state / "replica"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    script = Path(shutil.copy(DEPLOY / "database" / "replica.sh", folder))
    passwords = folder / "pgpass"
    passwords.touch(mode=0o600)
    passwords.write_text(f"*:*:*:*:{primary.password}\n")
    _process.give(folder)
    environment = {
        **_postgresql.environment(),
        "PATH": os.pathsep.join([str(binaries), os.environ.get("PATH", "")]),
        "PGDATA": str(folder / "data"),
        "PGPASSFILE": str(passwords),
        "PRIMARY": f"host={primary.host} port={primary.port} user={primary.user}",
        # "Fast shutdown": sessions are ended, not waited for.
        "STOP_SIGNAL": "INT",
    }
    options = ["max_connections=100", f"port={ports.replica}", "listen_addresses=127.0.0.1"]
    # Debian's own folder for sockets is not everybody's.
    options.append("unix_socket_directories=")
    command: list[str | Path] = [*as_nobody(), script]
    for option in options:
        command += ["-c", option]
    return Process("replica", command, layout, environment)


def as_nobody() -> Sequence[str]:
    """In front of the command of a server that refuses to run as root; nothing where we are somebody else."""
    user = _process.unprivileged_user()
    if user is None:
        return []
    return [
        "setpriv",
        f"--reuid={user.pw_uid}",
        f"--regid={user.pw_gid}",
        "--clear-groups",
        "--",
    ]


def role_settings() -> list[str]:
    """Statements that tell PostgreSQL what PgBouncer keeps the site from telling it."""
    text = (DEPLOY / "database" / "role.sql").read_text()
    return [part.strip() for part in re.sub(r"(?m)^--.*$", "", text).split(";") if part.strip()]
