"""Limits on whole parts of a site."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.http.response import HttpResponseBase

from ..both_modes import BothModes
from .configuration import site_rules
from .exemptions import is_exempt
from .limiter import ahit_all, hit_all
from .responses import add_headers, refusal
from .rule import Decision, Rule


class RateLimitMiddleware(BothModes):
    """Answer 429 to whoever asks more often than ``MKT_CORE["RATE_LIMITS"]`` allow.

    Put it in front of ResponseCacheMiddleware, so that what one client is told is not stored for all. Requests that no
    rule applies to cost nothing.
    """

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        pairs = self.pairs_for(request)
        if not pairs:
            return self.get_response(request)
        decisions = hit_all(pairs)
        if _is_refused(decisions):
            return refusal(request, decisions)
        return _told(self.get_response(request), decisions)

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        pairs = self.pairs_for(request)
        if not pairs:
            response: HttpResponseBase = await self.get_response(request)
            return response
        decisions = await ahit_all(pairs)
        if _is_refused(decisions):
            return refusal(request, decisions)
        return _told(await self.get_response(request), decisions)

    def pairs_for(self, request: HttpRequest) -> list[tuple[Rule, str]]:
        """The rules that apply to the request, and whom they count."""
        applying = [
            rule
            for rule in site_rules()
            if rule.applies_to(request.path_info, request.method or "")
        ]
        if not applying or is_exempt(request):
            return []
        keys = [(entry.rule, entry.identify(request)) for entry in applying]
        return [(rule, key) for rule, key in keys if key is not None]


def _is_refused(decisions: Sequence[Decision]) -> bool:
    return any(not decision.allowed for decision in decisions)


def _told(response: HttpResponseBase, decisions: Sequence[Decision]) -> HttpResponseBase:
    add_headers(response, decisions)
    return response
