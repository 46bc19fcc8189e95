"""Who asks: is the address of a request in a list of networks?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.http import HttpRequest

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# What the usual proxies add; a client cannot take them away again.
_FORWARDING_HEADERS = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


def parse_network(value: str) -> Network:
    """``"10.0.0.0/8"``, ``"::1"`` … as a network. Raises ValueError with a readable text."""
    return ip_network(value.strip(), strict=False)


def is_in_networks(request: HttpRequest, networks: Sequence[str]) -> bool:
    """Whether the request comes directly from one of the networks.

    ``REMOTE_ADDR`` counts, and only when no proxy forwarded the request: otherwise the address is
    the proxy's, and a list that names the proxy would let the whole world in. Malformed networks
    match nothing; a system check reports them.
    """
    if not networks or was_forwarded(request):
        return False
    return is_address_in(request.META.get("REMOTE_ADDR", ""), networks)


def is_address_in(address: str, networks: Sequence[str]) -> bool:
    """Whether the address belongs to one of the networks; what is no address belongs to none."""
    parsed = parse_address(address)
    return parsed is not None and any(
        parsed in network for network in parsed_networks(tuple(networks))
    )


def was_forwarded(request: HttpRequest) -> bool:
    """Whether a proxy says that the request has come through it."""
    return any(header in request.META for header in _FORWARDING_HEADERS)


def parse_address(value: str) -> Address | None:
    """``"127.0.0.1"``, ``"::1"`` … as an address; None if it is none."""
    try:
        address = ip_address(value)
    except ValueError:
        # Empty behind a Unix socket.
        return None
    # A server that listens on both families reports 10.0.0.1 as ::ffff:10.0.0.1.
    return getattr(address, "ipv4_mapped", None) or address


@lru_cache(maxsize=32)
def parsed_networks(values: tuple[str, ...]) -> tuple[Network, ...]:
    """Those of ``values`` that are networks; a system check tells of the others."""
    networks = []
    for value in values:
        try:
            networks.append(parse_network(value))
        except ValueError:
            continue
    return tuple(networks)


def truncated_address(address: str) -> str:
    """``address`` without what tells one household from another: IPv4 as /24, IPv6 as /48; "" if it is none."""
    parsed = parse_address(address)
    if parsed is None:
        return ""
    return str(
        ip_network((parsed, 24 if parsed.version == 4 else 48), strict=False).network_address
    )
