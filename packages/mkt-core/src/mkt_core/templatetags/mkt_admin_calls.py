"""Calls of JavaScript in admin templates, without an inline script."""

from __future__ import annotations

import json
import re
from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from ..security.admin_calls import call_element
from ..security.csp import get_nonce

register = template.Library()

_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)", re.IGNORECASE)


@register.simple_tag
def admin_call(name: str, *args: object, config: str | None = None) -> SafeString:
    """``{% admin_call "new InlinePanel" id config=options_json %}``; ``config`` is JSON, and the last argument."""
    given = [*args] if config is None else [*args, json.loads(config)]
    function = name.removeprefix("new ")
    return call_element(function, *given, new=function != name)


@register.simple_block_tag(takes_context=True)
def scripts_with_nonce(context: dict[str, Any], content: str) -> SafeString:
    """Let the inline scripts of a block run; only for a block whose text is a developer's, to the last character."""
    nonce = get_nonce(context["request"]) if "request" in context else None
    if nonce is None:
        return mark_safe(content)
    return mark_safe(_INLINE_SCRIPT.sub(format_html('<script nonce="{}"', nonce), content))
