"""What mkt-api adds to the Wagtail admin."""

from __future__ import annotations

from wagtail import hooks

from .admin import log_actions

hooks.register("register_log_actions", log_actions.register)
