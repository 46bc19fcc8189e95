"""Having what was written down sent: by the site's task queue, or by a thread of this process."""

from __future__ import annotations

import logging

from mkt_core.cache.cdn.delivery import waits_for_tasks
from mkt_core.tasks import task

from ..conf import api_settings

logger = logging.getLogger("mkt_api.webhooks")


@task
def deliver_webhooks() -> int:
    """Send what is due; how many requests that were."""
    from .delivery import deliver_due

    return deliver_due()


def wake() -> None:
    """Something new is there. Returns at once and never raises: what was written is not lost by it."""
    if not api_settings.current.WEBHOOK_DELIVER_ON_COMMIT:
        return
    try:
        if waits_for_tasks():
            from . import background

            background.wake()
        else:
            deliver_webhooks.enqueue()
    except Exception:
        logger.exception("Webhooks could not be sent right away; the next delivery run sends them")
