"""System checks: what can be set wrong, found before the first scrape."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from importlib.util import find_spec
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning

from mkt_core.checks import settings_errors
from mkt_core.networks import parse_address, parse_network

from .conf import MonitoringSettings, monitoring_settings
from .exposition import can_keep_metrics
from .multiprocess.files import multiprocess_directory
from .outgoing import EXCHANGES
from .registry import foreign_gauges_by_process, is_ascending

MIDDLEWARE = "mkt_monitoring.middleware.RequestMetricsMiddleware"
# They may stand outside: their own time is not worth measuring, nor are health probes.
OUTER_MIDDLEWARE = frozenset(
    {"mkt_core.middleware.RequestIdMiddleware", "mkt_core.health.middleware.HealthMiddleware"}
)

ADVICE = "Make one with: python -c 'import secrets; print(secrets.token_urlsafe())'"

_SEVERAL_WORKERS = re.compile(r"(?:--workers[= ]|-w ?)(?:[2-9]|[1-9]\d+)\b")


def check_settings(**kwargs: Any) -> list[CheckMessage]:
    """E001, E002: see mkt_core. E003 to E006 and E030 to E033: a value cannot be what it is meant to be.

    W004, W005, W030: it is careless.
    """
    if unreadable := settings_errors(monitoring_settings, "mkt_monitoring"):
        return unreadable
    conf = monitoring_settings.current
    return [
        *_networks(conf),
        *_tokens(conf),
        *_buckets(conf),
        *_series_limit(conf),
        *_port(conf),
        *_outgoing(conf),
        *_prometheus(conf),
    ]


def check_middleware(**kwargs: Any) -> list[CheckMessage]:
    """W001: the middleware is not installed. W002: it is, but others stand outside it."""
    installed = list(settings.MIDDLEWARE)
    if MIDDLEWARE not in installed:
        return [
            CheckWarning(
                "Requests are not measured: RequestMetricsMiddleware is missing.",
                hint=f"Put '{MIDDLEWARE}' first in MIDDLEWARE.",
                id="mkt_monitoring.W001",
            )
        ]
    outside = [
        name for name in installed[: installed.index(MIDDLEWARE)] if name not in OUTER_MIDDLEWARE
    ]
    if not outside:
        return []
    return [
        CheckWarning(
            f"RequestMetricsMiddleware does not see what these middlewares do: {', '.join(outside)}.",
            hint="Move it to the top of MIDDLEWARE, or silence this if they are meant to stay unmeasured.",
            id="mkt_monitoring.W002",
        )
    ]


def check_workers(**kwargs: Any) -> list[CheckMessage]:
    """E007: the multiprocess directory cannot be used. W006: several workers are configured, and there is none.

    W031: a gauge of another library would have one series for each process there ever was.
    """
    directory = multiprocess_directory()
    if directory is None:
        return list(_workers_without_directory())
    if can_keep_metrics():
        return list(_gauges_by_process())
    return [
        Error(
            f"PROMETHEUS_MULTIPROC_DIR is {str(directory)!r}, which is not a directory that can be read and written.",
            hint="Create it for the user that runs the workers, and empty it before each start.",
            id="mkt_monitoring.E007",
        )
    ]


def _networks(conf: MonitoringSettings) -> Iterator[CheckMessage]:
    for text in conf.METRICS_NETWORKS:
        try:
            network = parse_network(text)
        except ValueError as error:
            yield Error(
                f"MKT_MONITORING['METRICS_NETWORKS']: {error}. The entry lets nobody in.",
                hint="Write an address ('10.1.2.3', '::1') or a network ('10.1.0.0/16', 'fd00::/8').",
                id="mkt_monitoring.E003",
            )
            continue
        if network.prefixlen == 0:
            yield CheckWarning(
                f"MKT_MONITORING['METRICS_NETWORKS'] has {text!r}: everybody may read the metrics.",
                hint="Name the network of your Prometheus, or use METRICS_TOKENS.",
                id="mkt_monitoring.W004",
            )


def _tokens(conf: MonitoringSettings) -> Iterator[CheckMessage]:
    # Tokens are told by their position: checks print to logs.
    for position, token in enumerate(conf.METRICS_TOKENS, start=1):
        if not re.fullmatch(r"[!-~]+", token):
            yield Error(
                f"Token {position} of MKT_MONITORING['METRICS_TOKENS'] is empty or has spaces or non-ASCII signs.",
                hint=f"Such a token cannot be sent. {ADVICE}",
                id="mkt_monitoring.E004",
            )
        elif len(token) < 20:
            yield CheckWarning(
                f"Token {position} of MKT_MONITORING['METRICS_TOKENS'] is too short and can be guessed.",
                hint=f"Use 20 characters or more. {ADVICE}",
                id="mkt_monitoring.W005",
            )


def _buckets(conf: MonitoringSettings) -> Iterator[CheckMessage]:
    for name, bounds in conf.BUCKETS.items():
        if not is_ascending(bounds):
            yield Error(
                f"MKT_MONITORING['BUCKETS'][{name!r}] is not an ascending list of at least one bound. It is ignored.",
                hint="Write the upper bounds in the unit of the metric, for example [0.1, 0.5, 1].",
                id="mkt_monitoring.E005",
            )


def _series_limit(conf: MonitoringSettings) -> Iterator[CheckMessage]:
    if conf.SERIES_LIMIT < 1:
        yield Error(
            f"MKT_MONITORING['SERIES_LIMIT'] is {conf.SERIES_LIMIT}; it must be at least 1.",
            hint="Remove the key to use the default.",
            id="mkt_monitoring.E006",
        )


def _port(conf: MonitoringSettings) -> Iterator[CheckMessage]:
    if conf.METRICS_PORT is None:
        return
    if not 1 <= conf.METRICS_PORT <= 65535:
        yield Error(
            f"MKT_MONITORING['METRICS_PORT'] is {conf.METRICS_PORT}; a port is a number from 1 to 65535.",
            hint="Remove the key, or choose a port that nothing else has.",
            id="mkt_monitoring.E030",
        )
    address = parse_address(conf.METRICS_ADDRESS)
    if address is None:
        yield Error(
            f"MKT_MONITORING['METRICS_ADDRESS'] is {conf.METRICS_ADDRESS!r}, which is no address.",
            hint="Write an address of this machine: '127.0.0.1', '::1' or '10.1.2.3'.",
            id="mkt_monitoring.E031",
        )
    elif address.is_unspecified:
        yield CheckWarning(
            f"The port of the metrics is open at every address of this machine ({conf.METRICS_ADDRESS}).",
            hint="Name the address that your Prometheus reaches, unless a firewall or a container stands before it.",
            id="mkt_monitoring.W030",
        )


def _outgoing(conf: MonitoringSettings) -> Iterator[CheckMessage]:
    for library in conf.OUTGOING_LIBRARIES:
        if library in EXCHANGES and find_spec(library) is not None:
            continue
        yield Error(
            f"MKT_MONITORING['OUTGOING_LIBRARIES'] has {library!r}, whose requests cannot be measured.",
            hint=f"It must be installed, and one of {', '.join(EXCHANGES)}.",
            id="mkt_monitoring.E032",
        )


def _prometheus(conf: MonitoringSettings) -> Iterator[CheckMessage]:
    if conf.PROMETHEUS_URL and not conf.PROMETHEUS_URL.startswith(("http://", "https://")):
        yield Error(
            f"MKT_MONITORING['PROMETHEUS_URL'] is {conf.PROMETHEUS_URL!r}, which is no address of the web.",
            hint="Write it as 'http://127.0.0.1:9090', or remove the key to see the site's own figures.",
            id="mkt_monitoring.E033",
        )


def _gauges_by_process() -> Iterator[CheckMessage]:
    for name in foreign_gauges_by_process():
        yield CheckWarning(
            f"The gauge {name} has no multiprocess_mode: it gets a series for each worker.",
            hint="Make it with mkt_monitoring.registry.gauge(…, mode=…), or give it a multiprocess_mode.",
            id="mkt_monitoring.W031",
        )


def _workers_without_directory() -> Iterator[CheckMessage]:
    concurrency = os.environ.get("WEB_CONCURRENCY", "")
    arguments = os.environ.get("GUNICORN_CMD_ARGS", "")
    if (concurrency.isdecimal() and int(concurrency) > 1) or _SEVERAL_WORKERS.search(arguments):
        yield CheckWarning(
            "Several workers are configured, and each counts for itself: a scrape would show one of them.",
            hint="Set the environment variable PROMETHEUS_MULTIPROC_DIR to an empty directory that the workers share.",
            id="mkt_monitoring.W006",
        )
