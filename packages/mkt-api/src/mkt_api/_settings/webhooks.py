"""Telling other servers of changes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class WebhookSettings:
    """Keys of ``MKT_API``."""

    # Whether a change is sent right after the commit, by the site's task queue or a thread of this process. Without
    # it, only ``manage.py mkt_api_webhooks deliver`` sends.
    WEBHOOK_DELIVER_ON_COMMIT: bool = True
    # Longest time for one request, in seconds.
    WEBHOOK_TIMEOUT_SECONDS: float = 10.0
    # How long the old secret signs as well after a rotation, in hours.
    WEBHOOK_OVERLAP_HOURS: int = 24
    # How long events and their deliveries are kept, in days.
    WEBHOOK_KEEP_DAYS: int = 30
