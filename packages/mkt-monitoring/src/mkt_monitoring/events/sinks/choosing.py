"""The sink in the settings."""

from __future__ import annotations

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed
from django.utils.module_loading import import_string

from ..options import EventOptions, event_options
from .base import Sink

#: Short names for ``EVENTS["SINK"]``.
SINKS = {
    "database": "mkt_monitoring.events.sinks.database.DatabaseSink",
    "redis": "mkt_monitoring.events.sinks.redis_stream.RedisStreamSink",
    "kafka": "mkt_monitoring.events.sinks.kafka.KafkaSink",
    "clickhouse": "mkt_monitoring.events.sinks.clickhouse.ClickHouseSink",
}

_chosen: tuple[int, Sink] | None = None


def current_sink() -> Sink:
    """The sink of this process.

    Raises:
        ImproperlyConfigured: it cannot be made.
    """
    global _chosen
    if _chosen is None or _chosen[0] != os.getpid():
        _chosen = (os.getpid(), make_sink(event_options()))
    return _chosen[1]


def make_sink(options: EventOptions) -> Sink:
    """The sink that the options name.

    Raises:
        ImproperlyConfigured: it cannot be imported, is no sink, lacks a package or has other keyword arguments.
    """
    path = SINKS.get(options.SINK, options.SINK)
    try:
        kind = import_string(path)
    except ImportError as error:
        raise ImproperlyConfigured(
            f"EVENTS['SINK'] is {options.SINK!r}, which cannot be imported: {error}."
        ) from error
    if not (isinstance(kind, type) and issubclass(kind, Sink)):
        raise ImproperlyConfigured(f"EVENTS['SINK'] is {options.SINK!r}, which is no Sink.")
    try:
        return kind(**options.SINK_OPTIONS)
    except (TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"EVENTS['SINK_OPTIONS'] does not fit: {error}.") from error


def _forget(*, setting: str, **kwargs: Any) -> None:
    global _chosen
    if setting == "MKT_MONITORING":
        _chosen = None


setting_changed.connect(_forget, dispatch_uid="mkt_monitoring.events.sinks")
