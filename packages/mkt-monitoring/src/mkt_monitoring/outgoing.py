"""Requests of the site to other servers: those of mkt-core always, those of other libraries if the site wishes so."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from time import perf_counter
from typing import Any

from mkt_core import signals

from .conf import settings_in_force
from .registry import histogram

logger = logging.getLogger(__name__)

durations = histogram(
    "http_client_request_duration_seconds",
    "Requests of the site to other servers.",
    ["purpose", "status_class"],
)

#: Library to the method through which each of its exchanges goes, also those of a redirection: module, class, method.
EXCHANGES = {
    "requests": ("requests.adapters", "HTTPAdapter", "send"),
    "urllib": ("urllib.request", "AbstractHTTPHandler", "do_open"),
}


def observe(purpose: str, status: int | None, seconds: float) -> None:
    """Count one request under ``purpose``, which comes from code; ``status`` is None if there was no answer."""
    status_class = f"{status // 100}xx" if status and 100 <= status < 600 else "none"
    durations.labels(purpose or "other", status_class).observe(seconds)


def observe_mkt_core(
    sender: Any, purpose: str = "", status: int | None = None, seconds: float = 0.0, **kwargs: Any
) -> None:
    observe(purpose, status, seconds)


def _measured(exchange: Callable[..., Any], library: str) -> Callable[..., Any]:
    @wraps(exchange)
    def measured(*args: Any, **kwargs: Any) -> Any:
        started, status = perf_counter(), None
        try:
            response = exchange(*args, **kwargs)
            status = getattr(response, "status_code", None) or getattr(response, "status", None)
            return response
        finally:
            observe(library, status, perf_counter() - started)

    measured._mkt_measured = True  # type: ignore[attr-defined]
    return measured


def measure(library: str) -> None:
    """Measure the requests of one of ``EXCHANGES`` from now on, until the headers of the answer are there.

    Raises:
        ImportError: the library is not installed.
    """
    module, class_name, method = EXCHANGES[library]
    owner = getattr(import_module(module), class_name)
    exchange = getattr(owner, method)
    if not hasattr(exchange, "_mkt_measured"):
        setattr(owner, method, _measured(exchange, library))


def install() -> None:
    signals.outgoing_request_finished.connect(
        observe_mkt_core, dispatch_uid="mkt_monitoring.observe_mkt_core"
    )
    for library in settings_in_force().OUTGOING_LIBRARIES:
        try:
            measure(library)
        except (ImportError, KeyError):
            # Told by a system check; the site is worth more than its metrics.
            logger.error("OUTGOING_LIBRARIES: the requests of %r cannot be measured.", library)
