"""Run the checks and draw the sum."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from mkt_core.logging.redaction import current_redactor
from mkt_core.signals import health_check_changed

from ._attempts import Attempt, attempt
from .draining import is_draining
from .registry import CheckResult, Degraded, HealthCheck, registered

logger = logging.getLogger(__name__)

Status = Literal["ok", "degraded", "unavailable"]

#: Most characters of a failure's text that are kept.
MAX_MESSAGE_CHARS = 300

# Names of the checks that failed last time, so that a long outage is logged once and not at every probe.
_failing: set[str] = set()
# The checks that were run last, when that was done (monotonic seconds), and how they went.
_recent: tuple[list[HealthCheck], float, Report] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """The outcome of all checks at one moment."""

    draining: bool
    results: tuple[CheckResult, ...]

    @property
    def status(self) -> Status:
        """unavailable: send no requests here; degraded: something is broken, but pages are served."""
        failed = [result for result in self.results if not result.passed]
        if self.draining or any(result.critical for result in failed):
            return "unavailable"
        return "degraded" if failed else "ok"

    def summary(self) -> dict[str, Any]:
        """What strangers get to see."""
        return {"status": self.status}

    def details(self) -> dict[str, Any]:
        """What operators get to see."""
        return {
            "status": self.status,
            "draining": self.draining,
            "checks": {result.name: _result_details(result) for result in self.results},
        }


def run_checks(checks: Iterable[HealthCheck] | None = None) -> Report:
    """Run the given checks (default: all registered) side by side; takes as long as the longest of their timeouts.

    Never raises because of a check. A check that begins to fail or recovers is logged and told by the signal
    ``mkt_core.signals.health_check_changed``.
    """
    checks = registered() if checks is None else list(checks)
    attempts = [
        (
            check,
            time.monotonic(),
            attempt(check.name, check.function, check.effective_timeout_seconds),
        )
        for check in checks
    ]
    results = tuple(_result(check, asked, under_way) for check, asked, under_way in attempts)
    for result in results:
        _tell_changes(result)
    return Report(draining=is_draining(), results=results)


def recent_report(max_age_seconds: float) -> Report:
    """That of ``run_checks()``, from up to so long ago. A flood of probes runs the checks no more often than that."""
    global _recent
    checks, recent = registered(), _recent
    now = time.monotonic()
    if recent is not None and recent[0] == checks and now - recent[1] < max_age_seconds:
        return replace(recent[2], draining=is_draining())
    report = run_checks(checks)
    _recent = checks, time.monotonic(), report
    return report


def _result(check: HealthCheck, asked: float, under_way: Attempt) -> CheckResult:
    message, critical = "", check.critical
    try:
        under_way.wait(check.effective_timeout_seconds)
    except BaseException as error:  # noqa: BLE001 - even SystemExit is only an answer here
        critical = critical and not isinstance(error, Degraded)
        message = f"{type(error).__name__}: {error}".removesuffix(": ")
        # What a driver says about a failed connection may hold the password that it was made with.
        message = current_redactor().text(message[: 4 * MAX_MESSAGE_CHARS])[:MAX_MESSAGE_CHARS]
    return CheckResult(
        name=check.name,
        critical=critical,
        passed=not message,
        message=message,
        duration_seconds=round(time.monotonic() - asked, 4),
    )


def _tell_changes(result: CheckResult) -> None:
    if result.passed == (result.name not in _failing):
        return
    if result.passed:
        _failing.discard(result.name)
        logger.info("Health check %s passes again", result.name)
    else:
        _failing.add(result.name)
        logger.error("Health check %s fails: %s", result.name, result.message)
    health_check_changed.send_robust(sender=HealthCheck, result=result)


def _result_details(result: CheckResult) -> dict[str, Any]:
    details: dict[str, Any] = {
        "status": "ok" if result.passed else "failed",
        "critical": result.critical,
        "duration_seconds": result.duration_seconds,
    }
    if not result.passed:
        details["message"] = result.message
    return details
