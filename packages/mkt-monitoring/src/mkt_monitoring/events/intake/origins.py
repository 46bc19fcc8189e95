"""Where an event comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest

from .tokens import Token


def is_allowed(request: HttpRequest, token: Token) -> bool:
    """Whether a page of the site, or of the front end that the token is for, has sent the request.

    Browsers say so in headers that scripts cannot set. The scheme is not compared: behind a proxy that ends TLS,
    Django may not know the real one.
    """
    meta = request.META
    origin = meta.get("HTTP_ORIGIN", "")
    if token.origin:
        return bool(origin == token.origin)
    if meta.get("HTTP_SEC_FETCH_SITE") == "same-origin":
        return True
    return bool(origin) and _host_of(origin) == _own_host(request)


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _own_host(request: HttpRequest) -> str:
    try:
        return request.get_host().lower()
    except DisallowedHost:
        return "-"
