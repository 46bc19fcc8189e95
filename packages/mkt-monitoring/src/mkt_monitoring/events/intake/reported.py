"""An event as a browser has sent it, on its way to the thread that works out the rest.

Whether it can be used was found out in the request, which is answered accordingly.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlsplit

from ...days import date_of
from ..countries import country_of
from ..devices import device_of
from ..errors import InvalidEvent
from ..event import Event
from ..privacy import hashed_visitor
from ..referrers import campaign_of, referrer_group
from ..rows import plausible_seconds
from ..snapshot import Snapshot
from .batches import Sent

# Events about another address: only that, and not what was asked of it.
_ABOUT_ADDRESSES = frozenset({"outbound_click", "download"})


class Reported(NamedTuple):
    """One event of a request."""

    sent: Sent
    seconds: float
    site_id: int
    #: Of the request, the same for all of its events.
    snapshot: Snapshot

    @property
    def name(self) -> str:
        """The event's name."""
        return self.sent.name


def require_address(url: str) -> None:
    """Whether ``event_of()`` can read the address.

    Raises:
        InvalidEvent: it cannot.
    """
    # Only brackets and characters beyond ASCII can be wrong: the rest need not be looked at now.
    if url.isascii() and "[" not in url and "]" not in url:
        return
    try:
        urlsplit(url)
    except ValueError:
        raise InvalidEvent("url is no address.") from None


def event_of(item: Reported) -> Event:
    """What is known of the event and its visitor. At most one query per process and day, for the salt."""
    sent, snapshot = item.sent, item.snapshot
    address = urlsplit(sent.url)
    moment = datetime.fromtimestamp(plausible_seconds(item.seconds), UTC)
    campaign, source, medium = campaign_of(address.query)
    props = sent.props
    if sent.name in _ABOUT_ADDRESSES and isinstance(url := props.get("url"), str):
        props = {**props, "url": url.partition("#")[0].partition("?")[0]}
    return Event(
        name=sent.name,
        occurred_at=moment,
        site_id=item.site_id,
        path=address.path or "/",
        page_id=sent.page or None,
        referrer_group=referrer_group(sent.referrer, address.hostname or ""),
        utm_campaign=campaign,
        utm_source=source,
        utm_medium=medium,
        country=country_of(snapshot),
        device=device_of(snapshot.META.get("HTTP_USER_AGENT", "")),
        visitor=hashed_visitor(snapshot, date_of(moment)),
        props=props,
    )
