"""Addresses of many pages: what Wagtail works out for each page, worked out once for an answer."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.http import RFC3986_SUBDELIMS
from wagtail.coreutils import get_supported_content_language_variant
from wagtail.models import Site

from ..facts import facts_of

_ROOT_PATHS = "_wagtail_cached_site_root_paths"
_SAFE = f"{RFC3986_SUBDELIMS}/~:@"


class PageAddresses:
    """The same as ``page.get_full_url(request)`` for pages that do not override it.

    No query: Wagtail keeps the root paths of all sites in Django's cache.
    """

    def __init__(self, request: HttpRequest) -> None:
        if not hasattr(request, _ROOT_PATHS):
            # Where Wagtail itself looks.
            setattr(request, _ROOT_PATHS, Site.get_site_root_paths())
        roots: list[Any] = list(getattr(request, _ROOT_PATHS))
        site = facts_of(request).site_key
        # A page of several sites is addressed on the one that was asked, if it is among them.
        self.roots = sorted(roots, key=lambda root: root.site_id != site)
        self.keeps_slash = bool(getattr(settings, "WAGTAIL_APPEND_SLASH", True))
        self._prefixes: dict[str, str | None] = {}

    def url(self, url_path: str) -> str | None:
        """The full URL of the page; None if it is on no site or Wagtail serves no pages here."""
        for root in self.roots:
            if url_path.startswith(root.root_path):
                prefix = self.prefix(root.language_code)
                if prefix is None:
                    return None
                path = prefix + quote(url_path[len(root.root_path) :], safe=_SAFE)
                if not self.keeps_slash and path != "/":
                    path = path.rstrip("/")
                return f"{root.root_url}{path}"
        return None

    def prefix(self, language: str) -> str | None:
        if language not in self._prefixes:
            self._prefixes[language] = _prefix(language)
        return self._prefixes[language]


def _prefix(language: str) -> str | None:
    """What stands between the host and the slugs, such as ``/de/``."""
    try:
        if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
            return _without_slug(reverse("wagtail_serve", args=("x/",)))
        with translation.override(_variant(language)):
            return _without_slug(reverse("wagtail_serve", args=("x/",)))
    except NoReverseMatch:
        return None


def _without_slug(path: str) -> str:
    return path.removesuffix("/").removesuffix("x")


def _variant(language: str) -> str:
    """The active language if it is a variant of the page's: sites may have more of them than content has."""
    active = translation.get_language()
    try:
        if active and get_supported_content_language_variant(active) == language:
            return active
    except LookupError:
        pass
    return language


def addresses_of(request: HttpRequest) -> PageAddresses:
    """The addresses of one answer; the same object each time."""
    return facts_of(request).once("addresses", lambda: PageAddresses(request))
