"""What the settings say about one site."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.signals import setting_changed
from django.http import HttpRequest
from django.templatetags.static import static
from django.utils.module_loading import import_string
from wagtail.models import Site

from .._settings.seo import SiteSeo
from ..conf import GivenSettings, core_settings

logger = logging.getLogger(__name__)

ValuesHook = Callable[[SiteSeo, "Site | None", "HttpRequest | None"], SiteSeo]


def site_of(request: HttpRequest | None) -> Site | None:
    """The site that a request asks for; the default one without a request. At most one query for each request."""
    if request is None:
        return Site.objects.select_related("root_page").filter(is_default_site=True).first()
    found: Site | None = Site.find_for_request(request)
    return found


def site_values(site: Site | None, request: HttpRequest | None = None) -> SiteSeo:
    """The settings for ``site``, changed by the function that ``SEO_VALUES`` names.

    A function that fails is logged, and the settings stand: a head never breaks a page. Queries: those of the function.
    """
    given = _from_settings(site.hostname if site else "")
    hook = _hook(core_settings.current.SEO_VALUES)
    if hook is None:
        return given
    try:
        found = hook(given, site, request)
        if not isinstance(found, SiteSeo):
            raise TypeError(f"it returned {type(found).__name__}, not SiteSeo")
    except Exception:
        logger.exception("The function in MKT_CORE['SEO_VALUES'] failed")
        return given
    return found


def site_name(values: SiteSeo, site: Site | None) -> str:
    """The settings' name, the site's, or Wagtail's."""
    name = values.NAME or (site.site_name if site else "")
    return str(name or getattr(settings, "WAGTAIL_SITE_NAME", ""))


def is_static_path(value: str) -> bool:
    """Whether a setting names a static file; all else is an address."""
    is_address = value.startswith("/") or urlsplit(value).scheme in ("http", "https")
    return bool(value) and not is_address


def asset_url(value: str) -> str:
    """An address as it is, that of a static file by its path. Empty if there is no such file."""
    if not is_static_path(value):
        return value
    try:
        return static(value)
    except ValueError:
        # A manifest does not know the file: a system check tells, a page must not break.
        logger.warning("There is no static file %r", value)
        return ""


@lru_cache(maxsize=256)
def _from_settings(hostname: str) -> SiteSeo:
    conf = core_settings.current
    merged: dict[str, Any] = {**conf.SEO, **conf.SEO_SITES.get(hostname, {})}
    return GivenSettings("MKT_CORE['SEO']", SiteSeo, merged).current


@lru_cache(maxsize=1)
def _hook(path: str) -> ValuesHook | None:
    if not path:
        return None
    try:
        found: ValuesHook = import_string(path)
    except ImportError:
        logger.error("MKT_CORE['SEO_VALUES'] cannot be imported: run the checks")
        return None
    return found


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting == "MKT_CORE":
        _from_settings.cache_clear()
        _hook.cache_clear()


setting_changed.connect(_forget, dispatch_uid="mkt_core.seo.site")
