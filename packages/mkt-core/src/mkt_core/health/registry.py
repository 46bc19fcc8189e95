"""Which checks there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mkt_core.conf import core_settings

CheckFunction = Callable[[], object]


class Degraded(Exception):
    """Raised by a check: something is wrong, but pages can be served. Never makes the site unavailable."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HealthCheck:
    """A registered check. ``function`` returns when all is well and raises when not."""

    name: str
    function: CheckFunction
    critical: bool
    timeout_seconds: float | None

    @property
    def effective_timeout_seconds(self) -> float:
        """Its own limit, or the one of the site."""
        if self.timeout_seconds is not None:
            return self.timeout_seconds
        return core_settings.current.HEALTH_TIMEOUT_SECONDS


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """How one check went. ``message`` is empty when it passed."""

    name: str
    critical: bool
    passed: bool
    message: str
    duration_seconds: float


_checks: dict[str, HealthCheck] = {}


def register(
    name: str, *, critical: bool = True, timeout_seconds: float | None = None
) -> Callable[[CheckFunction], CheckFunction]:
    """Decorator: add a function without arguments to the readiness checks.

    The function raises to say that something is wrong; the text of the exception is logged and
    shown to allowed callers. It runs in a thread of its own, so it may block, up to
    ``timeout_seconds`` (default: ``MKT_CORE["HEALTH_TIMEOUT_SECONDS"]``). A failing critical check
    makes the site unavailable (503), any other one degraded (200), and so does ``Degraded`` raised by any. Register
    from ``AppConfig.ready()``, so that the first probe already knows the check.

    Raises:
        ValueError: the name is taken. ``unregister()`` it first to replace a check.
    """

    def add(function: CheckFunction) -> CheckFunction:
        if name in _checks and _checks[name].function is not function:
            raise ValueError(f"There is already a health check {name!r}.")
        _checks[name] = HealthCheck(
            name=name, function=function, critical=critical, timeout_seconds=timeout_seconds
        )
        return function

    return add


def unregister(name: str) -> HealthCheck | None:
    """Remove a check, for instance a built-in one that the site replaces. Returns it; None if there was none."""
    return _checks.pop(name, None)


def registered() -> list[HealthCheck]:
    """All checks, in the order of registration."""
    return list(_checks.values())
