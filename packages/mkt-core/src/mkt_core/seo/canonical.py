"""The one address of what a request shows."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote, urlencode

from django.utils.encoding import escape_uri_path

from ..conf import core_settings
from .addresses import Addresses
from .values import Seo

PAGE_ARGUMENT = "page"
MAX_ARGUMENT_LENGTH = 100


def canonical_url(page: Any, request: Any, seo: Seo, addresses: Addresses, root_url: str) -> str:
    """What the view or an editor says, the page that an alias stands for, or the page itself; "" if none is known.

    A view without a page has one only if it gives a title: a page that was not found must have none.
    One query for an alias.
    """
    if seo.canonical:
        return addresses.absolute(seo.canonical, root_url)
    if page is None:
        has_own = bool(seo.title) and request is not None
        return (
            root_url + escape_uri_path(request.path) + query_part(seo, request) if has_own else ""
        )
    if original := _original_of(page):
        return addresses.full_url(original)
    url = addresses.full_url(page)
    return url + subpath(page, request) + query_part(seo, request) if url else ""


def subpath(page: Any, request: Any) -> str:
    """What a routable page shows below its own address: "archive/2026/" of /blog/archive/2026/."""
    if request is None or not hasattr(page, "resolve_subpage"):
        return ""
    own = page.get_url(request) or ""
    path = request.path
    own = unquote(own)
    return escape_uri_path(path[len(own) :]) if own and path.startswith(own) else ""


def query_part(seo: Seo, request: Any) -> str:
    """The arguments that make another page of it, "?page=3"; the first page of a listing has none."""
    kept = {}
    for name in core_settings.current.SEO_QUERY_ARGUMENTS:
        value = request.GET.get(name, "") if request is not None else ""
        if name == PAGE_ARGUMENT:
            value = _page_number(seo, value)
        if value and len(value) <= MAX_ARGUMENT_LENGTH:
            kept[name] = value
    return f"?{urlencode(kept)}" if kept else ""


def _page_number(seo: Seo, value: str) -> str:
    if seo.page_number is not None:
        value = str(seo.page_number)
    is_number = value.isascii() and value.isdigit()
    return str(int(value)) if is_number and len(value) < 10 and int(value) > 1 else ""


def _original_of(page: Any) -> Any:
    """The live page in the same language whose text an alias shows."""
    if not page.alias_of_id:
        return None
    original = page.alias_of
    return original if original.live else None
