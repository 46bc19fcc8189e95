"""Taking a URL apart, and refusing what is not plainly one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from urllib.parse import quote, urlsplit

from .errors import AddressRefused, InvalidRequest

_PORTS = {"http": 80, "https": 443}
_MAX_LENGTH = 8192
# What browsers and libraries read in different ways.
_UNCLEAR = re.compile(r"[\x00-\x20\x7f\\<>\"^`{|}]")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*")
_NUMERIC = re.compile(r"(0x[0-9a-f]*|[0-9]+)")


@dataclass(frozen=True, slots=True)
class Target:
    """Where a request goes."""

    scheme: str
    #: In ASCII, lower case, without brackets and final dot.
    host: str
    port: int
    #: With the query, as it is sent.
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Whom credentials are for."""
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """As in the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL again, without a fragment."""
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(
    url: str, *, schemes: Sequence[str], ports: Sequence[int], hosts: Sequence[str] = ()
) -> Target:
    """The target, if requests may go there as far as its name tells.

    Raises:
        InvalidRequest: it is no URL, or one that could be read in several ways.
        AddressRefused: scheme, port or host are not allowed.
    """
    if len(url) > _MAX_LENGTH or _UNCLEAR.search(url):
        raise InvalidRequest("The URL is too long or has characters that no URL has.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise InvalidRequest(f"That is no URL: {error}.") from None
    scheme = parts.scheme.lower()
    if scheme not in _PORTS or scheme not in schemes:
        raise AddressRefused(f"Requests do not go to URLs of the scheme {scheme[:20]!r}.")
    if "@" in parts.netloc:
        raise InvalidRequest("A URL with a user name in it is not requested; use a header.")
    host = _host(parts.hostname or "", is_bracketed="[" in parts.netloc)
    if port is None:
        port = _PORTS[scheme]
    if port not in ports:
        raise AddressRefused(f"Requests do not go to port {port}.")
    if hosts and not is_host_in(host, hosts):
        raise AddressRefused(f"Requests do not go to {host}.")
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = quote(parts.query, safe="/%:@!$&'()*+,;=~-._?[]")
    return Target(scheme, host, port, f"{path}?{query}" if query else path)


def is_host_in(host: str, hosts: Sequence[str]) -> bool:
    """Whether the host is one of them; ".example.com" stands for the domain and all below it."""
    return any(
        host == name.lower().lstrip(".") or (name.startswith(".") and host.endswith(name.lower()))
        for name in hosts
    )


def _host(given: str, *, is_bracketed: bool) -> str:
    if is_bracketed:
        try:
            # A zone ("%eth0") is no part of any public address.
            return str(IPv6Address(given if "%" not in given else ""))
        except AddressValueError:
            raise InvalidRequest("The URL has no IPv6 address between its brackets.") from None
    try:
        # Also turns full-width digits and dots into plain ones.
        host = given.encode("idna").decode("ascii").lower().removesuffix(".")
    except UnicodeError:
        raise InvalidRequest("The URL has no valid host.") from None
    if len(host) > 253 or not _HOST.fullmatch(host):
        raise InvalidRequest("The URL has no valid host.")
    if _NUMERIC.fullmatch(host.rpartition(".")[2]) and not _is_dotted_quad(host):
        raise AddressRefused(f"{host} is an address in a notation that hides what it is.")
    return host


def _is_dotted_quad(host: str) -> bool:
    try:
        return str(IPv4Address(host)) == host
    except AddressValueError:
        return False
