"""System checks of the health settings, and of where the middleware stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

from mkt_core.checks import unknown_databases
from mkt_core.conf import CoreSettings, core_settings

from .plugins import MISSING, is_installed, plugins

_HEALTH = "mkt_core.health.middleware.HealthMiddleware"


def check_health(**kwargs: Any) -> list[CheckMessage]:
    """``mkt_core.E050`` to ``E054``."""
    if core_settings.problems():
        return []
    conf = core_settings.current
    return [
        *_broken_plugins(conf),
        *unknown_databases(
            "MKT_CORE['HEALTH_REPLICAS']", conf.HEALTH_REPLICAS, check_id="mkt_core.E052"
        ),
        *_useless_reuse(conf),
        *_middleware_in_front(list(settings.MIDDLEWARE)),
    ]


def _broken_plugins(conf: CoreSettings) -> Iterator[CheckMessage]:
    if conf.HEALTH_PLUGIN_CHECKS and not is_installed():
        yield Error(
            MISSING, hint="Install it: pip install 'django-health-check>=4'.", id="mkt_core.E050"
        )
        return
    for plugin, problem in plugins(conf.HEALTH_PLUGIN_CHECKS):
        if plugin is not None:
            try:
                plugin.load()
                continue
            except ImproperlyConfigured as error:
                problem = str(error)
        yield Error(
            f"An entry of MKT_CORE['HEALTH_PLUGIN_CHECKS'] cannot be used: {problem.rstrip('.')}.",
            hint="Write 'health_check.checks.Storage', or {'check': …, 'options': {…}, 'critical': True}.",
            id="mkt_core.E051",
        )


def _useless_reuse(conf: CoreSettings) -> Iterator[CheckMessage]:
    if not 0 <= conf.HEALTH_REUSE_SECONDS <= 60:
        yield Error(
            f"MKT_CORE['HEALTH_REUSE_SECONDS'] is {conf.HEALTH_REUSE_SECONDS}; it must be from 0 to 60.",
            hint="A lost database is noticed so much later. 1 is enough against floods of probes.",
            id="mkt_core.E054",
        )


# They let probes through as they are.
_HARMLESS = frozenset(
    {
        "mkt_core.cache.middleware.ResponseCacheMiddleware",
        "mkt_core.logging.access.AccessLogMiddleware",
        "mkt_core.middleware.RequestIdMiddleware",
        "mkt_monitoring.middleware.RequestMetricsMiddleware",
    }
)


def _middleware_in_front(middleware: list[str]) -> Iterator[CheckMessage]:
    in_front = middleware[: middleware.index(_HEALTH)] if _HEALTH in middleware else []
    if disturbing := [name for name in in_front if name not in _HARMLESS]:
        yield CheckWarning(
            f"HealthMiddleware stands behind {disturbing[0]!r}, which may refuse, redirect or delay probes.",
            hint=f"Put {_HEALTH!r} at the top of MIDDLEWARE.",
            id="mkt_core.W053",
        )
