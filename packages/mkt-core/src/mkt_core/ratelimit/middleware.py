"""Limits on whole parts of a site."""

from __future__ import annotations

from collections.abc import Sequence

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from ..both_modes import BothModes
from .configuration import SiteRule, site_rules
from .exemptions import is_exempt
from .limiter import hit_all
from .responses import add_headers, refusal
from .rule import Decision


class RateLimitMiddleware(BothModes):
    """Answer 429 to whoever asks more often than ``MKT_CORE["RATE_LIMITS"]`` allow.

    Put it in front of ResponseCacheMiddleware, so that what one client is told is not stored for all. Requests that no
    rule applies to cost nothing.
    """

    def respond(self, request: HttpRequest) -> HttpResponseBase:
        rules = _rules_for(request)
        if not rules:
            return self.get_response(request)
        decisions, refused = _counted(request, rules)
        return refused or _told(self.get_response(request), decisions)

    async def arespond(self, request: HttpRequest) -> HttpResponseBase:
        rules = _rules_for(request)
        if not rules:
            response: HttpResponseBase = await self.get_response(request)
            return response
        decisions, refused = await sync_to_async(_counted)(request, rules)
        return refused or _told(await self.get_response(request), decisions)


def _rules_for(request: HttpRequest) -> list[SiteRule]:
    path, method = request.path_info, request.method or ""
    return [rule for rule in site_rules() if rule.applies_to(path, method)]


def _counted(
    request: HttpRequest, rules: Sequence[SiteRule]
) -> tuple[list[Decision], HttpResponse | None]:
    """What was decided, and what to answer if that was no. Who it is and that answer may need the database."""
    if is_exempt(request):
        return [], None
    keys = [(entry.rule, entry.identify(request)) for entry in rules]
    decisions = hit_all([(rule, key) for rule, key in keys if key is not None])
    return decisions, refusal(request, decisions) if _is_refused(decisions) else None


def _is_refused(decisions: Sequence[Decision]) -> bool:
    return any(not decision.allowed for decision in decisions)


def _told(response: HttpResponseBase, decisions: Sequence[Decision]) -> HttpResponseBase:
    add_headers(response, decisions)
    return response
