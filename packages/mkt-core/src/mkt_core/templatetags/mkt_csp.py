"""Nonces of the Content Security Policy in templates, on every supported Django."""

from __future__ import annotations

from typing import Any

from django import template
from django.forms import Media

from ..security.csp import nonce_attr

register = template.Library()


@register.simple_tag(takes_context=True)
def csp_nonce_attr(context: dict[str, Any], media: Media | None = None) -> str:
    """``<script {% csp_nonce_attr %}>``, or all tags of a form's media: ``{% csp_nonce_attr form.media %}``."""
    return nonce_attr(context, media)
