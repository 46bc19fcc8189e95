"""Where browsers tell of violated policies."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.http.request import split_domain_port, validate_host
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ..client_address import client_key
from ..conf import core_settings
from ..ratelimit import Rule, headers, hit
from .reporting import report
from .violations import NEW_TYPE, OLD_TYPE, MalformedReportError, Violation, parse_report


@login_not_required
@csrf_exempt
@never_cache
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """Take a report: 204, or 400, 413, 415 or 429. Anyone may send one, so nothing that it says is believed."""
    if request.content_type not in (OLD_TYPE, NEW_TYPE):
        return _refusal(415, f"Send {OLD_TYPE} or {NEW_TYPE}.")
    conf = core_settings.current
    decision = hit(_rule(max(1, conf.CSP_REPORTS_PER_MINUTE)), client_key(request))
    if not decision.allowed:
        return HttpResponse(status=429, headers=headers(decision))
    body = _body(request, conf.CSP_REPORT_MAX_BYTES)
    if body is None:
        return _refusal(413, f"A report has at most {conf.CSP_REPORT_MAX_BYTES} bytes.")
    try:
        violations = parse_report(request.content_type, body)
    except MalformedReportError as error:
        return _refusal(400, f"This is no report: {error}.")
    for violation in violations:
        if not violation.is_noise and _is_ours(request, violation):
            report(violation, conf.CSP_REPORT_LOG_SECONDS)
    return HttpResponse(status=204)


def _refusal(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")


@lru_cache(maxsize=8)
def _rule(limit: int) -> Rule:
    return Rule("csp-report", limit=limit, period_seconds=60)


def _body(request: HttpRequest, max_bytes: int) -> bytes | None:
    """The body, or None if it is too long; of that no more is read than necessary."""
    length = request.META.get("CONTENT_LENGTH") or "0"
    if length.isdecimal() and int(length) > max_bytes:
        return None
    try:
        body = request.read(max_bytes + 1)
    except UnreadablePostError:
        # The client is gone.
        return b""
    return body if len(body) <= max_bytes else None


def _is_ours(request: HttpRequest, violation: Violation) -> bool:
    """Whether the page is one of this site: others' would only fill the log."""
    own, _port = split_domain_port(request.get_host())
    return violation.host == own or validate_host(violation.host, settings.ALLOWED_HOSTS)
