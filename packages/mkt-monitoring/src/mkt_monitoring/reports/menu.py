"""Addresses of the dashboards, and the way to them."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from . import api, content_views, health, now_views, stream
from .access import may_see


class MonitoringMenuItem(MenuItem):
    """In the menu of reports, for those who may see the dashboards."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see(request.user)

    def is_active(self, request: HttpRequest) -> bool:
        return request.path.startswith(str(self.url))


def menu_item() -> MenuItem:
    """The first of the reports."""
    return MonitoringMenuItem(
        _("Monitoring"),
        reverse_lazy(now_views.URL_NAME),
        name="mkt-monitoring",
        icon_name="view",
        order=50,
    )


urls = [
    path("reports/monitoring/", now_views.NowView.as_view(), name=now_views.URL_NAME),
    path(
        "reports/monitoring/figures/",
        now_views.NowFiguresView.as_view(),
        name=now_views.FIGURES_URL_NAME,
    ),
    path(
        "reports/monitoring/stream/",
        stream.NowStreamView.as_view(),
        name=now_views.STREAM_URL_NAME,
    ),
    path(
        "reports/monitoring/content/",
        content_views.ContentView.as_view(),
        name=content_views.URL_NAME,
    ),
    path("reports/monitoring/api/", api.ApiView.as_view(), name=api.URL_NAME),
    path("reports/monitoring/health/", health.HealthView.as_view(), name=health.URL_NAME),
]
