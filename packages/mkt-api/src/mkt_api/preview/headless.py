"""Tokens of wagtail-headless-preview, where that is installed: its front ends find our endpoint with what they have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.apps import apps
from django.core.signing import BadSignature

from mkt_core.compat import get_page_base

from ..conf import api_settings

APP = "wagtail_headless_preview"


def page_of_token(token: str, content_type: str) -> Any:
    """The page that one of its tokens stands for; None if it is none of them.

    The package itself accepts a token for ever; here it ends after ``MKT_API["PREVIEW_HOURS"]``.
    """
    if not apps.is_installed(APP) or "=" not in token:
        return None
    model = _model(content_type)
    if model is None:
        return None
    age = timedelta(hours=api_settings.current.PREVIEW_HOURS)
    try:
        model.get_preview_signer().unsign(token, max_age=age)
        page = model.get_page_from_preview_token(token)
    except BadSignature:
        return None
    # A page that was never saved stands in no table yet.
    return page if page is not None and page.pk else None


def _model(content_type: str) -> Any:
    try:
        model = apps.get_model(content_type)
    except (LookupError, ValueError):
        return None
    is_page = issubclass(model, get_page_base())
    return model if is_page and hasattr(model, "get_page_from_preview_token") else None
