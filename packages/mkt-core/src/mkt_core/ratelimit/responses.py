"""What somebody gets who has reached a limit."""

from __future__ import annotations

import json
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import select_template
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _

from .headers import headers
from .rule import Decision

#: The first that exists is shown. Context: ``decisions`` and ``retry_after_seconds`` (int).
TEMPLATES = ("429.html", "mkt_core/429.html")

# From draft-ietf-httpapi-ratelimit-headers-11, section 5.
_PROBLEMS = "https://iana.org/assignments/http-problem-types#"
_JSON = ("application/problem+json", "application/json")


def refusal(request: HttpRequest, decisions: Sequence[Decision]) -> HttpResponse:
    """429, or 503 if nothing could be counted: a page for browsers, a problem document (RFC 9457) for all others."""
    refused = [decision for decision in decisions if not decision.allowed]
    could_not_count = all(decision.failed for decision in refused)
    status = 503 if could_not_count else 429
    found = headers(decisions)
    if _wants_html(request):
        context = {
            "decisions": decisions,
            "retry_after_seconds": int(found.get("Retry-After", 1)),
            "could_not_count": could_not_count,
        }
        body = select_template(TEMPLATES).render(context, request)
        response = HttpResponse(body, status=status)
    else:
        response = HttpResponse(
            json.dumps(_problem(refused, status)),
            status=status,
            content_type="application/problem+json",
        )
    for name, value in found.items():
        response.headers[name] = value
    response.headers["Cache-Control"] = "no-store"
    patch_vary_headers(response, ["Accept"])
    return response


def add_headers(response: HttpResponseBase, decisions: Sequence[Decision]) -> None:
    """Tell the client how much is left, beside what it is told by other limits."""
    for name, value in headers(decisions).items():
        given = response.headers.get(name)
        response.headers[name] = f"{given}, {value}" if given and name != "Retry-After" else value


def _wants_html(request: HttpRequest) -> bool:
    preferred = request.get_preferred_type([*_JSON, "text/html"])
    return preferred == "text/html"


def _problem(refused: Sequence[Decision], status: int) -> dict[str, object]:
    kind = "temporary-reduced-capacity" if status == 503 else "quota-exceeded"
    title = _("Temporarily out of service") if status == 503 else _("Too many requests")
    return {
        "type": _PROBLEMS + kind,
        "title": title,
        "status": status,
        "violated-policies": [decision.rule.name for decision in refused],
    }
