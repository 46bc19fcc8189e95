"""Whether a response may be given to others, and for how long."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.functional import SimpleLazyObject, empty

from ..conf import core_settings
from .collector import Collector
from .observing import Readings
from .rules import Rules, meta_name

STORED_STATUSES = frozenset({200, 301, 308, 404, 410})
#: Reasons that lie in the visitor; nobody else's cache may keep such a response either.
PERSONAL = frozenset(
    {
        "authorization",
        "client",
        "cookie",
        "csrf",
        "messages",
        "nonce",
        "preview",
        "session",
        "set-cookie",
        "user",
    }
)

_NUMBER = re.compile(r"\d{1,9}")
# What LocaleMiddleware, sessions and compression add; each is taken care of in its own way.
_EXPLAINED_VARY = frozenset({"accept-encoding", "cookie"})


@dataclass(frozen=True, slots=True)
class Lifetime:
    """Seconds from now on."""

    fresh_seconds: float
    stale_seconds: float


def reason_not_to_store(
    request: HttpRequest, response: HttpResponseBase, readings: Readings, collector: Collector
) -> str:
    """Why the response is not for everybody, as one word; empty if it is."""
    checks = (
        *_told(collector),
        *_personal(request, response),
        *readings.reasons,
        *_technical(response),
    )
    return next(iter((*checks, *_vary(request, response, readings))), "")


def _told(collector: Collector) -> Iterator[str]:
    yield from collector.reasons


def _personal(request: HttpRequest, response: HttpResponseBase) -> Iterator[str]:
    if getattr(request, "is_preview", False):
        yield "preview"
    # Whoever fetches the token while rendering leaves this, even if CsrfViewMiddleware is not there to see it.
    if "CSRF_COOKIE_NEEDS_UPDATE" in request.META:
        yield "csrf"
    if _is_logged_in(request):
        yield "user"
    if getattr(getattr(request, "session", None), "modified", False):
        yield "session"
    if _has_messages(request):
        yield "messages"
    if _uses_nonce(request, response):
        yield "nonce"
    if response.cookies:
        yield "set-cookie"


def _is_logged_in(request: HttpRequest) -> bool:
    known = [getattr(request, name, None) for name in ("_cached_user", "_acached_user")]
    user = vars(request).get("user")
    # Looking at a lazy user would fetch it.
    if not (isinstance(user, SimpleLazyObject) and getattr(user, "_wrapped", empty) is empty):
        known.append(user)
    return any(bool(getattr(user, "is_authenticated", False)) for user in known)


def _has_messages(request: HttpRequest) -> bool:
    storage: Any = getattr(request, "_messages", None)
    if storage is None:
        return False
    # A look at the messages of others would load them; what has been loaded is known.
    return bool(storage.added_new or getattr(storage, "_loaded_data", None))


def _uses_nonce(request: HttpRequest, response: HttpResponseBase) -> bool:
    # Django's nonce is lazy, and true once somebody has used it; that of django-csp is there only then.
    if getattr(request, "_csp_nonce", None):
        return True
    return any(
        "'nonce-" in response.headers.get(name, "")
        for name in ("Content-Security-Policy", "Content-Security-Policy-Report-Only")
    )


def _technical(response: HttpResponseBase) -> Iterator[str]:
    if response.streaming:
        yield "streaming"
        return
    if response.status_code not in STORED_STATUSES:
        yield "status"
    if response.status_code == 404 and settings.DEBUG:
        # Django's page for developers shows the URLconf and the request.
        yield "debug"
    if "Content-Encoding" in response.headers:
        yield "encoding"
    control = cache_control(response)
    if not control.keys().isdisjoint(("private", "no-store", "no-cache")):
        yield "private"
    elif own_seconds(control) == 0:
        yield "expired"
    if is_too_large(response):
        yield "size"


def is_too_large(response: HttpResponseBase) -> bool:
    """Whether the body is longer than what the cache is to keep (``CACHE_MAX_BODY_BYTES``)."""
    limit = core_settings.current.CACHE_MAX_BODY_BYTES
    return isinstance(response, HttpResponse) and len(response.content) > limit


def _vary(request: HttpRequest, response: HttpResponseBase, readings: Readings) -> Iterator[str]:
    """A response that varies on something unknown is for those who did not send it, provided that this one did not."""
    for name in vary_names(response):
        if name == "*":
            yield "vary"
            continue
        if name in _EXPLAINED_VARY and not _is_inexplicable(name, request):
            continue
        meta = meta_name(name)
        if meta in readings.rules.known_headers and not _is_ignored_only(meta, readings.rules):
            continue
        if request.META.get(meta):
            yield "vary"
        readings.absent.add(meta)


def _is_inexplicable(name: str, request: HttpRequest) -> bool:
    """Whether ``Vary: Cookie`` is there for another reason than an empty session."""
    if name != "cookie":
        return False
    return not getattr(getattr(request, "session", None), "accessed", False)


def _is_ignored_only(meta: str, rules: Rules) -> bool:
    """Whether a header is known for nothing but that the site may read it."""
    ignored = map(meta_name, core_settings.current.CACHE_IGNORED_HEADERS)
    return meta in ignored and meta not in rules.vary_headers


def vary_names(response: HttpResponseBase) -> list[str]:
    """The names in ``Vary``, in lower case."""
    return [
        name.strip().lower() for name in response.headers.get("Vary", "").split(",") if name.strip()
    ]


def cache_control(response: HttpResponseBase) -> dict[str, str]:
    """The directives of the response, in lower case."""
    directives = {}
    for part in response.headers.get("Cache-Control", "").lower().split(","):
        name, _, value = part.partition("=")
        if name.strip():
            directives[name.strip()] = value.strip().strip('"')
    return directives


def own_seconds(control: Mapping[str, str]) -> int | None:
    """How long the response says that it may be kept here; None if it does not say."""
    for name in ("s-maxage", "max-age"):
        if name in control:
            return int(control[name]) if _NUMBER.fullmatch(control[name]) else 0
    return None


def lifetime_of(response: HttpResponseBase) -> Lifetime:
    """As the response itself says, else as the settings say."""
    conf = core_settings.current
    control = cache_control(response)
    own = own_seconds(control)
    fresh = conf.CACHE_SECONDS if own is None else float(own)
    if response.status_code == 404:
        return Lifetime(min(fresh, conf.CACHE_NOT_FOUND_SECONDS), 0.0)
    if "must-revalidate" in control or "proxy-revalidate" in control:
        return Lifetime(fresh, 0.0)
    return Lifetime(fresh, conf.CACHE_STALE_SECONDS)
