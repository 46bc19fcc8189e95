"""What every middleware needs to stand in a synchronous and in an asynchronous chain."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from asgiref.sync import iscoroutinefunction, markcoroutinefunction
from django.http import HttpRequest
from django.http.response import HttpResponseBase


class BothModes:
    """A middleware that is native in both modes: ``respond`` is called in one of them, ``arespond`` in the other.

    Which one is settled when the chain is built, as Django does it: asynchronous if what stands behind is.
    """

    sync_capable = True
    async_capable = True

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        self.get_response = get_response
        self.async_mode = iscoroutinefunction(get_response)
        if self.async_mode:
            markcoroutinefunction(self)

    def __call__(self, request: HttpRequest) -> HttpResponseBase | Awaitable[HttpResponseBase]:
        return self.arespond(request) if self.async_mode else self.respond(request)

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        """The response to the request; ``self.get_response(request)`` is that of what stands behind."""
        raise NotImplementedError

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        """The same where ``await self.get_response(request)`` is."""
        raise NotImplementedError
