"""What mkt-api adds to the Wagtail admin."""

from __future__ import annotations

from typing import Any

from wagtail import hooks

from .admin import log_actions, permissions, previews
from .admin.groups import ApiViewSetGroup

hooks.register("register_log_actions", log_actions.register)
hooks.register("register_permissions", permissions.permissions)
hooks.register("register_page_header_buttons", previews.header_button)


@hooks.register("register_admin_viewset")
def register_viewsets() -> ApiViewSetGroup:
    return ApiViewSetGroup()


@hooks.register("register_admin_urls")
def register_urls() -> list[Any]:
    return previews.urls
