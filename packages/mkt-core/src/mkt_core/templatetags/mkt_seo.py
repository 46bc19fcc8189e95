"""``{% load mkt_seo %}``: what search engines and social networks read in a page's head."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from ..compat import get_page_base
from ..seo.head import Head, build_head
from ..seo.values import Seo

register = template.Library()

_KEY = "_mkt_core_seo"


@register.simple_tag(takes_context=True)
def seo_title(context: template.Context, page: Any = None, **given: Any) -> str:
    """``<title>{% seo_title %}</title>``: the title in the site's pattern."""
    return _head(context, page, given).full_title


@register.simple_tag(takes_context=True)
def seo_head(context: template.Context, page: Any = None, **given: Any) -> SafeString | str:
    """``{% seo_head %}``: everything but ``<title>``. ``{% seo_head page=other description="…" noindex=True %}``: with
    other values, those of ``mkt_core.seo.Seo``.

    Once for each response, whichever template comes first: a base template and one that does not know it may both have
    it. Queries: see ``mkt_core.seo.head.build_head``.
    """
    notes = _notes(context)
    if notes.get("is_shown"):
        return ""
    head = _head(context, page, given)
    notes["is_shown"] = True
    return render_to_string("mkt_core/seo/head.html", {"head": head})


def _head(context: template.Context, page: Any, given: dict[str, Any]) -> Head:
    """Worked out once for title and head, unless they are given different values."""
    page = page or _page_of(context)
    notes = _notes(context)
    key = (id(page), repr(sorted(given.items())))
    if notes.get("key") != key:
        view = context.get("seo")
        sources = (Seo(**given), view) if isinstance(view, Seo) else (Seo(**given),)
        notes["key"] = key
        notes["head"] = build_head(page, context.get("request"), *sources)
    head: Head = notes["head"]
    return head


def _page_of(context: template.Context) -> Any:
    """The Wagtail page of the context. A paginator's page, which views like to call "page" as well, is none."""
    base = get_page_base()
    for name in ("page", "self"):
        if isinstance(found := context.get(name), base):
            return found
    return None


def _notes(context: template.Context) -> dict[str, Any]:
    # At the bottom, where includes and blocks of the same response find it again.
    notes: dict[str, Any] = context.dicts[0].setdefault(_KEY, {})
    return notes
