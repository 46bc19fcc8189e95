"""The level below ``track()``: an event whose facts are known already, as the intake knows them."""

from __future__ import annotations

import re

from . import buffer, schema
from .errors import InvalidEvent
from .event import Event
from .options import event_options

__all__ = ["Event", "record"]

_VISITOR = re.compile(r"[0-9a-f]{32}")


def record(event: Event) -> bool:
    """Put an event into the buffer of this process; whether there was room for it. No query.

    Nobody is left out here: ask ``privacy.exclusion_of`` first.

    Raises:
        InvalidEvent: the event is not registered (``UnregisteredEvent``), has a property that its schema does not
            allow, or a visitor that ``privacy.visitor_of`` cannot have made.
    """
    known = schema.get(event.name)
    known.cleaned(event.props)
    if event.visitor and not _VISITOR.fullmatch(event.visitor):
        raise InvalidEvent("The visitor is not 32 hexadecimal digits.")
    if event.occurred_at is not None and event.occurred_at.tzinfo is None:
        raise InvalidEvent("occurred_at has no time zone.")
    if not event_options().ENABLED:
        return False
    return buffer.add(event, known.rank)
