"""Middleware for every request; see ``mkt_core.health.middleware`` for the health URLs."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .both_modes import BothModes
from .client_address import comes_from_trusted_proxy
from .conf import core_settings
from .request_id import META_KEY, is_well_formed, new_request_id
from .request_scope import META_KEY as SCOPE_KEY
from .request_scope import RequestScope
from .trace_context import trace_of


class RequestIdMiddleware(BothModes):
    """Give each request an id, and a place in a trace.

    The id is in ``request.META["mkt.request_id"]``, in the log records and in the response's header
    ``X-Request-ID``; for the trace, see ``mkt_core.request_scope``. Put the middleware first, so that everything logged
    below carries both.
    """

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        with self.begin(request).active():
            return self.stamp(request, self.get_response(request))

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        with self.begin(request).active():
            return self.stamp(request, await self.get_response(request))

    def begin(self, request: HttpRequest) -> RequestScope:
        """Note where the request belongs, and return it."""
        trusted = is_trusted(request)
        request_id = self.identify(request, trusted=trusted)
        scope = RequestScope(request, request_id, trace_of(request.META, trusted=trusted))
        request.META[SCOPE_KEY] = scope
        return scope

    def identify(self, request: HttpRequest, *, trusted: bool | None = None) -> str:
        """Note the id of the request, and return it. ``trusted``: what ``is_trusted()`` said, if it has been asked."""
        request_id: str = request.META.get("HTTP_X_REQUEST_ID", "")
        if trusted is None:
            trusted = is_trusted(request)
        if not (trusted and is_well_formed(request_id)):
            request_id = new_request_id()
        request.META[META_KEY] = request_id
        return request_id

    def stamp(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the id to the client."""
        response.headers["X-Request-ID"] = request.META[META_KEY]
        return response


def is_trusted(request: HttpRequest) -> bool:
    """Whether ids in the request's headers may be kept. A stranger could make two requests look like one."""
    trusted = core_settings.current.TRUST_REQUEST_ID
    return comes_from_trusted_proxy(request) if trusted is None else trusted
