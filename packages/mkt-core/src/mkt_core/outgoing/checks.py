"""System checks of requests that we make ourselves; they read settings and no network."""

from __future__ import annotations

import ssl
from collections.abc import Iterator
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from ..checks import impossible_numbers, malformed_networks
from ..conf import CoreSettings, core_settings
from ..networks import parsed_networks

_POSITIVE = (
    "OUTGOING_CONNECT_SECONDS",
    "OUTGOING_READ_SECONDS",
    "OUTGOING_TOTAL_SECONDS",
    "OUTGOING_MAX_BYTES",
)
# Larger than any network of one's own.
_WIDEST_BITS = {4: 8, 6: 16}


def check_outgoing(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E115`` to ``E118`` and ``W119``: values of ``OUTGOING_…`` that cannot be meant."""
    if core_settings.problems():
        return []
    conf = core_settings.current
    return [
        *_networks(conf),
        *impossible_numbers(conf, _POSITIVE, (), check_id="mkt_core.E116"),
        *_targets(conf),
        *_certificates(conf),
    ]


def _networks(conf: CoreSettings) -> Iterator[CheckMessage]:
    given = conf.OUTGOING_NETWORKS
    yield from malformed_networks("MKT_CORE['OUTGOING_NETWORKS']", given, check_id="mkt_core.E115")
    for network in parsed_networks(given):
        if network.prefixlen < _WIDEST_BITS[network.version]:
            yield CheckWarning(
                f"MKT_CORE['OUTGOING_NETWORKS'] allows {network}: "
                "whoever chooses a URL can reach every service inside.",
                hint="Name the addresses of the servers that are meant.",
                id="mkt_core.W119",
            )


def _targets(conf: CoreSettings) -> Iterator[CheckMessage]:
    problems = []
    if not conf.OUTGOING_SCHEMES or set(conf.OUTGOING_SCHEMES) - {"http", "https"}:
        problems.append("OUTGOING_SCHEMES can hold 'https' and 'http'")
    if not conf.OUTGOING_PORTS or any(not 0 < port < 65_536 for port in conf.OUTGOING_PORTS):
        problems.append("OUTGOING_PORTS holds numbers from 1 to 65535")
    if any("/" in host or ":" in host or not host.strip(".") for host in conf.OUTGOING_HOSTS):
        problems.append("OUTGOING_HOSTS holds names like 'example.com' or '.example.com'")
    for problem in problems:
        yield Error(
            f"MKT_CORE: {problem}.",
            hint="Remove the key to use its default.",
            id="mkt_core.E117",
        )


def _certificates(conf: CoreSettings) -> Iterator[CheckMessage]:
    if not conf.OUTGOING_CA_FILE:
        return
    try:
        ssl.create_default_context(cafile=conf.OUTGOING_CA_FILE)
    except OSError as error:
        yield Error(
            f"MKT_CORE['OUTGOING_CA_FILE'] cannot be read as certificates: {error}.",
            hint="Name a file in PEM format.",
            id="mkt_core.E118",
        )
