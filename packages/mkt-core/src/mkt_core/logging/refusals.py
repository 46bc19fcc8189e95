"""Refusals of the Wagtail admin, which are redirections with a message, and are logged by nobody."""

from __future__ import annotations

import logging
from typing import Any

from django.contrib.messages import ERROR
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import NoReverseMatch, reverse

from .routes import route_of
from .security_events import log_event

# Where the admin sends those that may not see a page, and those that may not see the admin.
_TARGETS = ("wagtailadmin_home", "wagtailadmin_login")


def log_admin_refusal(request: HttpRequest, response: HttpResponseBase) -> None:
    """Log ``permission-denied`` if this response is the admin's way of saying so."""
    if response.status_code == 302 and _has_error(request) and _is_refused(request, response):
        log_event(
            "permission-denied",
            "The Wagtail admin has refused a request",
            outcome="failure",
            kind="denied",
            level=logging.WARNING,
            request=request,
            fields={"http.request.method": request.method},
            labels={"route": route_of(request)},
        )


def _has_error(request: HttpRequest) -> bool:
    messages: Any = getattr(request, "_messages", None)
    return any(message.level >= ERROR for message in getattr(messages, "_queued_messages", ()))


def _is_refused(request: HttpRequest, response: HttpResponseBase) -> bool:
    try:
        home = reverse("wagtailadmin_home")
        targets = [reverse(name) for name in _TARGETS]
    except NoReverseMatch:
        return False
    location = response.headers.get("Location", "").partition("?")[0]
    return request.path.startswith(home) and location in targets
