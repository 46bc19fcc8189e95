"""django-health-check beside our checks: its checks in our report, and ours in its view.

Its checks (version 4: classes with a method ``run``, sync or async) are named by ``MKT_CORE["HEALTH_PLUGIN_CHECKS"]``.
For the other way round, see ``mkt_core.health.django_health_check``.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from mkt_core.conf import GivenSettings

from .registry import Degraded, register, registered

MISSING = (
    "HEALTH_PLUGIN_CHECKS needs django-health-check, version 4 or later, which is not installed."
)


@dataclass(frozen=True, kw_only=True)
class Plugin:
    """One entry. ``critical`` is false by default: mail and storage are no reason to take a site out of service."""

    check: str
    options: Mapping[str, Any] = field(default_factory=dict)
    name: str = ""
    critical: bool = False
    timeout_seconds: float | None = None

    @property
    def label(self) -> str:
        """Its name in the report."""
        return self.name or self.check.rpartition(".")[2].lower()

    def load(self) -> Callable[[], object]:
        """The check as a function of ours.

        Raises:
            ImproperlyConfigured: there is no such class, or it cannot be made with these options.
        """
        if not is_installed():
            raise ImproperlyConfigured(MISSING)
        try:
            instance = import_string(self.check)(**self.options)
        except ImportError as error:
            raise ImproperlyConfigured(f"{self.check!r} cannot be imported: {error}") from error
        except Exception as error:
            raise ImproperlyConfigured(f"{self.check!r} cannot be made: {error}") from error
        if not callable(getattr(instance, "run", None)):
            raise ImproperlyConfigured(f"{self.check!r} has no method 'run': it is no health check")
        return lambda: _run(instance)


def is_installed() -> bool:
    """Whether there is a django-health-check that we can work with."""
    try:
        return find_spec("health_check") is not None and find_spec("health_check.base") is not None
    except ImportError:
        return False


def register_plugins(entries: Sequence[str | Mapping[str, Any]]) -> None:
    """Register those that can be loaded; system checks tell about the others."""
    taken = {check.name for check in registered()}
    for plugin, _ in plugins(entries):
        if plugin is None:
            continue
        try:
            function = plugin.load()
        except ImproperlyConfigured as error:
            # Rather a failing check than one that is silently not there.
            function = _failing(str(error))
        name = plugin.label
        while name in taken:
            name += "'"
        taken.add(name)
        register(name, critical=plugin.critical, timeout_seconds=plugin.timeout_seconds)(function)


def plugins(
    entries: Sequence[str | Mapping[str, Any]],
) -> Iterator[tuple[Plugin | None, str]]:
    """Each entry, or None and what is wrong with it."""
    for position, entry in enumerate(entries):
        given = {"check": entry} if isinstance(entry, str) else entry
        name = f"MKT_CORE['HEALTH_PLUGIN_CHECKS'][{position}]"
        try:
            yield GivenSettings(name, Plugin, given).current, ""
        except ImproperlyConfigured as error:
            yield None, str(error)


def _failing(message: str) -> Callable[[], object]:
    def check() -> None:
        raise ImproperlyConfigured(message)

    return check


def _run(instance: Any) -> None:
    from health_check.exceptions import ServiceWarning

    try:
        if inspect.iscoroutinefunction(instance.run):
            # This thread is the check's own, and has no loop yet.
            asyncio.run(instance.run())
        else:
            instance.run()
    except ServiceWarning as warning:
        raise Degraded(str(warning)) from warning
