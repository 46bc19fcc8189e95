"""Which of the site's addresses a request was for, without what stands in its place holders.

Paths hold names, numbers and one-time tokens (``/reset/MQ/c4ab…/``); the route that matched says all that is needed to
count and to compare: ``reset/<uidb64>/<token>/``.
"""

from __future__ import annotations

from contextlib import nullcontext
from functools import lru_cache

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest
from django.urls import ResolverMatch, resolve
from django.utils.translation import get_language_from_path, override

from mkt_core.conf import core_settings

#: Wagtail's own route is a regular expression that matches anything.
_WAGTAIL_SERVE = "wagtail_serve"


def route_of(request: HttpRequest) -> str:
    """The pattern in the URLconf, or "wagtail_serve" for pages; empty if none matches."""
    match: ResolverMatch | None = getattr(request, "resolver_match", None)
    if match is not None:
        return _name(match)
    # Refused before anybody looked at its path, which may hold a token all the same.
    urlconf = getattr(request, "urlconf", None) or getattr(settings, "ROOT_URLCONF", None)
    return _route_of_path(request.path_info, urlconf) if isinstance(urlconf, str) else ""


@lru_cache(maxsize=512)
def _route_of_path(path: str, urlconf: str) -> str:
    # LocaleMiddleware may not have run yet; i18n_patterns matches in the active language only.
    language = get_language_from_path(path)
    try:
        with override(language) if language else nullcontext():
            return _name(resolve(path, urlconf))
    except Exception:  # noqa: BLE001 - no such address, or a broken URLconf, which is what the line is about
        return ""


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
