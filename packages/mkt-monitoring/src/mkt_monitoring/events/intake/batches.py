"""Read what a browser has sent."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.http.request import RawPostDataException, UnreadablePostError

#: Of a request's body.
MOST_BYTES = 32 * 1024
#: Of one request.
MOST_EVENTS = 50
_KEYS = frozenset({"name", "url", "page", "referrer", "props"})
_LONGEST_URL = 2000


class Refused(Exception):
    """The request cannot be used. ``status`` is what to answer, the text says why."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status


class Sent(NamedTuple):
    """One event as it was sent: its types are right, and nothing else is known of it."""

    name: str
    url: str
    page: int
    referrer: str
    props: Mapping[str, Any]


def read_batch(request: HttpRequest) -> list[Sent]:
    """The events in a request.

    Raises:
        Refused: it is too large (413), or not what was agreed on (400).
    """
    found = _json(_body(request))
    if isinstance(found, dict):
        found = [found]
    if not isinstance(found, list) or not found:
        raise Refused(400, "Send a list of events as JSON.")
    if len(found) > MOST_EVENTS:
        raise Refused(413, f"Send at most {MOST_EVENTS} events at a time.")
    return [_sent(item) for item in found]


def _body(request: HttpRequest) -> bytes:
    announced = request.META.get("CONTENT_LENGTH") or "0"
    if not (announced.isascii() and announced.isdigit()) or len(announced) > 12:
        raise Refused(400, "The Content-Length is no number.")
    if int(announced) > MOST_BYTES:
        raise Refused(413, f"Send at most {MOST_BYTES} bytes.")
    try:
        body = request.body
    except RequestDataTooBig:
        raise Refused(413, f"Send at most {MOST_BYTES} bytes.") from None
    except (UnreadablePostError, RawPostDataException):
        raise Refused(400, "The request ended too early.") from None
    if len(body) > MOST_BYTES:
        raise Refused(413, f"Send at most {MOST_BYTES} bytes.")
    return body


def _json(body: bytes) -> Any:
    try:
        # JSON is UTF-8; of bytes, each time, json looks for other encodings first.
        return json.loads(body.decode())
    except (ValueError, RecursionError):
        raise Refused(400, "The body is no JSON.") from None


def _sent(item: Any) -> Sent:
    if not isinstance(item, dict) or not _KEYS.issuperset(item):
        raise Refused(400, f"An event has the keys {', '.join(sorted(_KEYS))} and no others.")
    name, page, props = item.get("name"), item.get("page"), item.get("props") or {}
    url, referrer = item.get("url") or "", item.get("referrer") or ""
    if not isinstance(name, str) or not isinstance(props, dict):
        raise Refused(400, "An event has a name, and its props are an object.")
    if not isinstance(url, str) or not isinstance(referrer, str):
        raise Refused(400, "url and referrer are texts.")
    return Sent(name, url[:_LONGEST_URL], _page(page), referrer[:_LONGEST_URL], props)


def _page(value: Any) -> int:
    """The number of a page; a browser sends it as text."""
    if value in (None, ""):
        return 0
    text = str(value)
    # Longer numbers are of no page, and no database keeps them.
    if not text.isascii() or not text.isdigit() or len(text) > 15:
        raise Refused(400, "page is the number of a page.")
    return int(text)
