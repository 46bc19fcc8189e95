"""Receivers, connected when the app is ready."""

from __future__ import annotations

from typing import Any

from django.core.signals import setting_changed
from django.db import transaction
from django.db.models.signals import post_delete, post_save

from .access import lookup, usage
from .webhooks import signal_handlers as webhooks


def connect() -> None:
    """Called once."""
    from .models import ApiToken

    post_save.connect(forget_tokens, sender=ApiToken, dispatch_uid="mkt_api.token_saved")
    post_delete.connect(forget_tokens, sender=ApiToken, dispatch_uid="mkt_api.token_deleted")
    setting_changed.connect(lookup.forget, dispatch_uid="mkt_api.access.lookup")
    webhooks.connect()


def forget_tokens(using: str | None = None, **kwargs: Any) -> None:
    """What this process changes, it sees at once; and after the commit whoever has looked meanwhile."""
    lookup.forget()
    usage.forget()
    transaction.on_commit(lookup.forget, using=using)
