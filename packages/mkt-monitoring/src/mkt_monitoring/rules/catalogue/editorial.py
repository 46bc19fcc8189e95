"""Alerts about the work of editors."""

from __future__ import annotations

from ..model import Alert

ALERTS = (
    Alert(
        name="MktScheduledPublishOverdue",
        expr="max by (job, site) (wagtail_scheduled_publish_overdue_seconds{<site>}) > <threshold>",
        threshold=900,
        unit="seconds",
        summary="Pages are not published when they should be",
        description="A page should have been published {{ $value | humanizeDuration }} ago.",
    ),
    Alert(
        name="MktRenditionFailures",
        expr="sum by (job, site) (increase(wagtail_rendition_failures_total{<site>}[30m]))"
        " > <threshold>",
        threshold=5,
        unit="failures in 30 minutes",
        summary="Images cannot be resized",
        description="{{ $value | humanize }} renditions could not be made within 30 minutes.",
    ),
)
