"""Where visitors are counted, besides the database."""

from __future__ import annotations

import os
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.core.signals import setting_changed

from ..options import EventOptions, event_options
from ..redis_server import redis_client
from .counters import Counters

_chosen: tuple[int, Counters | None] | None = None


def counters() -> Counters | None:
    """The HyperLogLogs of the settings; None if visitors are counted in the database alone."""
    global _chosen
    if _chosen is None or _chosen[0] != os.getpid():
        try:
            found = make_counters(event_options())
        except ImproperlyConfigured:
            # A system check tells.
            found = None
        _chosen = (os.getpid(), found)
    return _chosen[1]


def make_counters(options: EventOptions) -> Counters | None:
    """What ``HYPERLOGLOG`` names; if it is None, and the sink is a Redis stream, those on the server of the stream.

    Raises:
        ImproperlyConfigured: it cannot be used.
    """
    given = options.HYPERLOGLOG
    if given is None:
        if options.SINK != "redis":
            return None
        sink = options.SINK_OPTIONS
        given = {key: sink[key] for key in ("URL", "CACHE") if key in sink}
    if not given:
        return None
    try:
        return _made(**given)
    except (TypeError, ValueError) as error:
        raise ImproperlyConfigured(f"EVENTS['HYPERLOGLOG'] does not fit: {error}.") from error


def _made(
    *,
    URL: str = "",  # noqa: N803
    CACHE: str = "",  # noqa: N803
    PREFIX: str = "mkt:visitors",  # noqa: N803
    TIMEOUT_SECONDS: float = 0.5,  # noqa: N803
) -> Counters:
    return Counters(redis_client("HYPERLOGLOG", URL, CACHE, TIMEOUT_SECONDS), PREFIX)


def _forget(*, setting: str, **kwargs: Any) -> None:
    global _chosen
    if setting in ("MKT_MONITORING", "CACHES"):
        _chosen = None


setting_changed.connect(_forget, dispatch_uid="mkt_monitoring.events.uniques")
