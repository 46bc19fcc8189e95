"""Where pages are, absolutely and on one host each.

Wagtail gives a page that belongs to several sites the address on the site that was asked; search engines need one
address however they came. So the site counts whose own root page the page stands below, not a site that has it only
as a translation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import quote, urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from wagtail.coreutils import WAGTAIL_APPEND_SLASH
from wagtail.models import Site

from ..compat import get_page_base
from ..conf import core_settings

_URL_METHODS = ("get_url_parts", "get_full_url")
# As Django quotes what it reverses.
_SAFE = "!$&'()*+,;=/~:@"
# A path in which nothing can be shortened: no need to take both addresses apart to put them together.
_PLAIN_PATH = re.compile(r"(?:/[\w~-][\w.~%-]*)+/?", re.ASCII)
_PROBE = "mkt-core-probe/"


@dataclass(frozen=True, slots=True)
class Root:
    """The page at the top of a site, or its translation."""

    site_id: int
    url_path: str
    # Without a slash at the end.
    root_url: str
    language_code: str


class Addresses:
    """Addresses of pages during one request. Make one for each; no query unless Wagtail has forgotten its sites, and
    one more where several sites share a page.
    """

    def __init__(self, request: HttpRequest | None) -> None:
        self.request = request
        self._prefixes: dict[str, str | None] = {}

    @cached_property
    def roots(self) -> list[Root]:
        """One for each root page, the most specific first."""
        candidates: dict[str, list[Any]] = {}
        for path in Site.get_site_root_paths():
            candidates.setdefault(path.root_path, []).append(path)
        shared = any(len({path.site_id for path in paths}) > 1 for paths in candidates.values())
        own = self._own_roots() if shared else set()
        chosen = [
            next((path for path in paths if (path.site_id, path.root_path) in own), paths[0])
            for paths in candidates.values()
        ]
        found = [
            Root(path.site_id, path.root_path, self.secured(path.root_url), path.language_code)
            for path in chosen
        ]
        return sorted(found, key=lambda root: -len(root.url_path))

    def root_of(self, url_path: str) -> Root | None:
        """The root of the tree that a page stands in; None outside of all sites."""
        for root in self.roots:
            if url_path.startswith(root.url_path):
                return root
        return None

    def full_url(self, page: Any) -> str:
        """The page's one address, "" if it has none. A page type with addresses of its own (``get_url_parts``) says
        itself.
        """
        if _has_own_address(page):
            return self.secured(page.get_full_url(self.request) or "")
        return self.full_url_of(page.url_path)

    def full_url_of(self, url_path: str) -> str:
        """The same for a page of which only ``url_path`` is known."""
        root = self.root_of(url_path)
        prefix = self._prefix(root.language_code) if root else None
        if root is None or prefix is None:
            return ""
        path = prefix + quote(url_path[len(root.url_path) :], safe=_SAFE)
        if not WAGTAIL_APPEND_SLASH and path != "/":
            path = path.rstrip("/")
        return root.root_url + path

    def secured(self, url: str) -> str:
        """``url`` with https, where the site is known to be served so."""
        if url.startswith("http://") and self._is_https:
            return "https" + url.removeprefix("http")
        return url

    def absolute(self, url: str, base: str) -> str:
        """``url`` below ``base`` if it is a path. Only http and https come out of this."""
        if not url:
            return ""
        if _PLAIN_PATH.fullmatch(url) and (origin := _origin(base)):
            return self.secured(origin + url)
        found = urljoin(base, url)
        return self.secured(found) if urlsplit(found).scheme in ("http", "https") else ""

    @cached_property
    def _is_https(self) -> bool:
        if core_settings.current.SEO_HTTPS or settings.SECURE_SSL_REDIRECT:
            return True
        return self.request is not None and self.request.is_secure()

    def _prefix(self, language_code: str) -> str | None:
        """What stands in front of the pages' own paths in a language; None if pages are not served."""
        if not getattr(settings, "WAGTAIL_I18N_ENABLED", False):
            language_code = ""
        if language_code not in self._prefixes:
            self._prefixes[language_code] = _reversed_prefix(language_code)
        return self._prefixes[language_code]

    def _own_roots(self) -> set[tuple[int, str]]:
        return set(Site.objects.values_list("pk", "root_page__url_path"))


@lru_cache(maxsize=256)
def _origin(url: str) -> str:
    """``https://example.com`` of an address; "" of anything else."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme in ("http", "https") else ""


def has_own_addresses(page_class: type[Any]) -> bool:
    """Whether pages of this class decide about their addresses themselves.

    A class whose pages do so only on some sites says that in a class method ``mkt_core_has_own_addresses``.
    """
    asked = getattr(page_class, "mkt_core_has_own_addresses", None)
    return overrides(page_class, _URL_METHODS) and (asked is None or bool(asked()))


def _has_own_address(page: Any) -> bool:
    """The same of one page, which may say so in a method ``mkt_core_has_own_address``."""
    asked = getattr(page, "mkt_core_has_own_address", None)
    return has_own_addresses(type(page)) if asked is None else bool(asked())


def overrides(page_class: type[Any], names: Iterable[str]) -> bool:
    """Whether a class replaces any of these methods of Wagtail's page."""
    base = get_page_base()
    return any(getattr(page_class, name, None) is not getattr(base, name, None) for name in names)


def _reversed_prefix(language_code: str) -> str | None:
    try:
        if language_code:
            with translation.override(language_code):
                found = reverse("wagtail_serve", args=(_PROBE,))
        else:
            found = reverse("wagtail_serve", args=(_PROBE,))
    except NoReverseMatch:
        return None
    return str(found).removesuffix("/").removesuffix(_PROBE.removesuffix("/"))
