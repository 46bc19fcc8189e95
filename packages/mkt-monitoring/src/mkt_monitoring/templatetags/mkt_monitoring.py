"""``{% load mkt_monitoring %}``: the script that tells events."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.urls import NoReverseMatch, reverse
from wagtail.models import Site

from ..events.intake.tokens import make_token
from ..events.options import event_options
from ..events.privacy import page_is_tracked

register = template.Library()


@register.inclusion_tag("mkt_monitoring/track.html", takes_context=True)
def mkt_track(context: Context, event: str = "page_view") -> Mapping[str, Any]:
    """``{% mkt_track %}`` before ``</body>`` or in ``<head>``; ``{% mkt_track "not_found" %}`` in ``404.html``.

    The same for all visitors, so that the page may be cached. Nothing in previews, for pages that are not tracked
    (``is_tracked = False``), while ``EVENTS["ENABLED"]`` is False, and without ``mkt_monitoring.urls``.
    """
    request = context.get("request")
    page = context.get("page") or context.get("self")
    if not isinstance(request, HttpRequest) or getattr(request, "is_preview", False):
        return {}
    if not event_options().ENABLED or (page is not None and not page_is_tracked(page)):
        return {}
    try:
        path = reverse("mkt_monitoring:intake")
    except NoReverseMatch:
        return {}
    site = Site.find_for_request(request)
    token = make_token(site.pk if site else 0)
    # The page of an error is not the one that was asked for.
    page_id = getattr(page, "pk", None) if event == "page_view" else None
    return {"path": path, "token": token, "page_id": page_id, "event": event}
