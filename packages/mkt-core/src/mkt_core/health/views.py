"""The three questions that an orchestrator or a load balancer asks. Each answer is JSON, and never cached."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from mkt_core.conf import core_settings
from mkt_core.networks import is_in_networks

from .registry import registered
from .report import Report, recent_report, run_checks

# Set once all critical checks have passed together.
_started = False


@login_not_required
@cache_control(no_store=True)
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    """Is this process able to answer at all? Touches nothing else: restarting it would not repair a database."""
    return HttpResponse(b'{"status": "ok"}', content_type="application/json")


@login_not_required
@cache_control(no_store=True)
@require_safe
def ready(request: HttpRequest) -> JsonResponse:
    """Should requests be sent here? 200 if ok or degraded, 503 if not. Runs all checks, unless that was just done."""
    return _response(request, recent_report(core_settings.current.HEALTH_REUSE_SECONDS))


@login_not_required
@cache_control(no_store=True)
@require_safe
def startup(request: HttpRequest) -> JsonResponse:
    """Has this process finished starting? 503 until all critical checks passed once; from then on like ``live``."""
    global _started
    if _started:
        return JsonResponse({"status": "ok"})
    report = run_checks(check for check in registered() if check.critical)
    _started = report.status == "ok"
    return _response(request, report)


def _response(request: HttpRequest, report: Report) -> JsonResponse:
    body = report.details() if _may_see_details(request, report) else report.summary()
    response = JsonResponse(body, status=503 if report.status == "unavailable" else 200)
    # Django would log each 503 as an error, and mail it to ADMINS, every few seconds. The report
    # itself logs an outage when it begins and when it ends.
    response._has_been_logged = True  # type: ignore[attr-defined]
    return response


def _may_see_details(request: HttpRequest, report: Report) -> bool:
    if settings.DEBUG or is_in_networks(request, core_settings.current.HEALTH_NETWORKS):
        return True
    # Who somebody is stands in the database: never ask it when it may hang, nor for a probe, which has no session.
    if report.status == "unavailable" or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return False
    return _is_staff(getattr(request, "user", None))


def _is_staff(user: Any) -> bool:
    try:
        return bool(user and user.is_active and user.is_staff)
    except Exception:  # noqa: BLE001
        # The session store is down. That is what the report is about: do not fail over it.
        return False
