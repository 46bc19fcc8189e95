"""From what was told to ``track()`` or ``record()`` to a row: all that the request should not wait for."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from ..days import date_of
from . import schema
from .counting import excluded
from .countries import country_of
from .devices import device_of
from .errors import InvalidEvent
from .event import Event
from .intake import reported
from .intake.reported import Reported
from .options import event_options
from .privacy import exclusion_of, hashed_visitor, host_of
from .referrers import campaign_of, referrer_group
from .rows import EventRow, day_of, new_id, plausible_seconds
from .schema import MAX_PROPERTIES_BYTES, EventSchema, clean_text
from .sites import site_id_of
from .snapshot import PAGE_ID_KEY, Snapshot


class Tracked(NamedTuple):
    """One call of ``track()``."""

    name: str
    seconds: float
    snapshot: Snapshot | None
    properties: Mapping[str, Any]


#: What waits in the buffer.
Waiting = Tracked | Reported | Event


def resolve(item: Waiting) -> EventRow | None:
    """The row, or None if the visitor is left out, which is counted here.

    Raises:
        InvalidEvent: the event says what its schema does not allow.
    """
    if isinstance(item, Event):
        return row_of(item)
    if item.snapshot is not None and (reason := exclusion_of(item.snapshot)):
        excluded.labels(reason).inc()
        return None
    if isinstance(item, Tracked):
        return row_of(event_of(item))
    event = reported.event_of(item)
    if (paths := event_options().EXCLUDE_PATHS) and event.path.startswith(paths):
        # Of the page; that of the request is the intake's.
        excluded.labels("path").inc()
        return None
    return row_of(event)


def event_of(item: Tracked, *, is_anonymous: bool = False) -> Event:
    """What is known of the call; with ``is_anonymous`` nothing about the visitor."""
    moment = datetime.fromtimestamp(plausible_seconds(item.seconds), UTC)
    snapshot = item.snapshot
    if snapshot is None:
        return Event(name=item.name, occurred_at=moment, props=item.properties)
    host = host_of(snapshot)
    site_id = site_id_of(host) if snapshot.site_id is None else snapshot.site_id
    where: dict[str, Any] = {
        "site_id": site_id,
        "path": snapshot.path,
        "page_id": snapshot.META.get(PAGE_ID_KEY),
    }
    if not is_anonymous:
        where |= _about_visitor(snapshot, host, date_of(moment))
    return Event(name=item.name, occurred_at=moment, props=item.properties, **where)


def row_of(event: Event) -> EventRow:
    """The row of an event.

    Raises:
        InvalidEvent: see ``resolve``.
    """
    known = schema.get(event.name)
    properties = known.cleaned(event.props)
    text = json.dumps(properties, separators=(",", ":"), ensure_ascii=False)
    if len(text.encode()) > MAX_PROPERTIES_BYTES:
        raise InvalidEvent(f"The properties of {event.name} exceed {MAX_PROPERTIES_BYTES} bytes.")
    seconds = plausible_seconds(_seconds(event.occurred_at))
    moment = datetime.fromtimestamp(seconds, UTC)
    return EventRow(
        id=new_id(seconds),
        day=day_of(moment),
        occurred_at=seconds,
        site_id=event.site_id,
        name=event.name,
        path=clean_text(event.path, 500),
        page_id=event.page_id,
        referrer_group=clean_text(event.referrer_group, 100),
        utm_campaign=clean_text(event.utm_campaign, 100),
        utm_source=clean_text(event.utm_source, 100),
        utm_medium=clean_text(event.utm_medium, 100),
        country=clean_text(event.country, 2),
        device=clean_text(event.device, 10),
        visitor=event.visitor,
        value=_value(known, properties),
        properties=text,
    )


def _about_visitor(snapshot: Snapshot, host: str, day: date) -> dict[str, str]:
    meta = snapshot.META
    campaign, source, medium = campaign_of(meta.get("QUERY_STRING", ""))
    return {
        "referrer_group": referrer_group(meta.get("HTTP_REFERER", ""), host),
        "utm_campaign": campaign,
        "utm_source": source,
        "utm_medium": medium,
        "country": country_of(snapshot),
        "device": device_of(meta.get("HTTP_USER_AGENT", "")),
        "visitor": hashed_visitor(snapshot, day),
    }


def _seconds(moment: datetime | None) -> float:
    return datetime.now(UTC).timestamp() if moment is None else moment.timestamp()


def _value(known: EventSchema, properties: Mapping[str, Any]) -> float | None:
    value = properties.get(known.value) if known.value else None
    return None if value is None else float(value)
