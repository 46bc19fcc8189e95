"""Which paths belong to the Wagtail admin."""

from __future__ import annotations

from functools import lru_cache

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, get_script_prefix, get_urlconf, reverse
from django.utils.translation import get_language

from ..conf import core_settings


def is_admin_path(request: HttpRequest) -> bool:
    """Whether the request is for the Wagtail admin, or for another path that is to be treated like it."""
    return request.path.startswith(admin_prefixes(request))


def admin_prefixes(request: HttpRequest) -> tuple[str, ...]:
    """The beginnings of those paths, such as ``("/admin/",)``."""
    urlconf = getattr(request, "urlconf", None) or get_urlconf() or settings.ROOT_URLCONF
    own = wagtail_admin_prefix(urlconf, get_script_prefix(), get_language())
    return (*((own,) if own else ()), *core_settings.current.ADMIN_CSP_PATHS)


@lru_cache(maxsize=128)
def wagtail_admin_prefix(urlconf: object, script_prefix: str, language: str | None) -> str:
    """Where the Wagtail admin is; empty if nowhere. The address may depend on all three arguments."""
    try:
        return reverse("wagtailadmin_home", urlconf=urlconf)  # type: ignore[arg-type]
    except NoReverseMatch:
        return ""
