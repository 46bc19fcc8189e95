"""Receivers that note what changes."""

from __future__ import annotations

from django.db.models.signals import post_delete, post_save, pre_save

from . import changes


def connect() -> None:
    """Called once, when the app is ready. For all models: which of them are snippets is not known yet."""
    pre_save.connect(changes.remember, dispatch_uid="mkt_api.webhooks.remember")
    post_save.connect(changes.saved, dispatch_uid="mkt_api.webhooks.saved")
    post_delete.connect(changes.deleted, dispatch_uid="mkt_api.webhooks.deleted")
