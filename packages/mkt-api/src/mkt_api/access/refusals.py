"""Why a request is not let in, as problem documents."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from http import HTTPStatus

from django.http import HttpRequest
from django.utils.translation import gettext as _

from mkt_core.logging.security_events import log_event
from mkt_core.ratelimit import Decision, headers

from ..problems import Problem
from ..signals import access_refused
from .identity import Access

REALM = "mkt-api"


class Refusal(Problem):
    """A problem that has to do with who asks."""


def token_required() -> Refusal:
    """401: nobody may read without a token here."""
    return Refusal(
        HTTPStatus.UNAUTHORIZED,
        "token-required",
        _("This API is read with a token: “Authorization: Bearer …”."),
        headers=_challenge(),
    )


def invalid_token() -> Refusal:
    """401: whatever was presented is no token that works (any more). Why is nobody's business."""
    return Refusal(
        HTTPStatus.UNAUTHORIZED,
        "invalid-token",
        _("The token is unknown, has expired or was revoked."),
        headers=_challenge("invalid_token"),
    )


def malformed_authorization() -> Refusal:
    """401: there is a header, and it cannot be read."""
    return Refusal(
        HTTPStatus.UNAUTHORIZED,
        "malformed-authorization",
        _("The header must read “Authorization: Bearer <token>”."),
        headers=_challenge("invalid_request"),
    )


def missing_scope(scopes: Sequence[str]) -> Refusal:
    """403: the token is good, but not for this. ``scopes``: any of them would do."""
    return Refusal(
        HTTPStatus.FORBIDDEN,
        "missing-scope",
        _("The token lacks the scope “%(scope)s”.") % {"scope": scopes[0]},
        headers=_challenge("insufficient_scope", scope=scopes[0]),
    )


def wrong_place(kind: str) -> Refusal:
    """403: the token is good, but not from here (``network``, ``origin``) or not for this site (``site``)."""
    sentences = {
        "network": _("The token may not be used from this address."),
        "origin": _("The token may not be used by scripts of this origin."),
        "site": _("The token is for another site."),
    }
    return Refusal(HTTPStatus.FORBIDDEN, f"{kind}-refused", sentences[kind])


def rate_limited(decisions: Sequence[Decision]) -> Refusal:
    """429, or 503 if nothing could be counted."""
    failed = all(decision.failed for decision in decisions if not decision.allowed)
    status = HTTPStatus.SERVICE_UNAVAILABLE if failed else HTTPStatus.TOO_MANY_REQUESTS
    return Refusal(
        status,
        "rate-limited",
        _("There were too many requests; see “Retry-After”."),
        headers=headers(decisions),
    )


def tell(request: HttpRequest, refusal: Problem, access: Access | None) -> None:
    """Write it to the log of security events and send the signal. Never raises."""
    access_refused.send_robust(sender=Refusal, request=request, reason=refusal.kind, access=access)
    log_event(
        "api-access",
        "A request to the API was refused",
        outcome="failure",
        category="authentication",
        kind="denied",
        level=logging.WARNING,
        request=request,
        fields={"event.reason": refusal.kind},
        labels={"api_client": access.key} if access is not None and access.token else {},
    )


def _challenge(error: str = "", scope: str = "") -> dict[str, str]:
    """RFC 6750, section 3."""
    parts = [f'Bearer realm="{REALM}"']
    if error:
        parts.append(f'error="{error}"')
    if scope:
        parts.append(f'scope="{scope}"')
    return {"WWW-Authenticate": ", ".join(parts)}
