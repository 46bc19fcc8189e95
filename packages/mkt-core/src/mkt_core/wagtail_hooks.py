"""What mkt-core adds to the Wagtail admin."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import Permission
from django.http import HttpRequest
from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.log_actions import LogActionRegistry, LogFormatter

from .accounts import log_actions as account_log_actions
from .accounts.admin import GroupPermissionsAudit, after_bulk_action
from .cache.admin.views import URL_NAME, ResponseCacheView, may_purge
from .cache.checks import MIDDLEWARE
from .cache.services import PURGE_ACTION
from .security.admin_hooks import calls_script
from .seo.admin import hooks as seo_hooks
from .seo.admin import views as seo_views

hooks.register("insert_global_admin_js", calls_script)


class ResponseCacheMenuItem(MenuItem):
    """Only on sites with the response cache, for those who may purge it."""

    def is_shown(self, request: HttpRequest) -> bool:
        return MIDDLEWARE in settings.MIDDLEWARE and may_purge(request.user)


@hooks.register("register_admin_urls")
def register_response_cache_url() -> list[Any]:
    return [path("response-cache/", ResponseCacheView.as_view(), name=URL_NAME)]


@hooks.register("register_settings_menu_item")
def register_response_cache_menu_item() -> MenuItem:
    return ResponseCacheMenuItem(
        _("Response cache"),
        reverse(URL_NAME),
        name="response-cache",
        icon_name="resubmit",
        order=850,
    )


@hooks.register("register_admin_urls")
def register_seo_report_urls() -> list[Any]:
    return seo_views.urls


@hooks.register("register_reports_menu_item")
def register_seo_report_menu_item() -> MenuItem:
    return seo_hooks.menu_item()


@hooks.register("register_permissions")
def register_response_cache_permission() -> Any:
    return Permission.objects.filter(
        content_type__app_label="mkt_core", codename="purge_responsecache"
    )


@hooks.register("register_log_actions")
def register_log_actions(actions: LogActionRegistry) -> None:
    @actions.register_action(PURGE_ACTION)
    class Purged(LogFormatter):
        label = _("Purge the response cache")

        def format_message(self, log_entry: Any) -> str:
            if log_entry.data.get("everything"):
                return str(_("All stored responses purged"))
            tags = ", ".join(map(str, log_entry.data.get("tags", ())))
            return _("Stored responses made of %(tags)s purged") % {"tags": tags}


hooks.register("register_log_actions", account_log_actions.register)
hooks.register("after_bulk_action", after_bulk_action)


@hooks.register("register_group_permission_panel", order=1000)
def register_group_permissions_audit() -> type[GroupPermissionsAudit]:
    return GroupPermissionsAudit
