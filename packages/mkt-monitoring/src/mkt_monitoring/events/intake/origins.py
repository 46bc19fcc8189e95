"""Where an event comes from."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.core.signals import setting_changed
from django.http import HttpRequest

from .tokens import Token

#: Hosts that are kept in mind.
MOST_HOSTS = 100
# By the headers that say so: those that were allowed. Looking at one again costs as much as reading a batch.
_hosts: dict[tuple[str | None, str | None], str] = {}


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
    """The host that was asked for, "-" for one that ``ALLOWED_HOSTS`` does not have."""
    meta = request.META
    headers = (meta.get("HTTP_X_FORWARDED_HOST"), meta.get("HTTP_HOST"))
    if host := _hosts.get(headers):
        return host
    try:
        host = request.get_host().lower()
    except DisallowedHost:
        return "-"
    # Without the header, it depends on more than these.
    if headers[1]:
        if len(_hosts) >= MOST_HOSTS:
            _hosts.clear()
        _hosts[headers] = host
    return host


def _forget(*, setting: str, **kwargs: object) -> None:
    if setting in ("ALLOWED_HOSTS", "DEBUG", "USE_X_FORWARDED_HOST"):
        _hosts.clear()


setting_changed.connect(_forget, dispatch_uid="mkt_monitoring.events.intake.origins")
