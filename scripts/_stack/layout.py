"""Where the stack keeps its data, and on which ports its processes listen."""

from __future__ import annotations

import json
import os
import secrets
import stat
import subprocess
from dataclasses import asdict, dataclass, fields
from pathlib import Path

import _process
from _process import ServiceError

#: Months; the certificate is only ever seen by this machine.
CERTIFICATE_DAYS = 365


@dataclass(frozen=True)
class Ports:
    """One for each process, all on the loopback interface."""

    https: int
    http: int
    web_1: int
    web_2: int
    prometheus: int
    alertmanager: int
    mail: int
    pgbouncer: int
    replica: int
    nginx_status: int
    node_exporter: int
    postgres_exporter: int
    redis_exporter: int
    nginx_exporter: int

    @classmethod
    def kept(cls, path: Path, https: int) -> Ports:
        """Those of the last start where they are still free, so that bookmarks stay right.

        Raises:
            ServiceError: the port for HTTPS is somebody else's.
        """
        if _process.answers("127.0.0.1", https):
            raise ServiceError(
                f"Port {https} is taken: name another one, as in PORT={https + 1} make stack."
            )
        try:
            before = json.loads(path.read_text())
        except (OSError, ValueError):
            before = {}
        chosen: dict[str, int] = {"https": https}
        for field in fields(cls)[1:]:
            port = before.get(field.name)
            if not isinstance(port, int) or port in chosen.values() or _is_taken(port):
                port = _free_port(set(chosen.values()))
            chosen[field.name] = port
        ports = cls(**chosen)
        path.write_text(json.dumps(asdict(ports)))
        return ports


def _is_taken(port: int) -> bool:
    return _process.answers("127.0.0.1", port)


def _free_port(but: set[int]) -> int:
    while (port := _process.free_port()) in but:
        pass
    return port


@dataclass(frozen=True)
class Layout:
    """The folder of one stack; ``folder`` is private to whoever started it, but for what the servers own."""

    folder: Path

    @classmethod
    def made(cls, folder: Path) -> Layout:
        """The folder with what every start needs in it.

        Raises:
            ServiceError: the account that the database runs under cannot get there.
        """
        layout = cls(folder.resolve())
        for part in ("static", "media", "mail", "log", "configuration", "state"):
            (layout.folder / part).mkdir(parents=True, exist_ok=True)
        _require_a_way(layout.folder)
        if not layout.secret_key.exists():
            _write_secret(layout.secret_key, secrets.token_urlsafe(50))
        if not layout.certificate.exists():
            _make_certificate(layout.certificate, layout.key)
        return layout

    @property
    def static(self) -> Path:
        return self.folder / "static"

    @property
    def media(self) -> Path:
        return self.folder / "media"

    @property
    def mail(self) -> Path:
        """A Maildir with all that the site and Alertmanager have sent."""
        return self.folder / "mail"

    @property
    def log(self) -> Path:
        """JSON lines of the site, one file for each gunicorn."""
        return self.folder / "log"

    @property
    def configuration(self) -> Path:
        """What is written anew at each start."""
        return self.folder / "configuration"

    @property
    def state(self) -> Path:
        """What the servers keep."""
        return self.folder / "state"

    def pids(self, process: str) -> Path:
        """The pids of what starts a process again and, behind it, of the process itself."""
        return self.state / f"{process}.pids"

    @property
    def secret_key(self) -> Path:
        return self.folder / "secret_key"

    @property
    def certificate(self) -> Path:
        return self.folder / "localhost.pem"

    @property
    def key(self) -> Path:
        return self.folder / "localhost.key"


def _write_secret(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


def _require_a_way(folder: Path) -> None:
    """Servers that do not run as root must get through every folder above their data."""
    if _process.unprivileged_user() is None:
        return
    for place in (folder, *folder.parents):
        if not place.stat().st_mode & stat.S_IXOTH:
            raise ServiceError(
                f"PostgreSQL does not run as root, and nobody else gets into {place}: "
                "start as another user, or name another folder with --folder."
            )


def _make_certificate(certificate: Path, key: Path) -> None:
    """A certificate for localhost that nobody vouches for."""
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes"]
    command += ["-days", str(CERTIFICATE_DAYS), "-subj", "/CN=localhost"]
    command += ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"]
    command += ["-keyout", str(key), "-out", str(certificate)]
    before = os.umask(0o077)
    try:
        subprocess.run(command, check=True, capture_output=True)
    except FileNotFoundError:
        raise ServiceError("no openssl: run 'apt-get install openssl'") from None
    finally:
        os.umask(before)
