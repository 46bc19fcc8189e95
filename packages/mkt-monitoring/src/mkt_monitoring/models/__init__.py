"""Tables of mkt-monitoring. None of them has a foreign key to a page or a site: events outlive both."""

from __future__ import annotations

from .access import Dashboards
from .aggregates import EventDay, EventHour, EventMinute
from .alerts import AlertEntry, AlertMessage, AlertRule
from .events import Event, PendingEvent, VisitorSalt
from .requests import RequestHour, RequestMinute

__all__ = [
    "AlertEntry",
    "AlertMessage",
    "AlertRule",
    "Dashboards",
    "Event",
    "EventDay",
    "EventHour",
    "EventMinute",
    "PendingEvent",
    "RequestHour",
    "RequestMinute",
    "VisitorSalt",
]
