"""What ``mkt_core.wagtail_hooks`` registers of the report."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.menu import MenuItem

from .views import URL_NAME, may_see


class SeoReportMenuItem(MenuItem):
    """For those who may edit a page."""

    def is_shown(self, request: HttpRequest) -> bool:
        return may_see(request)


def menu_item() -> MenuItem:
    return SeoReportMenuItem(
        _("Search engines"),
        reverse_lazy(URL_NAME),
        name="search-engines",
        icon_name="search",
        order=1150,
    )
