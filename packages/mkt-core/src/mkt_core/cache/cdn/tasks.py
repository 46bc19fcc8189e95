"""Telling CDNs through the site's queue: what is not told today is still there after a restart."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from typing import Any

from django.utils import timezone

from ...conf import core_settings
from ...tasks import task
from . import background, reports
from .attempts import attempt, delay_seconds
from .base import Undelivered
from .purge import Purge

logger = logging.getLogger("mkt_core.cache.cdn")

#: Where a queue cannot put a task off, its worker waits; longer than this would keep it from other work.
LONGEST_WAIT_SECONDS = 10.0


@task
def send_purge(name: str, purge: dict[str, Any], failures: int = 0, since: float = 0.0) -> None:
    """Tell the receiver ``name``; if it is away, again later, up to ``CACHE_CDN_RETRY_SECONDS`` after ``since``."""
    told = Purge(
        tags=frozenset(purge["tags"]),
        urls=frozenset(purge["urls"]),
        everything=purge["everything"],
    )
    try:
        attempt(name, told)
    except Undelivered as failure:
        _try_again(name, failure, failures + 1, since)


def enqueue(name: str, purge: Purge) -> None:
    """Have a worker tell the receiver ``name``. Raises whatever the queue does."""
    send_purge.enqueue(name, _as_json(purge), 0, time.time())


def _try_again(name: str, failure: Undelivered, failures: int, since: float) -> None:
    delay = delay_seconds(failures, failure)
    if failure.is_final:
        reports.dropped(name, failure.rest, "refused", failure.reason)
        return
    if time.time() + delay - since > core_settings.current.CACHE_CDN_RETRY_SECONDS:
        reports.dropped(name, failure.rest, "expired", failure.reason)
        return
    can_defer = send_purge.get_backend().supports_defer
    delay = delay if can_defer else min(delay, LONGEST_WAIT_SECONDS)
    reports.failed(name, failure, delay)
    arguments = (name, _as_json(failure.rest), failures, since)
    try:
        if can_defer:
            moment = timezone.now() + timedelta(seconds=delay)
            send_purge.using(run_after=moment).enqueue(*arguments)
        else:
            time.sleep(delay)
            send_purge.enqueue(*arguments)
    except Exception:
        logger.exception("The queue does not take a purge for %s again; sending it from here", name)
        background.add(name, failure.rest)


def _as_json(purge: Purge) -> dict[str, Any]:
    return {
        "tags": sorted(purge.tags),
        "urls": sorted(purge.urls),
        "everything": purge.everything,
    }
