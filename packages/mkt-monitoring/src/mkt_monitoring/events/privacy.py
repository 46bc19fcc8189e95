"""Whose events are recorded, and how visitors are told apart without knowing who they are.

A visitor is a keyed hash (BLAKE2b, RFC 7693, 128 bits) of address, user agent and host. The key is random, another
one each day, and deleted after 48 hours: from then on not even the site can say whose hash it was. No cookie is set;
address and user agent are stored nowhere.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import date
from functools import lru_cache
from hashlib import blake2b
from typing import Any

from django.conf import settings
from django.core.exceptions import SynchronousOnlyOperation
from django.http import HttpRequest
from django.utils.module_loading import import_string

from mkt_core.client_address import client_address
from mkt_core.user_hash import known_user

from ..days import today
from . import salts
from .bots import is_bot
from .options import EventOptions, event_options
from .snapshot import UNTRACKED_KEY, Snapshot

logger = logging.getLogger(__name__)

_ADMIN_PERMISSION = "wagtailadmin.access_admin"
Exclusions = tuple[tuple[str, Callable[[Any, EventOptions], bool]], ...]


def visitor_of(request: HttpRequest | Snapshot, day: date | None = None) -> str:
    """32 hexadecimal digits that stand for the visitor on ``day`` (today if None); empty if it is to be left out.

    At most one query per process and day, for the salt; with a session cookie, those of ``request.user``.
    """
    return "" if exclusion_of(request) else hashed_visitor(request, day)


def exclusion_of(request: HttpRequest | Snapshot) -> str:
    """Why nothing is recorded of this request, as one word; empty if it is.

    "disabled", "prefetch", "preview", "page" (the page opted out), "path" (``EXCLUDE_PATHS``), "gpc", "dnt", "bot",
    "staff" or "consent".
    """
    return _first_of(_EXCLUSIONS, request)


def request_exclusion_of(request: HttpRequest) -> str:
    """As ``exclusion_of``, but only the reasons that a snapshot of the request cannot tell later: "disabled", "staff"
    and "consent".
    """
    return _first_of(_OF_REQUESTS, request)


def hashed_visitor(request: HttpRequest | Snapshot, day: date | None = None) -> str:
    """The hash alone, of whomever."""
    meta = request.META
    salt = salts.salt_of(today() if day is None else day)
    parts = (client_address(request), meta.get("HTTP_USER_AGENT", ""), host_of(request))  # type: ignore[arg-type]
    # Each part ends with a byte that none of them contains, so that they cannot run into each other.
    text = "\x00".join(parts).encode("utf-8", "surrogateescape")
    return blake2b(text, digest_size=16, key=salt).hexdigest()


def host_of(request: HttpRequest | Snapshot) -> str:
    """The host that was asked for, without a port, in lower case; not validated."""
    meta = request.META
    host = (settings.USE_X_FORWARDED_HOST and meta.get("HTTP_X_FORWARDED_HOST")) or meta.get(
        "HTTP_HOST"
    )
    host = str(host or meta.get("SERVER_NAME", "")).lower()
    name, _, port = host.rpartition(":")
    return name if port.isdecimal() and name else host


def page_is_tracked(page: Any) -> bool:
    """Whether events of this page are recorded: unless it has a false attribute or field ``is_tracked``."""
    return bool(getattr(page, "is_tracked", True))


def is_consented(request: HttpRequest | Snapshot, options: EventOptions) -> bool:
    """Whether the site's own function says so; yes if it has none. A function that fails says no."""
    if not options.CONSENT or isinstance(request, Snapshot):
        # What is known of a snapshot was asked when it was taken.
        return True
    try:
        return bool(_imported(options.CONSENT)(request))
    except Exception:
        # Whoever cannot be asked has not consented, and still gets the page.
        logger.exception("EVENTS['CONSENT'] cannot be asked; the visitor is left out.")
        return False


def is_staff(request: HttpRequest | Snapshot) -> bool:
    """Whether a member of staff or an editor asks.

    Of a request with a session cookie the user is looked up, which makes it depend on the cookie; of a snapshot only
    what was known.
    """
    if isinstance(request, Snapshot):
        user = request.user
    else:
        user = known_user(request)
        if user is None and settings.SESSION_COOKIE_NAME in request.COOKIES:
            user = getattr(request, "user", None)
    try:
        return bool(
            user is not None
            and user.is_authenticated
            and user.is_active
            and (user.is_staff or user.has_perm(_ADMIN_PERMISSION))
        )
    except (SynchronousOnlyOperation, AttributeError):
        # Asked in an asynchronous view; or a site's own user class.
        return False


def _is_prefetch(request: HttpRequest | Snapshot, options: EventOptions) -> bool:
    meta = request.META
    for key in ("HTTP_SEC_PURPOSE", "HTTP_PURPOSE", "HTTP_X_PURPOSE", "HTTP_X_MOZ"):
        if (value := meta.get(key)) and ("prefetch" in value.lower() or "preview" in value.lower()):
            return True
    return False


def _is_below_excluded_path(request: HttpRequest | Snapshot, options: EventOptions) -> bool:
    return bool(options.EXCLUDE_PATHS) and request.path.startswith(options.EXCLUDE_PATHS)


@lru_cache(maxsize=8)
def _imported(path: str) -> Callable[..., Any]:
    return import_string(path)


def _first_of(exclusions: Exclusions, request: HttpRequest | Snapshot) -> str:
    options = event_options()
    for reason, applies in exclusions:
        if applies(request, options):
            return reason
    return ""


_EXCLUSIONS: Exclusions = (
    ("disabled", lambda request, options: not options.ENABLED),
    ("prefetch", _is_prefetch),
    ("preview", lambda request, options: bool(getattr(request, "is_preview", False))),
    ("page", lambda request, options: bool(request.META.get(UNTRACKED_KEY))),
    ("path", _is_below_excluded_path),
    (
        "gpc",
        lambda request, options: options.RESPECT_GPC and request.META.get("HTTP_SEC_GPC") == "1",
    ),
    ("dnt", lambda request, options: options.RESPECT_DNT and request.META.get("HTTP_DNT") == "1"),
    (
        "bot",
        lambda request, options: (
            options.EXCLUDE_BOTS and is_bot(request.META.get("HTTP_USER_AGENT", ""))
        ),
    ),
    ("staff", lambda request, options: options.EXCLUDE_STAFF and is_staff(request)),
    ("consent", lambda request, options: not is_consented(request, options)),
)
_OF_REQUESTS: Exclusions = tuple(
    entry for entry in _EXCLUSIONS if entry[0] in ("disabled", "staff", "consent")
)
