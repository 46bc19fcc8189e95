"""Who may see the dashboards, and what their pages have in common."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views import View
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

PERMISSION = "mkt_monitoring.view_dashboards"
#: Each dashboard with the name of its URL, in the order in which they are shown.
DASHBOARDS: tuple[tuple[str, str | Promise], ...] = (
    ("mkt_monitoring_now", _("Now")),
    ("mkt_monitoring_content", _("Content")),
    ("mkt_monitoring_api", _("API")),
    ("mkt_monitoring_health", _("Health")),
)


def may_see(user: Any) -> bool:
    """Whether the dashboards are for this user."""
    return bool(user.has_perm(PERMISSION))


class DashboardView(WagtailAdminTemplateMixin, View):
    """A page of the dashboards, for those who may see them."""

    header_icon = "view"
    url_name = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may_see(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_page_title(self) -> str | Promise:
        return _("Monitoring")

    def get_page_subtitle(self) -> str | Promise:
        return dict(DASHBOARDS)[self.url_name]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *super().get_breadcrumbs_items(),
            {"url": reverse(DASHBOARDS[0][0]), "label": self.get_page_title()},
            {"url": "", "label": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        tabs = [
            {"url": reverse(name), "label": label, "is_current": name == self.url_name}
            for name, label in DASHBOARDS
        ]
        return super().get_context_data(tabs=tabs, **kwargs)
