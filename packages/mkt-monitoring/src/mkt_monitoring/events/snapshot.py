"""What is kept of a request until its events are worked out in the thread that writes them.

Taking it costs less than looking anything up, and lets the request itself go.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest

from mkt_core.conf import core_settings
from mkt_core.user_hash import known_user

from .options import event_options

#: Where the served page's primary key is noted. A client cannot set it: its headers arrive as HTTP_*.
PAGE_ID_KEY = "mkt.page_id"
#: Set for pages that are not to be followed.
UNTRACKED_KEY = "mkt.page_untracked"

_KEYS = (
    *("REMOTE_ADDR", "SERVER_NAME", "SERVER_PORT", "QUERY_STRING", PAGE_ID_KEY, UNTRACKED_KEY),
    *("HTTP_USER_AGENT", "HTTP_HOST", "HTTP_REFERER", "HTTP_DNT", "HTTP_SEC_GPC"),
    *("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_MOZ", "HTTP_X_PURPOSE"),
)


class Snapshot:
    """Has of ``HttpRequest`` what ``client_address()`` and this package's own functions ask for."""

    __slots__ = ("META", "is_preview", "path", "site_id", "user")

    META: dict[str, Any]
    path: str
    is_preview: bool
    #: The user, if the request had looked it up.
    user: Any
    #: Of the Wagtail site, if the request had looked it up.
    site_id: int | None


_keys: tuple[str, ...] = ()


def take(request: HttpRequest) -> Snapshot:
    """A snapshot of the request as it is now. No query."""
    meta, attributes = request.META, request.__dict__
    snapshot = Snapshot()
    snapshot.META = {key: meta[key] for key in _keys or _read_keys() if key in meta}
    snapshot.path = request.path
    snapshot.is_preview = attributes.get("is_preview", False)
    snapshot.user = known_user(request) if "user" in attributes else None
    site = attributes.get("_wagtail_site")
    snapshot.site_id = site.pk if site is not None else None
    return snapshot


def header_key(name: str) -> str:
    """The key of a header in ``META``."""
    return f"HTTP_{name.upper().replace('-', '_')}"


def _read_keys() -> tuple[str, ...]:
    global _keys
    more = [header_key(core_settings.current.TRUSTED_PROXY_HEADER)]
    if settings.USE_X_FORWARDED_HOST:
        more.append("HTTP_X_FORWARDED_HOST")
    if header := event_options().COUNTRY_HEADER:
        more.append(header_key(header))
    _keys = (*_KEYS, *more)
    return _keys


def _forget(**kwargs: Any) -> None:
    global _keys
    _keys = ()


setting_changed.connect(_forget, dispatch_uid="mkt_monitoring.events.snapshot")
