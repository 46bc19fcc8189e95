"""Answer the health URLs before any other middleware has a say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse

from mkt_core.both_modes import BothModes

from . import views
from .draining import watch_sigterm

View = Callable[[HttpRequest], HttpResponse]

_VIEWS: dict[str, View] = {
    "mkt_core:health_live": views.live,
    "mkt_core:health_ready": views.ready,
    "mkt_core:health_startup": views.startup,
}


class HealthMiddleware(BothModes):
    """Answer the URLs of ``mkt_core.urls`` at once. Put it at the very top of ``MIDDLEWARE``.

    Probes ask by address and without TLS: further down, ``CommonMiddleware`` refuses their Host
    header (``ALLOWED_HOSTS``) and ``SecurityMiddleware`` redirects them. A probe needs no session
    and no user either, so staff are recognised (and shown details) only without this middleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], Any]) -> None:
        super().__init__(get_response)
        self._views_by_path: dict[str, View] | None = None
        # Middleware is made by server processes, and by no management command.
        watch_sigterm()

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        view = self.view_for(request)
        return view(request) if view else self.get_response(request)

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        view = self.view_for(request)
        if view is None:
            response: HttpResponseBase = await self.get_response(request)
            return response
        if view is views.live:
            return view(request)
        # The others wait for their checks. Not thread-sensitive: nothing else of this request needs the same thread.
        return await sync_to_async(view, thread_sensitive=False)(request)

    def view_for(self, request: HttpRequest) -> View | None:
        """The health view that the path of the request belongs to, if any."""
        # At the first request and not before: reversing loads the URLconf.
        if self._views_by_path is None:
            self._views_by_path = _views_by_path()
            # Some servers (uvicorn) only set their own handlers once the application is loaded.
            watch_sigterm()
        return self._views_by_path.get(request.path)


def _views_by_path() -> dict[str, View]:
    paths = {}
    for name, view in _VIEWS.items():
        try:
            paths[reverse(name)] = view
        except NoReverseMatch:
            # mkt_core.urls is not included; the system check mkt_core.W007 says so.
            continue
    return paths
