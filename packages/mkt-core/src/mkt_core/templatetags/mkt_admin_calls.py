"""Calls of JavaScript in admin templates, without an inline script."""

from __future__ import annotations

import json

from django import template
from django.utils.safestring import SafeString

from ..security.admin_calls import call_element

register = template.Library()


@register.simple_tag
def admin_call(name: str, *args: object, config: str | None = None) -> SafeString:
    """``{% admin_call "new InlinePanel" id config=options_json %}``; ``config`` is JSON and becomes the last argument."""
    given = [*args] if config is None else [*args, json.loads(config)]
    function = name.removeprefix("new ")
    return call_element(function, *given, new=function != name)
