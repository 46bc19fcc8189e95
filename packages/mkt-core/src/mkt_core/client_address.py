"""Who asks: the address of the client, also behind proxies.

A proxy adds the address that it was asked from at the end of a header; whatever is in front of that may be made up by
the client. So the header is read from its end, and only as far as proxies of our own have written it.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from functools import lru_cache
from ipaddress import IPv6Network

from django.http import HttpRequest

from .conf import core_settings
from .networks import is_address_in, parse_address

#: In ``TRUSTED_PROXIES``: whoever connects through a Unix socket, which has no address.
UNIX_SOCKET = "unix"
#: How much of an IPv6 address is one client for limits: a household gets so much, and may use any address in it.
CLIENT_PREFIX_BITS = 64

_MAX_ADDRESS_LENGTH = 64


def client_address(request: HttpRequest) -> str:
    """The visitor's address, as "192.0.2.1" or "2001:db8::1"; "" if it is unknown.

    ``REMOTE_ADDR``, unless that is a proxy of ours (``MKT_CORE["TRUSTED_PROXIES"]``, or ``["TRUSTED_PROXY_COUNT"]``):
    then the last address in the proxies' header that is none of them. Where a proxy has written something that is no
    address, it is the address of that proxy.
    """
    conf = core_settings.current
    peer = _peer(request)
    if conf.TRUSTED_PROXIES:
        return _first_untrusted(request, peer, conf.TRUSTED_PROXIES)
    if conf.TRUSTED_PROXY_COUNT > 0:
        return _behind(request, peer, conf.TRUSTED_PROXY_COUNT)
    return peer


def client_key(request: HttpRequest) -> str:
    """What to count a client by: its address, or the /64 network of an IPv6 address; "" if it is unknown."""
    return key_of_address(client_address(request))


def key_of_address(address: str) -> str:
    """``client_key()`` of an address that is already known."""
    if ":" not in address:
        return address
    return str(IPv6Network((address, CLIENT_PREFIX_BITS), strict=False))


def comes_from_trusted_proxy(request: HttpRequest) -> bool:
    """Whether headers that proxies set may be believed.

    With ``TRUSTED_PROXY_COUNT`` alone that is so for every request: nobody else can reach such a site.
    """
    conf = core_settings.current
    if conf.TRUSTED_PROXIES:
        return _is_trusted(_peer(request), conf.TRUSTED_PROXIES)
    return conf.TRUSTED_PROXY_COUNT > 0


def _peer(request: HttpRequest) -> str:
    return _address(str(request.META.get("REMOTE_ADDR") or ""))


def _is_trusted(address: str, proxies: tuple[str, ...]) -> bool:
    if not address:
        return UNIX_SOCKET in proxies
    return is_address_in(address, proxies)


def _first_untrusted(request: HttpRequest, peer: str, proxies: tuple[str, ...]) -> str:
    address = peer
    if not _is_trusted(address, proxies):
        return address
    for hop in _hops_from_the_end(request):
        if not hop:
            return address
        address = hop
        if not _is_trusted(address, proxies):
            return address
    return address


def _behind(request: HttpRequest, peer: str, count: int) -> str:
    address = peer
    for position, hop in enumerate(_hops_from_the_end(request), 1):
        if not hop:
            return address
        address = hop
        if position == count:
            break
    return address


def _hops_from_the_end(request: HttpRequest) -> Iterator[str]:
    """Addresses, the one that the nearest proxy has written first; "" for what is none."""
    header = core_settings.current.TRUSTED_PROXY_HEADER
    # Not ``request.headers``, which goes through all of them.
    value = request.META.get("HTTP_" + header.upper().replace("-", "_"), "")
    is_standard = header.lower() == "forwarded"
    while value:
        value, _, hop = value.rpartition(",")
        yield _address(_for_of(hop) if is_standard else hop)


def _for_of(element: str) -> str:
    """The client in one element of ``Forwarded`` (RFC 7239): ``for="[2001:db8::1]:80";proto=https``."""
    for pair in element.split(";"):
        name, _, value = pair.strip().partition("=")
        if name.lower() == "for":
            return value.strip('"')
    return ""


def _address(text: str) -> str:
    """The address in ``text``, which may have a port; "" if there is none."""
    text = text.strip()
    return _parsed(text) if text and len(text) <= _MAX_ADDRESS_LENGTH else ""


# One request is asked several times: by limits, by what counts visitors, by logs.
@lru_cache(maxsize=1024)
def _parsed(text: str) -> str:
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    if _is_plain_ipv4(text):
        return text
    # A zone ("%eth0") means something on one machine only.
    address = parse_address(text.partition("%")[0])
    return "" if address is None else str(address)


def _is_plain_ipv4(text: str) -> bool:
    """Whether this is an IPv4 address as it is always written: most are, and ``ipaddress`` takes ten times as long."""
    try:
        return socket.inet_ntoa(socket.inet_pton(socket.AF_INET, text)) == text
    except (OSError, ValueError):
        return False
