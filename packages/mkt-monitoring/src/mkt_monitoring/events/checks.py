"""System checks of ``EVENTS``."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured
from django.db import connections
from django.utils.module_loading import import_string

from mkt_core.checks import missing_tables

from ..conf import monitoring_settings
from .countries import open_database
from .forwarding.configuration import services
from .options import EventOptions, option_settings
from .sinks.choosing import make_sink
from .uniques.choosing import make_counters

HINT = "See docs/how-to/events.md."
_POSITIVE = (
    *("BUFFER_SIZE", "FLUSH_SECONDS", "FLUSH_EVENTS", "EXIT_SECONDS"),
    *("RAW_DAYS", "MINUTE_HOURS", "HOUR_DAYS", "VALUES_LIMIT"),
)
#: Hours that minutes must be kept for: until hours and days have got them, also after a night without a process.
LEAST_MINUTE_HOURS = 24


def check_events(**kwargs: Any) -> list[CheckMessage]:
    """E050: EVENTS cannot be read. E051 to E054, W055, E056: a value cannot be used."""
    # What is wrong with the whole dictionary is said by E001 and E002.
    if monitoring_settings.find_problems():
        return []
    settings = option_settings(monitoring_settings.current.EVENTS)
    if problems := settings.problems():
        return [
            Error(
                text,
                hint=f"Nothing of EVENTS is in force until it is mended. {HINT}",
                id="mkt_monitoring.E050",
            )
            for text in problems
        ]
    options = settings.current
    return [
        *_numbers(options),
        *_sink(options),
        *_forward(),
        *_database(options),
        *_visitors(options),
    ]


def check_tables(databases: Sequence[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """W003: the tables are missing; to be registered for databases."""
    return missing_tables("mkt_monitoring", databases)


def _numbers(options: EventOptions) -> Iterator[CheckMessage]:
    wrong = [name for name in _POSITIVE if not getattr(options, name) > 0]
    wrong += ["DAY_DAYS"] if options.DAY_DAYS < 0 else []
    wrong += ["MINUTE_HOURS"] if 0 < options.MINUTE_HOURS < LEAST_MINUTE_HOURS else []
    if wrong:
        yield Error(
            f"MKT_MONITORING['EVENTS'] has a number that is too small: {', '.join(wrong)}.",
            hint=f"Remove the keys to use their defaults; MINUTE_HOURS is at least {LEAST_MINUTE_HOURS}.",
            id="mkt_monitoring.E051",
        )


def _sink(options: EventOptions) -> Iterator[CheckMessage]:
    try:
        make_sink(options)
    except ImproperlyConfigured as error:
        yield Error(
            str(error),
            hint=f"Events wait in the processes, and are dropped when there is no room. {HINT}",
            id="mkt_monitoring.E052",
        )


def _forward() -> Iterator[CheckMessage]:
    try:
        services()
    except ImproperlyConfigured as error:
        yield Error(
            str(error), hint=f"No service is told of events. {HINT}", id="mkt_monitoring.E056"
        )


def _database(options: EventOptions) -> Iterator[CheckMessage]:
    if options.DATABASE not in connections:
        yield Error(
            f"MKT_MONITORING['EVENTS']['DATABASE'] names {options.DATABASE!r}, which is not in DATABASES.",
            hint=f"Known aliases: {', '.join(connections)}.",
            id="mkt_monitoring.E053",
        )


def _visitors(options: EventOptions) -> Iterator[CheckMessage]:
    problems = []
    if options.CONSENT:
        try:
            if not callable(import_string(options.CONSENT)):
                problems.append(f"EVENTS['CONSENT'] is {options.CONSENT!r}, which is no function.")
        except ImportError as error:
            problems.append(f"EVENTS['CONSENT'] is {options.CONSENT!r}: {error}.")
    try:
        make_counters(options)
    except ImproperlyConfigured as error:
        # Of the sink's server the check of the sink has told.
        problems += [str(error)] if options.HYPERLOGLOG else []
    if options.GEOIP_DATABASE:
        try:
            open_database(options.GEOIP_DATABASE).close()
        except ImproperlyConfigured as error:
            problems.append(str(error))
    for text in problems:
        yield Error(text, hint=HINT, id="mkt_monitoring.E054")
    for path in options.EXCLUDE_PATHS:
        if not path.startswith("/"):
            yield CheckWarning(
                f"MKT_MONITORING['EVENTS']['EXCLUDE_PATHS'] has {path!r}, which is the beginning of no path.",
                hint="Paths begin with a slash: '/account/'.",
                id="mkt_monitoring.W055",
            )
