"""A door in front of Django: ``application = cached(get_wsgi_application())`` in the site's ``wsgi.py``.

What ``ResponseCacheMiddleware`` has stored is given out before Django makes a request of it; everything else goes
through as ever, so that the middleware stays where it is. Middleware in front of it does not run for such a response:

- the headers of SecurityMiddleware, which says the same for every response, are added here;
- RequestIdMiddleware's header as well, and AccessLogMiddleware's line is written;
- others must be named in ``MKT_CORE["CACHE_DOOR_SKIPS"]``, or the door stays open for everybody.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from http.client import responses
from time import perf_counter
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.handlers.wsgi import get_path_info, get_script_name
from django.core.signals import setting_changed
from django.http import HttpRequest, HttpResponse
from django.middleware.security import SecurityMiddleware

from .cache import local
from .cache.http import answer, is_for, note_origin, pass_reason
from .cache.key import Question, Refusal, question_of
from .cache.serving import announce, is_worth_refreshing
from .cache.store import Entry, get_store
from .conf import core_settings
from .logging.access import log_stored_response
from .middleware import RequestIdMiddleware
from .request_id import META_KEY

logger = logging.getLogger(__name__)

StartResponse = Callable[..., Any]
Application = Callable[[dict[str, Any], StartResponse], Iterable[bytes]]
Headers = list[tuple[str, str]]

_CACHE = "mkt_core.cache.middleware.ResponseCacheMiddleware"
_SECURITY = "django.middleware.security.SecurityMiddleware"
_REQUEST_ID = "mkt_core.middleware.RequestIdMiddleware"
_ACCESS_LOG = "mkt_core.logging.access.AccessLogMiddleware"
_REASONS = {status: f"{status} {text}" for status, text in responses.items()}


def cached(application: Application) -> Application:
    """``application`` behind the door. Settings are read at the first request."""
    return FrontDoor(application)


class FrontDoor:
    """A WSGI application that answers hits itself."""

    def __init__(self, application: Application) -> None:
        self._application = application
        self._rules: _DoorRules | None = None
        setting_changed.connect(self._forget)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        try:
            found = self._find(environ)
        except Exception:
            logger.exception("The front door failed; Django answers")
            found = None
        if found is None:
            return self._application(environ, start_response)
        status, headers, body = found
        start_response(_REASONS.get(status, str(status)), headers)
        return [body]

    def _find(self, environ: dict[str, Any]) -> tuple[int, Headers, bytes] | None:
        began = perf_counter()
        if self._rules is None:
            self._rules = _DoorRules()
        rules = self._rules
        if not rules.is_usable:
            return None
        request = _Request(environ)
        try:
            question = question_of(request)
        except Refusal:
            return None
        if rules.redirects_to_https and not request.is_secure():
            return None
        entry = _fresh(question)
        if entry is None or not is_for(entry, environ):
            return None
        status, headers, body = answer(entry, question, environ, "hit")
        present = {name.lower() for name, _ in headers}
        headers += [pair for pair in rules.headers(request) if pair[0].lower() not in present]
        announce(FrontDoor, "hit")
        if rules.logs_requests:
            note_origin(entry, request)
            log_stored_response(request, status, len(body), perf_counter() - began)
        return status, headers, body

    def _forget(self, **kwargs: object) -> None:
        self._rules = None


def _fresh(question: Question) -> Entry | None:
    """What may be given out without any doubt; everything else is for the middleware to decide."""
    if (entry := local.find(question)) is not None:
        return entry
    lookup = get_store().look_up(question.key, question.encodings)
    entry = lookup.entry
    if entry is None or lookup.state != "fresh" or pass_reason(entry) or is_worth_refreshing(entry):
        return None
    local.keep(question, entry)
    return entry


class _Request(HttpRequest):
    """As much of a request as the key needs."""

    def __init__(self, environ: dict[str, Any]) -> None:
        # Not Django's own: it prepares much that is not wanted here.
        self.META = environ
        self.method = environ["REQUEST_METHOD"].upper()
        self.path_info = get_path_info(environ) or "/"
        self.path = f"{get_script_name(environ).rstrip('/')}/{self.path_info.replace('/', '', 1)}"

    def _get_scheme(self) -> str | None:
        scheme: str | None = self.META.get("wsgi.url_scheme")
        return scheme


class _DoorRules:
    """What the middleware in front of the cache would do to every response."""

    def __init__(self) -> None:
        paths = list(settings.MIDDLEWARE)
        before = paths[: paths.index(_CACHE)] if _CACHE in paths else []
        known = {_SECURITY, _REQUEST_ID, _ACCESS_LOG, *core_settings.current.CACHE_DOOR_SKIPS}
        unknown = [path for path in before if path not in known]
        self.is_usable = _CACHE in paths and not unknown
        if unknown:
            logger.warning(
                "mkt_core.wsgi.cached answers nothing itself, because these stand in front of the response cache: %s. "
                "Name those that stored responses can do without in MKT_CORE['CACHE_DOOR_SKIPS'].",
                ", ".join(unknown),
            )
        self.logs_requests = _ACCESS_LOG in before
        has_security = _SECURITY in before
        self.redirects_to_https = has_security and settings.SECURE_SSL_REDIRECT
        self._security = {
            is_secure: _security_headers(is_secure) if has_security else []
            for is_secure in (True, False)
        }
        self._request_ids = RequestIdMiddleware(_no_view) if _REQUEST_ID in before else None

    def headers(self, request: _Request) -> Headers:
        """The headers that they would add."""
        found = self._security[request.is_secure()]
        if self._request_ids is None:
            return found
        if self.logs_requests:
            self._request_ids.begin(request)
        else:
            self._request_ids.identify(request)
        return [*found, ("X-Request-ID", request.META[META_KEY])]


def _security_headers(is_secure: bool) -> Headers:
    request = _Request(
        {
            "REQUEST_METHOD": "GET",
            "PATH_INFO": "/",
            "wsgi.url_scheme": "https" if is_secure else "http",
        }
    )
    if settings.SECURE_PROXY_SSL_HEADER and is_secure:
        name, value = settings.SECURE_PROXY_SSL_HEADER
        request.META[name] = value
    response = SecurityMiddleware(_no_view).process_response(request, HttpResponse())
    return [(name, value) for name, value in response.items() if name != "Content-Type"]


def _no_view(request: HttpRequest) -> HttpResponse:
    raise ImproperlyConfigured("The front door has no views.")
