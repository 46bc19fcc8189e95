"""Says for each request whether it may read from replicas."""

from __future__ import annotations

from functools import cached_property

from django.conf import settings
from django.conf.urls.i18n import is_language_prefix_patterns_used
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse
from django.utils.translation import override

from ..both_modes import BothModes
from ..conf import core_settings
from .pinning import is_pinned, pin
from .routing import Routing, current_routing, routed

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_ADMINS = ("wagtailadmin_home", "admin:index")


class ReplicaMiddleware(BothModes):
    """Lets safe requests read from replicas, and pins whoever has written something to the primary for a while.

    Belongs in front of ResponseCacheMiddleware, whose stored responses must not contain the cookie, and of whatever
    else queries.
    """

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        routing = self.routing_for(request)
        if routing is None:
            return self.get_response(request)
        with routed(routing):
            response: HttpResponseBase = self.get_response(request)
        return self.finished(response, routing)

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        routing = self.routing_for(request)
        if routing is None:
            answer: HttpResponseBase = await self.get_response(request)
            return answer
        with routed(routing):
            response: HttpResponseBase = await self.get_response(request)
        return self.finished(response, routing)

    def routing_for(self, request: HttpRequest) -> Routing | None:
        """None: without replicas; or inside of another request, as a preview is, or of a block: as is said there."""
        if not core_settings.current.DATABASE_REPLICAS or current_routing() is not None:
            return None
        return Routing(
            request.method in _SAFE_METHODS
            and not request.path.startswith(self.primary_paths)
            and not getattr(request, "is_preview", False)
            and not is_pinned(request)
        )

    def finished(self, response: HttpResponseBase, routing: Routing) -> HttpResponseBase:
        """The response, with the cookie if it needs one."""
        if routing.must_pin:
            pin(response)
        return response

    @cached_property
    def primary_paths(self) -> tuple[str, ...]:
        """What the paths begin with that are always read from the primary; loads the URLconf."""
        languages = [settings.LANGUAGE_CODE]
        if is_language_prefix_patterns_used(settings.ROOT_URLCONF)[0]:
            languages = [code for code, _ in settings.LANGUAGES]
        found = set(core_settings.current.DATABASE_PRIMARY_PATHS)
        for code in languages:
            with override(code):
                found.update(filter(None, map(_path_of, _ADMINS)))
        return tuple(sorted(found))


def _path_of(name: str) -> str | None:
    try:
        return reverse(name)
    except NoReverseMatch:
        return None
