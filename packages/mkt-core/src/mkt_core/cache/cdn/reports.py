"""What became of purges: counted, logged, and told by signals."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Mapping
from threading import Lock
from typing import Literal

from ...signals import cdn_purge_dropped, cdn_purge_failed, cdn_purged
from .base import Undelivered
from .purge import Purge

logger = logging.getLogger("mkt_core.cache.cdn")

#: The CDN will never take it; the queue has tried long enough; the process ends; too many URLs waited.
DropReason = Literal["refused", "expired", "exit", "full"]

_counts: dict[str, Counter[str]] = {}
_lock = Lock()


def statistics() -> Mapping[str, Mapping[str, int]]:
    """What this process has seen so far, by receiver: "sent", "failed" attempts, "dropped" purges."""
    with _lock:
        return {name: dict(counts) for name, counts in _counts.items()}


def forget_statistics() -> None:
    """Start counting anew; for tests, and after a fork."""
    global _lock
    _lock = Lock()
    _counts.clear()


def sent(name: str, purge: Purge, seconds: float) -> None:
    """``name`` has been told ``purge``."""
    _count(name, "sent")
    logger.info("%s was told to purge %s in %.2f s", name, purge, seconds)
    cdn_purged.send_robust(
        sender=sent,
        name=name,
        tags=purge.tags,
        urls=purge.urls,
        everything=purge.everything,
        seconds=seconds,
    )


def failed(name: str, failure: Undelivered, delay_seconds: float) -> None:
    """``name`` will be told again after a while."""
    _count(name, "failed")
    logger.warning(
        "%s was not told to purge %s (%s); again in %.1f s",
        name,
        failure.rest,
        failure.reason,
        delay_seconds,
    )
    cdn_purge_failed.send_robust(
        sender=failed,
        name=name,
        tags=failure.rest.tags,
        urls=failure.rest.urls,
        everything=failure.rest.everything,
        error=failure.error,
        delay_seconds=delay_seconds,
    )


def dropped(name: str, purge: Purge, reason: DropReason, explanation: str = "") -> None:
    """``name`` will not be told: what it holds stays until it is too old by itself."""
    _count(name, "dropped")
    logger.error(
        "%s will not be told to purge %s: %s%s",
        name,
        purge,
        reason,
        f" ({explanation})" if explanation else "",
    )
    cdn_purge_dropped.send_robust(
        sender=dropped,
        name=name,
        tags=purge.tags,
        urls=purge.urls,
        everything=purge.everything,
        reason=reason,
    )


def _count(name: str, what: str) -> None:
    with _lock:
        _counts.setdefault(name, Counter())[what] += 1
