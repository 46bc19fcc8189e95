"""Middleware for every request; see ``mkt_core.health.middleware`` for the health URLs."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from .conf import core_settings
from .request_id import META_KEY, is_well_formed, new_request_id, request_id_variable


class RequestIdMiddleware:
    """Give each request an id.

    It is in ``request.META["mkt.request_id"]``, in the log records and in the response's header
    ``X-Request-ID``. Put the middleware first, so that everything logged below carries the id.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.async_mode = iscoroutinefunction(get_response)
        if self.async_mode:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        if self.async_mode:
            return self.__acall__(request)
        token = request_id_variable.set(self.identify(request))
        try:
            return self.stamp(request, self.get_response(request))
        finally:
            request_id_variable.reset(token)

    async def __acall__(self, request: HttpRequest) -> HttpResponseBase:
        token = request_id_variable.set(self.identify(request))
        try:
            return self.stamp(request, await self.get_response(request))
        finally:
            request_id_variable.reset(token)

    def identify(self, request: HttpRequest) -> str:
        """Note the id of the request, and return it."""
        request_id: str = request.META.get("HTTP_X_REQUEST_ID", "")
        # A client's own id is not trusted unless the site says so: anyone could make two requests look like one.
        if not (core_settings.current.TRUST_REQUEST_ID and is_well_formed(request_id)):
            request_id = new_request_id()
        request.META[META_KEY] = request_id
        return request_id

    def stamp(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Return the id to the client."""
        response.headers["X-Request-ID"] = request.META[META_KEY]
        return response
