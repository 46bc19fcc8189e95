"""Tables of mkt-monitoring. None of them has a foreign key to a page or a site: events outlive both."""

from __future__ import annotations

from .aggregates import EventDay, EventHour, EventMinute
from .events import Event, PendingEvent, VisitorSalt

__all__ = ["Event", "EventDay", "EventHour", "EventMinute", "PendingEvent", "VisitorSalt"]
