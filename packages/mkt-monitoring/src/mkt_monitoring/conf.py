"""The ``MKT_MONITORING`` setting."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from mkt_core.conf import AppSettings


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitoringSettings:
    """Values accepted in the ``MKT_MONITORING`` setting."""

    # Networks ("10.0.0.0/8", "::1") whose own connections may read the metrics.
    METRICS_NETWORKS: tuple[str, ...] = ()
    # Tokens accepted as "Authorization: Bearer <token>". Several, so that one can be replaced without a gap.
    METRICS_TOKENS: tuple[str, ...] = ()
    # A port of the metrics' own, besides the URL of the site; see mkt_monitoring.metrics_server.
    METRICS_PORT: int | None = None
    # The address of this machine at which that port is opened.
    METRICS_ADDRESS: str = "127.0.0.1"
    # Libraries whose requests to other servers are measured: "requests", "urllib".
    OUTGOING_LIBRARIES: tuple[str, ...] = ()
    # Upper bounds of the buckets of a histogram, ascending, in its own unit: {"<metric name>": [0.1, 0.5]}.
    BUCKETS: Mapping[str, tuple[float, ...]] = field(default_factory=dict)
    # Label combinations that one metric may have in one process; the rest is counted as "overflow".
    SERIES_LIMIT: int = 1000
    # A request in which one statement runs more often than this counts in db_repeated_queries_total.
    REPEATED_QUERIES: int = 10
    # Keep requests by minute in the site's own tables, for the dashboards in the Wagtail admin.
    REQUESTS_NOW: bool = True
    # Where the API of a Prometheus is found; the dashboards then have the figures of requests from there.
    PROMETHEUS_URL: str = ""
    # Sent to it as "Authorization: Bearer <token>".
    PROMETHEUS_TOKEN: str = ""
    # A database query that takes longer is shown, its statement without values. Read at a first connection.
    SLOW_QUERY_SECONDS: float = 0.05
    # Requested after each round of the alert rules; what it belongs to raises the alarm when that stops.
    ALERTS_HEARTBEAT_URL: str = ""
    # Objectives behind the alerts of ``mkt_rules``: see docs/how-to/alerts.md. Empty: availability and latency.
    SLOS: tuple[Mapping[str, Any], ...] = ()
    # The rest of what the rules are generated from: see mkt_monitoring.rules.options.
    RULES: Mapping[str, Any] = field(default_factory=dict)
    # Event tracking: see mkt_monitoring.events.options.
    EVENTS: Mapping[str, Any] = field(default_factory=dict)


monitoring_settings = AppSettings("MKT_MONITORING", MonitoringSettings)


_DEFAULTS = MonitoringSettings()


def settings_in_force() -> MonitoringSettings:
    """The settings, or the defaults (which are closed) while the dictionary cannot be read.

    A mistake in it is for ``manage.py check`` to report, not for the site's start or a visitor's request to fail on.
    """
    try:
        return monitoring_settings.current
    except ImproperlyConfigured:
        return _DEFAULTS
