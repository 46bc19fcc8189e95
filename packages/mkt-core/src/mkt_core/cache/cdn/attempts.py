"""One attempt to tell a CDN, and the time until the next."""

from __future__ import annotations

import random
import time

from . import reports
from .base import PurgeFailed, PurgeRefused, Undelivered
from .configuration import receiver
from .purge import Purge

#: After the first failure; doubled with each of the next, up to the longest.
FIRST_DELAY_SECONDS = 0.5
LONGEST_DELAY_SECONDS = 60.0


def attempt(name: str, purge: Purge) -> None:
    """Tell the receiver ``name``. Blocks, each of its calls for at most twice ``CACHE_CDN_TIMEOUT_SECONDS``.

    Raises:
        Undelivered: it was not told, or not all.
    """
    started = time.monotonic()
    try:
        target = receiver(name)
        if target is None:
            raise PurgeRefused("the settings name no such CDN, or one that cannot be used")
        target.deliver(purge)
    except Undelivered:
        raise
    except Exception as error:
        raise Undelivered(purge, error) from error
    reports.sent(name, purge, time.monotonic() - started)


def delay_seconds(failures: int, failure: Undelivered) -> float:
    """How long to wait after so many failures in a row, one at least; by chance, so that processes spread out."""
    longest = min(LONGEST_DELAY_SECONDS, FIRST_DELAY_SECONDS * 2.0 ** min(failures - 1, 20))
    delay = longest * random.uniform(0.5, 1.0)  # noqa: S311
    error = failure.error
    asked = error.retry_after_seconds if isinstance(error, PurgeFailed) else None
    return max(delay, asked or 0.0)
