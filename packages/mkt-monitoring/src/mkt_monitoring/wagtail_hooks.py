"""What the Wagtail admin gets, and what the middleware and the events are told of the page that is served."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.models import Permission
from django.http import HttpRequest
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from .alerts.admin import AlertRuleViewSet
from .events.privacy import page_is_tracked
from .events.snapshot import PAGE_ID_KEY, UNTRACKED_KEY
from .http.durations import PAGE_TYPE_KEY
from .reports import menu
from .reports.panels import home_panels


# Before other hooks: one that answers itself (a log-in form for a private page) is a request for that page type, too.
@hooks.register("before_serve_page", order=-1000)
def note_page_type(
    page: Any, request: HttpRequest, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """Only note it: what ``serve`` returns is rendered later, so the time is taken in the middleware."""
    request.META[PAGE_TYPE_KEY] = page._meta.label_lower


@hooks.register("before_serve_page", order=-1000)
def note_page(
    page: Any, request: HttpRequest, args: Sequence[Any], kwargs: Mapping[str, Any]
) -> None:
    """For events of this request: which page, and whether it is to be followed."""
    request.META[PAGE_ID_KEY] = page.pk
    if not page_is_tracked(page):
        request.META[UNTRACKED_KEY] = True


@hooks.register("register_admin_urls")
def register_dashboard_urls() -> list[Any]:
    return menu.urls


@hooks.register("register_reports_menu_item")
def register_dashboards_menu_item() -> MenuItem:
    return menu.menu_item()


@hooks.register("register_permissions")
def register_dashboards_permission() -> Any:
    return Permission.objects.filter(
        content_type__app_label="mkt_monitoring", codename="view_dashboards"
    )


@hooks.register("construct_homepage_panels")
def add_home_panel(request: HttpRequest, panels: list[Any]) -> None:
    home_panels(request, panels)


@hooks.register("register_admin_viewset")
def register_alert_rules() -> Any:
    return AlertRuleViewSet("mkt_alert_rules")
