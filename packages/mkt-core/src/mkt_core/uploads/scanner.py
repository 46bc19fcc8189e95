"""Looking for viruses: what a scanner is, and the one that asks clamd.

A site names its scanner in ``MKT_CORE["UPLOAD_SCANNER"]``: ``{"BACKEND": dotted path}`` and the class's own options.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from functools import lru_cache
from time import monotonic
from typing import IO, Any, Protocol
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from ..conf import core_settings

_STEP = 1 << 16


class ScanFailed(Exception):
    """The scanner gave no verdict: away, too slow, or the file is more than it takes."""


class Scanner(Protocol):
    """What ``BACKEND`` is: made once with the options as keyword arguments.

    ``accepts_on_failure``: whether files are stored although nobody has looked at them.
    """

    accepts_on_failure: bool

    def scan(self, file: IO[bytes], size: int) -> str:
        """Name of what was found, "" if nothing was. Reads from the start. Raises ``ScanFailed``."""


class ClamdScanner:
    """Sends files to clamd (``INSTREAM``) over TCP or a Unix socket; nothing is written to its disk.

    Options:
        ADDRESS: ``"tcp://127.0.0.1:3310"`` or ``"unix:///run/clamav/clamd.ctl"``.
        TIMEOUT_SECONDS: for all of it: connecting, sending and the answer.
        MAX_BYTES: clamd's ``StreamMaxLength``; larger files have no verdict.
        ON_FAILURE: "refuse" files without a verdict, or "accept" them.
    """

    def __init__(
        self,
        *,
        ADDRESS: str = "unix:///run/clamav/clamd.ctl",  # noqa: N803
        TIMEOUT_SECONDS: float = 30.0,  # noqa: N803
        MAX_BYTES: int = 25 * 1024 * 1024,  # noqa: N803
        ON_FAILURE: str = "refuse",  # noqa: N803
    ) -> None:
        self.family, self.address = _parsed(ADDRESS)
        if ON_FAILURE not in ("refuse", "accept"):
            raise ImproperlyConfigured('ON_FAILURE must be "refuse" or "accept"')
        if not (TIMEOUT_SECONDS > 0 and MAX_BYTES > 0):
            raise ImproperlyConfigured("TIMEOUT_SECONDS and MAX_BYTES must be above zero")
        self.timeout_seconds = TIMEOUT_SECONDS
        self.max_bytes = MAX_BYTES
        self.accepts_on_failure = ON_FAILURE == "accept"

    def scan(self, file: IO[bytes], size: int) -> str:
        """Name of what was found, "" if nothing was. Raises ``ScanFailed``."""
        if size > self.max_bytes:
            raise ScanFailed(f"larger than {self.max_bytes} bytes")
        try:
            return self._asked(file)
        except OSError as error:
            raise ScanFailed(f"clamd is away ({type(error).__name__})") from error

    def _asked(self, file: IO[bytes]) -> str:
        deadline = monotonic() + self.timeout_seconds
        file.seek(0)
        with socket.socket(self.family, socket.SOCK_STREAM) as connection:
            connection.settimeout(self.timeout_seconds)
            connection.connect(self.address)
            connection.sendall(b"zINSTREAM\0")
            while piece := file.read(_STEP):
                _set_rest(connection, deadline)
                connection.sendall(len(piece).to_bytes(4, "big") + piece)
            connection.sendall(bytes(4))
            return _verdict(_answer(connection, deadline))


def _answer(connection: socket.socket, deadline: float) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < 4096:
        _set_rest(connection, deadline)
        piece = connection.recv(4096)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\0\n").decode("utf-8", errors="replace")


def _verdict(answer: str) -> str:
    """``stream: OK``, ``stream: Eicar-Test-Signature FOUND`` or ``… ERROR``."""
    if answer == "stream: OK":
        return ""
    if answer.endswith(" FOUND"):
        return answer.removeprefix("stream: ").removesuffix(" FOUND")
    raise ScanFailed(f"clamd says {answer[:200]!r}")


def _set_rest(connection: socket.socket, deadline: float) -> None:
    rest = deadline - monotonic()
    if rest <= 0:
        raise TimeoutError
    connection.settimeout(rest)


def _parsed(address: str) -> tuple[socket.AddressFamily, Any]:
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme == "tcp" and parts.hostname and port:
        family = socket.AF_INET6 if ":" in parts.hostname else socket.AF_INET
        return family, (parts.hostname, port)
    if parts.scheme == "unix" and parts.path and not parts.netloc:
        return socket.AF_UNIX, parts.path
    raise ImproperlyConfigured(
        'ADDRESS must be like "tcp://127.0.0.1:3310" or "unix:///run/clamav/clamd.ctl"'
    )


def made(params: Mapping[str, Any]) -> Scanner:
    """The scanner that the settings name.

    Raises:
        ImproperlyConfigured: there is none; the text says why.
    """
    path = params.get("BACKEND")
    if not isinstance(path, str):
        raise ImproperlyConfigured("BACKEND is missing")
    options = {name: value for name, value in params.items() if name != "BACKEND"}
    try:
        scanner: Scanner = import_string(path)(**options)
    except (ImportError, TypeError) as error:
        raise ImproperlyConfigured(str(error)) from error
    if not callable(getattr(scanner, "scan", None)):
        raise ImproperlyConfigured(f"{path} has no method scan()")
    return scanner


@lru_cache(maxsize=1)
def current() -> Scanner | None:
    """The site's scanner, made on first use; None without one. Raises ``ImproperlyConfigured``."""
    params = core_settings.current.UPLOAD_SCANNER
    return made(params) if params else None


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "MKT_CORE":
        current.cache_clear()


setting_changed.connect(_forget, dispatch_uid="mkt_core.uploads.scanner")
