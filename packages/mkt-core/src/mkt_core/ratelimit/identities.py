"""Whom a limit counts: ``by`` of the decorator and of ``MKT_CORE["RATE_LIMITS"]``."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.http import HttpRequest
from django.utils.module_loading import import_string

from ..client_address import client_address, key_of_address
from ..conf import core_settings
from ..networks import was_forwarded

logger = logging.getLogger("mkt_core.ratelimit")

#: Gives who is asking, or None for somebody who is not limited.
Identity = Callable[[HttpRequest], str | None]

_HEADER = "header:"
_has_warned: set[str] = set()


def identity_of(by: str | Identity) -> Identity:
    """``"client"`` (the address), ``"user"``, ``"header:X-API-Key"``, a dotted path, or a function as it is.

    Who is not logged in or lacks the header is counted by address.

    Raises:
        ValueError: it is none of these.
    """
    if callable(by):
        return by
    if by == "client":
        return _client
    if by == "user":
        return _user
    if by.startswith(_HEADER) and (name := by.removeprefix(_HEADER).strip()):
        return _by_header(name)
    if "." in by:
        try:
            found: Identity = import_string(by)
        except ImportError as error:
            raise ValueError(f"{by!r} cannot be imported: {error}") from error
        return found
    raise ValueError(f"{by!r} is not 'client', 'user', 'header:<name>' or the path of a function")


def _client(request: HttpRequest) -> str:
    address = client_address(request)
    _warn_of_unknown_proxy(request, address)
    return f"client:{key_of_address(address)}"


def _user(request: HttpRequest) -> str:
    user = getattr(request, "user", None)
    if user is not None and user.is_authenticated:
        return f"user:{user.pk}"
    return _client(request)


def _by_header(name: str) -> Identity:
    meta_name = "HTTP_" + name.upper().replace("-", "_")

    def by_header(request: HttpRequest) -> str:
        value = request.META.get(meta_name, "")
        return f"{name.lower()}:{value}" if value else _client(request)

    return by_header


def _warn_of_unknown_proxy(request: HttpRequest, address: str) -> None:
    """Say once that all visitors look like one, because a proxy is not known as such."""
    conf = core_settings.current
    if conf.TRUSTED_PROXIES or conf.TRUSTED_PROXY_COUNT or address in _has_warned:
        return
    is_near = address in ("", "::1") or address.startswith("127.")
    if is_near and was_forwarded(request):
        _has_warned.add(address)
        logger.warning(
            "A proxy at %s forwards requests, but is not in MKT_CORE['TRUSTED_PROXIES']: rate limits count all its"
            " visitors as one",
            address or "a Unix socket",
        )
