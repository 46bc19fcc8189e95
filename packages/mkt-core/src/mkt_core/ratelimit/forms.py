"""Limits on the forms of ``wagtail.contrib.forms``."""

from __future__ import annotations

from math import ceil
from typing import Any, ClassVar

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.utils.translation import ngettext

from .exemptions import is_exempt
from .identities import Identity, identity_of
from .limiter import hit
from .responses import add_headers
from .rule import Decision, Rule


class RateLimitedFormMixin:
    """In front of ``AbstractForm`` or ``AbstractEmailForm``: ``class ContactPage(RateLimitedFormMixin, AbstractForm)``.

    Whoever sends too often sees the form again, with all that was filled in and the reason on top (429).
    """

    submission_rule: ClassVar[Rule] = Rule("forms", limit=10, period_seconds=600)
    #: As for the decorator.
    submission_by: ClassVar[str | Identity] = "client"

    def serve(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method == "POST" and not is_exempt(request):
            # Through the class: a function would become a method.
            key = identity_of(type(self).submission_by)(request)
            decision = None if key is None else hit(self.submission_rule, key)
            if decision is not None and not decision.allowed:
                return self._refused(request, decision, *args, **kwargs)
        response: HttpResponseBase = super().serve(request, *args, **kwargs)  # type: ignore[misc]
        return response

    def _refused(
        self, request: HttpRequest, decision: Decision, *args: Any, **kwargs: Any
    ) -> HttpResponseBase:
        page: Any = self
        form = page.get_form(request.POST, request.FILES, page=page, user=request.user)
        minutes = max(1, ceil(decision.retry_after_seconds / 60))
        form.add_error(
            None,
            ngettext(
                "You have sent this form too often. Please try again in a minute.",
                "You have sent this form too often. Please try again in %(minutes)d minutes.",
                minutes,
            )
            % {"minutes": minutes},
        )
        context = page.get_context(request, *args, **kwargs)
        context["form"] = form
        response = TemplateResponse(
            request, page.get_template(request, *args, **kwargs), context, status=429
        )
        response.headers["Cache-Control"] = "no-store"
        add_headers(response, [decision])
        return response
