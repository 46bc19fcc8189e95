"""``track("order_placed", request, total=42.0)``: the way of a site's own code into the events."""

from __future__ import annotations

from time import time
from typing import Any

from django.http import HttpRequest

from . import buffer, outbox, snapshot
from .counting import excluded
from .errors import UnregisteredEvent
from .options import event_options
from .privacy import is_consented
from .resolving import Tracked
from .schema import find


def track(
    name: str, request: HttpRequest | None = None, *, durable: bool = False, **props: Any
) -> None:
    """Tell that something has happened. Takes some microseconds, makes no query, waits for nothing.

    The event is written by a thread of this process within half a second, and lost if the process is killed before
    that. Visitors who are to be left out (see ``privacy.exclusion_of``) are left out. A property that the schema does
    not allow costs the event: that is logged, and counted in ``mkt_events_dropped_total``.

    With ``durable`` the event is a row in the transaction of the caller: it is there if, and only if, that commits.
    One query. Such an event is about the site's own business, so it is also recorded of visitors who are left out,
    but then says nothing about them.

    Args:
        name: of a registered event.
        durable: whether it must not be lost.
        request: where it happened: gives site, path, page, referrer, campaign, country, device and visitor.
        props: the properties of the event.

    Raises:
        UnregisteredEvent: there is no event of that name.
        InvalidEvent: with ``durable``, a property cannot be used.
        django.db.DatabaseError: with ``durable``, the row cannot be written.
    """
    schema = find(name)
    if schema is None:
        raise UnregisteredEvent(name)
    options = event_options()
    if not options.ENABLED:
        return
    if durable:
        outbox.put(name, request, props)
        return
    if request is None:
        buffer.add(Tracked(name, time(), None, props), schema.rank)
    elif options.CONSENT and not is_consented(request, options):
        excluded.labels("consent").inc()
    else:
        buffer.add(Tracked(name, time(), snapshot.take(request), props), schema.rank)
