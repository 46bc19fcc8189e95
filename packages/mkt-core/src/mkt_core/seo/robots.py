"""``/robots.txt`` (RFC 9309), for each site."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.cache import get_conditional_response, patch_cache_control, set_response_etag
from django.views.decorators.http import require_safe

from ..conf import core_settings
from .addresses import Addresses
from .crawlers import named
from .site import site_of, site_values


@require_safe
def robots_txt(request: HttpRequest) -> HttpResponseBase:
    """From ``mkt_core/seo/robots.txt``, with ETag and 304. Queries: the site, and those of ``SEO_VALUES``."""
    text = render_to_string("mkt_core/seo/robots.txt", robots_context(request), request)
    # Blank lines are what the tags of the template leave behind, and mean something: the end of a group.
    response = HttpResponse(_tidied(text), content_type="text/plain; charset=utf-8")
    patch_cache_control(response, max_age=core_settings.current.SEO_MAX_AGE_SECONDS)
    set_response_etag(response)
    return get_conditional_response(request, etag=response["ETag"], response=response)  # type: ignore[return-value]


def robots_context(request: HttpRequest) -> dict[str, Any]:
    """What the template shows: ``is_closed``, ``disallowed`` paths, ``crawlers``, ``sitemap_url`` …"""
    site = site_of(request)
    values = site_values(site, request)
    admin = [_admin_path()] if values.DISALLOW_ADMIN else []
    return {
        "site": site,
        "is_closed": values.NOINDEX,
        "disallowed": [_path(path) for path in (*admin, *values.DISALLOW) if path],
        "crawlers": [_line(agent) for agent in named(values.DISALLOW_CRAWLERS)],
        "sitemap_url": "" if site is None else _sitemap_url(request, site.root_url),
        "lines": [_line(line) for line in values.ROBOTS_LINES],
    }


def _sitemap_url(request: HttpRequest, root_url: str) -> str:
    try:
        return Addresses(request).secured(root_url) + reverse("mkt_core_seo:sitemap")
    except NoReverseMatch:
        return ""


def _admin_path() -> str:
    try:
        return str(reverse("wagtailadmin_home"))
    except NoReverseMatch:
        return ""


def _path(path: str) -> str:
    return _line(path).replace(" ", "%20")


def _line(text: str) -> str:
    """One line: a line break in a setting must not begin a rule of its own."""
    return " ".join(str(text).split())


def _tidied(text: str) -> str:
    lines = [line.strip() for line in text.splitlines()]
    kept = [line for n, line in enumerate(lines) if line or (n and lines[n - 1])]
    return "\n".join(kept).strip() + "\n"
