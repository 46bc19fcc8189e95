"""Of requests that we make ourselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class OutgoingSettings:
    """Keys of ``MKT_CORE``."""

    # If there are any, requests go to no other host; ".example.com" stands for the domain and all below it.
    OUTGOING_HOSTS: tuple[str, ...] = ()
    # Addresses and networks that requests may go to although they are not public, such as "10.1.2.3".
    OUTGOING_NETWORKS: tuple[str, ...] = ()
    OUTGOING_SCHEMES: tuple[str, ...] = ("https", "http")
    OUTGOING_PORTS: tuple[int, ...] = (443, 80)
    # Longest time to find and reach a server, to wait for its next bytes, and for everything including redirects.
    OUTGOING_CONNECT_SECONDS: float = 3.0
    OUTGOING_READ_SECONDS: float = 5.0
    OUTGOING_TOTAL_SECONDS: float = 15.0
    # The most that is read of an answer, as sent and unpacked.
    OUTGOING_MAX_BYTES: int = 5_000_000
    # Certificates (PEM) that are trusted in place of the system's.
    OUTGOING_CA_FILE: str = ""
    OUTGOING_USER_AGENT: str = "mkt-core"
