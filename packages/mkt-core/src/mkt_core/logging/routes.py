"""Which of the site's addresses a request was for, without what stands in its place holders.

Paths hold names, numbers and one-time tokens (``/reset/MQ/c4ab…/``); the route that matched says all that is needed to
count and to compare: ``reset/<uidb64>/<token>/``.
"""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve

from mkt_core.conf import core_settings

#: Wagtail's own route is a regular expression that matches anything.
_WAGTAIL_SERVE = "wagtail_serve"


def route_of(request: HttpRequest) -> str:
    """The pattern in the URLconf, or "wagtail_serve" for pages; empty if none matched."""
    match: ResolverMatch | None = getattr(request, "resolver_match", None)
    return _name(match) if match is not None else ""


@lru_cache(maxsize=512)
def route_of_path(path: str, urlconf: str) -> str:
    """The same for a request that was answered before anybody looked at its path, such as a stored response."""
    try:
        return _name(resolve(path, urlconf))
    except (Resolver404, ImproperlyConfigured, ImportError):
        return ""


def stored_route_of(request: HttpRequest) -> str:
    """``route_of()``, worked out if need be."""
    if route := route_of(request):
        return route
    urlconf = getattr(request, "urlconf", None) or settings.ROOT_URLCONF
    return route_of_path(request.path_info, urlconf) if isinstance(urlconf, str) else ""


def page_type_of(request: HttpRequest) -> str:
    """Of the Wagtail page that was served, such as "blog.PostPage"; empty if it was none."""
    result = getattr(request, "_wagtail_route_for_request", None)
    page = getattr(result, "page", None) or (result[0] if isinstance(result, tuple) else None)
    return page._meta.label if page is not None else ""


def path_to_log(request: HttpRequest, status: object = None) -> str:
    """The path, if it may be written: with ``LOG_PATHS``, or when it leads nowhere. Broken links are to be found."""
    route = route_of(request)
    leads_nowhere = not route or (route == _WAGTAIL_SERVE and status == 404)
    return request.path if leads_nowhere or _wants_paths() else ""


def _wants_paths() -> bool:
    try:
        return core_settings.current.LOG_PATHS
    except ImproperlyConfigured:
        return False


def _name(match: ResolverMatch) -> str:
    if match.url_name == _WAGTAIL_SERVE:
        return _WAGTAIL_SERVE
    return match.route or "/"
