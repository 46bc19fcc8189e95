"""Violations are told to whoever listens, and a few of them to the log."""

from __future__ import annotations

import logging
import threading
import time
from collections import OrderedDict

from ..signals import csp_violation_reported
from .violations import Violation

logger = logging.getLogger(__name__)

#: Lines of one process in a minute; a page that many people read brings the same violations in many variants.
_LINES_PER_MINUTE = 30
_MAX_REMEMBERED = 1000


class _Log:
    """Which violations are worth a line: each once in a time, and not too many at all."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: OrderedDict[tuple[str, str, str, str], float] = OrderedDict()
        self._minute = 0.0
        self._lines = 0
        self._left_out = 0

    def take(self, violation: Violation, pause_seconds: float) -> int | None:
        """How many violations were left out before this line; None if this one is left out as well."""
        key = (
            violation.directive,
            violation.blocked,
            violation.document,
            violation.disposition,
        )
        now = time.monotonic()
        with self._lock:
            if now - self._minute >= 60:
                self._minute, self._lines = now, 0
            last = self._seen.get(key)
            is_known = last is not None and now - last < pause_seconds
            if is_known or self._lines >= _LINES_PER_MINUTE:
                self._left_out += 1
                return None
            self._seen[key] = now
            self._seen.move_to_end(key)
            if len(self._seen) > _MAX_REMEMBERED:
                self._seen.popitem(last=False)
            self._lines += 1
            left_out, self._left_out = self._left_out, 0
            return left_out


_log = _Log()


def report(violation: Violation, pause_seconds: float) -> None:
    """Send ``csp_violation_reported`` and, unless the same was logged lately, log a warning."""
    csp_violation_reported.send_robust(sender=Violation, violation=violation)
    left_out = _log.take(violation, pause_seconds)
    if left_out is None:
        return
    logger.warning(
        "Content Security Policy violated: %s blocked %s on %s",
        violation.directive,
        violation.blocked,
        violation.document,
        extra={
            "csp_directive": violation.directive,
            "csp_blocked": violation.blocked,
            "csp_document": violation.document,
            "csp_source": violation.source,
            "csp_line": violation.line,
            "csp_disposition": violation.disposition,
            "csp_left_out": left_out,
        },
    )
