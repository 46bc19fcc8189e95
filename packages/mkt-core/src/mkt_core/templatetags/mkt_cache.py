"""``{% load mkt_cache %}``: say in a template what the response is made of."""

from __future__ import annotations

from django import template

from ..cache.api import tag

register = template.Library()


@register.simple_tag
def cache_tag(*names: object) -> str:
    """``{% cache_tag "weather" %}``: the response is made of "weather"; ``purge("weather")`` renews it."""
    tag(*map(str, names))
    return ""
