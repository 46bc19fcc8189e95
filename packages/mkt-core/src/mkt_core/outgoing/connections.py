"""Connections to addresses that were looked at, each for one request."""

from __future__ import annotations

import io
import socket
import ssl
from collections.abc import Callable, Sequence
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from threading import Thread
from time import monotonic
from typing import Any, TypeVar

from ..networks import Address, is_address_in
from .addresses import is_public, unwrapped
from .errors import AddressRefused, ConnectionFailed, TimedOut, TlsFailed
from .targets import Target

T = TypeVar("T")


class Deadline:
    """When everything has to be over."""

    def __init__(self, seconds: float) -> None:
        self._end = monotonic() + seconds

    def remaining(self, at_most: float) -> float:
        """Seconds left, or ``at_most``.

        Raises:
            TimedOut: there are none.
        """
        left = self._end - monotonic()
        if left <= 0:
            raise TimedOut("The request took too long.")
        return min(left, at_most)


def connect(
    target: Target,
    deadline: Deadline,
    *,
    connect_seconds: float,
    read_seconds: float,
    networks: Sequence[str],
    ca_file: str,
) -> DeadlineSocket:
    """A connection, encrypted for https, to one of the host's addresses.

    The name is looked up once, and if a single one of its addresses is not allowed, none is used.

    Raises:
        AddressRefused, ConnectionFailed, TlsFailed, TimedOut
    """
    addresses = resolve(target.host, target.port, deadline.remaining(connect_seconds))
    for address in addresses:
        if not (is_public(address) or is_address_in(str(unwrapped(address)), networks)):
            # The address itself would tell whoever chose the host what our network looks like.
            raise AddressRefused(f"{target.host} has an address that requests do not go to.")
    raw = _reached(target, addresses, deadline, connect_seconds)
    if target.scheme == "https":
        raw = _encrypted(raw, target, deadline.remaining(connect_seconds), ca_file)
    return DeadlineSocket(raw, deadline, read_seconds)


def resolve(host: str, port: int, seconds: float) -> list[Address]:
    """All addresses of the host, in the system's order.

    Raises:
        ConnectionFailed: it has none. TimedOut: nobody knows after ``seconds``.
    """
    try:
        found = _within(seconds, lambda: socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
    except (OSError, UnicodeError):
        raise ConnectionFailed(f"There is no host {host}.") from None
    addresses = [
        ip_address(str(entry[4][0]).partition("%")[0])
        for entry in found
        if entry[0] in (socket.AF_INET, socket.AF_INET6)
    ]
    if not addresses:
        raise ConnectionFailed(f"There is no host {host}.")
    return list(dict.fromkeys(addresses))


def _within(seconds: float, action: Callable[[], T]) -> T:
    """What ``action`` returns or raises. It goes on by itself if it takes longer: resolvers know no timeout."""
    results: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            results.append(action())
        except Exception as error:  # noqa: BLE001
            errors.append(error)

    thread = Thread(target=run, name="resolver of mkt_core.outgoing", daemon=True)
    thread.start()
    thread.join(seconds)
    if errors:
        raise errors[0]
    if not results:
        raise TimedOut("The host's address was not found in time.")
    return results[0]


def _reached(
    target: Target, addresses: Sequence[Address], deadline: Deadline, seconds: float
) -> socket.socket:
    limit = Deadline(seconds)
    error: Exception | None = None
    for number, address in enumerate(addresses):
        family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
        # Time is left for the addresses after this one.
        share = deadline.remaining(limit.remaining(seconds)) / (len(addresses) - number)
        raw = socket.socket(family, socket.SOCK_STREAM)
        try:
            raw.settimeout(share)
            raw.connect((str(address), target.port))
        except OSError as caught:
            raw.close()
            error = caught
        else:
            return raw
    if isinstance(error, TimeoutError):
        raise TimedOut(f"{target.host} could not be reached in time.") from None
    raise ConnectionFailed(f"{target.host} cannot be reached: {_reason(error)}.") from None


def _encrypted(raw: socket.socket, target: Target, seconds: float, ca_file: str) -> ssl.SSLSocket:
    try:
        raw.settimeout(seconds)
        return _context(ca_file).wrap_socket(raw, server_hostname=target.host)
    except TimeoutError:
        raw.close()
        raise TimedOut(f"{target.host} did not answer in time.") from None
    except (ssl.SSLError, ssl.CertificateError) as error:
        raw.close()
        reason = getattr(error, "verify_message", "") or getattr(error, "reason", "") or "TLS"
        raise TlsFailed(f"{target.host} cannot be trusted: {reason}.") from None
    except OSError as error:
        raw.close()
        raise ConnectionFailed(f"{target.host} cannot be reached: {_reason(error)}.") from None


@lru_cache(maxsize=4)
def _context(ca_file: str) -> ssl.SSLContext:
    if not ca_file:
        paths = ssl.get_default_verify_paths()
        ca_file = "" if paths.cafile or paths.capath else _bundled()
    return ssl.create_default_context(cafile=ca_file or None)


def _bundled() -> str:
    """Certificates for a system without any, if requests has brought some."""
    try:
        import certifi
    except ImportError:
        return ""
    return certifi.where()


class DeadlineSocket:
    """As much of a socket as ``http.client`` uses. A server that sends byte by byte gains no time by it."""

    def __init__(self, raw: socket.socket, deadline: Deadline, read_seconds: float) -> None:
        self._raw = raw
        self._deadline = deadline
        self._read_seconds = read_seconds

    def sendall(self, data: Any) -> None:
        """Send everything."""
        self._raw.settimeout(self._deadline.remaining(self._read_seconds))
        self._raw.sendall(data)

    def receive_into(self, buffer: Any) -> int:
        """The next bytes."""
        self._raw.settimeout(self._deadline.remaining(self._read_seconds))
        return self._raw.recv_into(buffer)

    def makefile(self, mode: str = "rb", buffering: int = -1) -> io.BufferedReader:
        """For reading."""
        return io.BufferedReader(_Reader(self))

    def close(self) -> None:
        """Nothing yet: ``http.client`` gives the connection up before the answer was read. See ``hang_up()``."""
        return

    def hang_up(self) -> None:
        """Close the connection."""
        self._raw.close()


class _Reader(io.RawIOBase):
    def __init__(self, connection: DeadlineSocket) -> None:
        self._connection = connection

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        return self._connection.receive_into(buffer)


def _reason(error: Exception | None) -> str:
    return (getattr(error, "strerror", "") or type(error).__name__).lower()
