"""``MKT_MONITORING["EVENTS"]``: what is kept, for how long, and where events go."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from mkt_core.conf import GivenSettings

from ..conf import MonitoringSettings, settings_in_force


@dataclass(frozen=True, kw_only=True)
class EventOptions:
    """Keys of ``EVENTS``."""

    # Nothing is recorded if this is False; what is stored stays.
    ENABLED: bool = True
    # Where processes put their events: "database", "redis", "kafka", "clickhouse", or the dotted path of a Sink.
    SINK: str = "database"
    # Keyword arguments of the sink, such as {"URL": "redis://…"}.
    SINK_OPTIONS: Mapping[str, Any] = field(default_factory=dict)
    # Other services that get the events, too: see docs/how-to/events.md.
    FORWARD: tuple[Mapping[str, Any], ...] = ()
    # The alias of the database with the tables of the events.
    DATABASE: str = "default"

    # Where visitors are counted by HyperLogLog while a day lasts: {"URL": "redis://…"} or {"CACHE": alias}. None: on
    # the server of the sink "redis"; without that, and if this is empty, they are counted in the database alone.
    HYPERLOGLOG: Mapping[str, Any] | None = None

    # Events that wait in one process at most; what comes on top is dropped and counted.
    BUFFER_SIZE: int = 10_000
    # A batch is written after so many seconds, or as soon as so many events wait.
    FLUSH_SECONDS: float = 0.5
    FLUSH_EVENTS: int = 200
    # How long a process that ends may take to write the rest.
    EXIT_SECONDS: float = 5.0
    # Whether a thread writes the events. If not, call mkt_monitoring.events.buffer.flush() yourself, as tests do.
    BACKGROUND: bool = True

    # How long rows are kept. Days by day (EventDay) stay for ever if DAY_DAYS is 0.
    RAW_DAYS: int = 30
    MINUTE_HOURS: int = 48
    HOUR_DAYS: int = 90
    DAY_DAYS: int = 0
    # Values of one dimension of one event that are told apart in an hour or a day; the rest is "(other)".
    VALUES_LIMIT: int = 2000

    # Visitors who ask not to be followed (Sec-GPC, DNT), members of staff, and known robots are left out.
    RESPECT_GPC: bool = True
    RESPECT_DNT: bool = True
    EXCLUDE_STAFF: bool = True
    EXCLUDE_BOTS: bool = True
    # Paths below which nothing is recorded ("/account/").
    EXCLUDE_PATHS: tuple[str, ...] = ()
    # Dotted path of a function (request) -> bool: whether this visitor has consented. Empty: consent is not needed.
    CONSENT: str = ""
    # A header that a proxy or CDN of yours sets to the country ("CF-IPCountry"). Only if nobody else can set it.
    COUNTRY_HEADER: str = ""
    # Path of a country database in the MaxMind format; needs the extra mkt-monitoring[geoip].
    GEOIP_DATABASE: str = ""


def option_settings(given: Any) -> GivenSettings[EventOptions]:
    """A reader of ``EVENTS``, for the system checks."""
    return GivenSettings("MKT_MONITORING['EVENTS']", EventOptions, given)


_read: tuple[MonitoringSettings, EventOptions] | None = None


def event_options() -> EventOptions:
    """The options in force; the defaults while the dictionary cannot be read, which a system check reports."""
    global _read
    settings = settings_in_force()
    if _read is None or _read[0] is not settings:
        try:
            options = option_settings(settings.EVENTS).current
        except ImproperlyConfigured:
            options = EventOptions()
        _read = (settings, options)
    return _read[1]
